import { map, maybe, mostly, object, one } from '../shapes.ts';
import { flag, type Kind, metadata } from './kind.ts';

export const configMap: Kind = {
  name: 'ConfigMap',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  collection: (namespace) => `/api/v1/namespaces/${namespace}/configmaps`,
  shape: object({
    metadata: metadata(true),
    data: maybe(0.9, map(['a', 'b', 'c.txt', 'd-e', 'f'], mostly(one('1', '2', 'text\n', ''), 3, true), 0.5)),
    binaryData: maybe(0.3, map(['x', 'y'], mostly(one('AAEC', 'aGVsbG8='), '%%'), 0.5)),
    immutable: maybe(0.05, flag),
  }),
  strategic: true,
  pointers: [
    '/data/a',
    '/data/b',
    '/data',
    '/metadata/labels/app',
    '/metadata/labels',
    '/metadata/annotations/note',
    '/binaryData',
    '/data/c.txt',
  ],
  listKeys: { ownerReferences: 'uid' },
};
