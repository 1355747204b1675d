/** The two custom kinds of definitions.ts. */
import { keyed, map, maybe, mostly, object, one, set } from '../shapes.ts';
import { flag, type Kind, metadata, word } from './kind.ts';

export const GROUP = 'differential.example.com';

export const widget: Kind = {
  name: 'Widget',
  apiVersion: `${GROUP}/v1`,
  kind: 'Widget',
  collection: (namespace) => `/apis/${GROUP}/v1/namespaces/${namespace}/widgets`,
  shape: object({
    metadata: metadata(true),
    spec: maybe(
      0.97,
      object({
        ports: maybe(
          0.6,
          keyed(
            'port',
            [80, 443, 53],
            object({ protocol: maybe(0.5, one('TCP', 'UDP')), name: maybe(0.5, word), note: maybe(0.2, one(null, 'n')) }),
            0.6,
          ),
        ),
        tags: maybe(0.5, mostly(set(['r', 's', 't', 'u'], 0.5), ['r', 'r'])),
        steps: maybe(0.4, one([{ run: 'a' }], [{ run: 'a' }, { run: 'b', args: ['x'] }], [])),
        settings: maybe(0.5, map(['k1', 'k2', 'k3'], mostly(one('v', 'w'), 5), 0.6)),
        frozen: maybe(0.3, map(['k1', 'k2'], word, 0.7)),
        size: maybe(0.4, mostly(one(1, 5, 100), 0, 101, '5', 1.5)),
        share: maybe(0.3, one('10%', 5, '5')),
        mode: maybe(0.4, mostly(one('fast', 'slow'), 'odd')),
        free: maybe(0.4, one({ a: { b: 1 } }, { a: [1, 2] }, { c: null }, 'text', 5, { deep: { deeper: { x: 'y' } } })),
        nested: maybe(
          0.5,
          object({
            on: maybe(0.5, flag),
            limits: maybe(0.5, map(['cpu', 'memory'], one('1', 2, '3Gi'), 0.6)),
            inner: maybe(0.4, object({ a: maybe(0.5, word), b: maybe(0.5, one(1, 2)) })),
          }),
        ),
        hint: maybe(0.2, one('h', null)),
        unknown: maybe(0.1, one(1, { a: 1 })),
      }),
    ),
    status: maybe(0.1, object({ phase: one('Ready'), count: one(3) })),
  }),
  strategic: false,
  pointers: [
    '/spec/ports/0',
    '/spec/ports/-',
    '/spec/tags',
    '/spec/tags/-',
    '/spec/settings/k1',
    '/spec/nested/inner',
    '/spec/size',
    '/spec/mode',
    '/spec/free',
    '/metadata/labels',
    '/spec/hint',
    '/spec/frozen/k1',
  ],
  listKeys: {},
};

export const thing: Kind = {
  name: 'Thing',
  apiVersion: `${GROUP}/v1`,
  kind: 'Thing',
  collection: (namespace) => `/apis/${GROUP}/v1/namespaces/${namespace}/things`,
  shape: object({
    metadata: metadata(false),
    data: maybe(0.8, one({ a: 1, list: [1, 2, { x: 'y' }] }, { a: { b: { c: null } } }, { known: { x: 'y', z: 1 } }, {})),
    entries: maybe(
      0.5,
      keyed('id', ['i', 'j', 'k'], object({ value: maybe(0.6, one(1, 2)), labels: maybe(0.4, map(['p', 'q'], word)) }), 0.6),
    ),
    groups: maybe(
      0.4,
      keyed(
        'name',
        ['g', 'h'],
        object({
          members: maybe(0.7, set(['m', 'n', 'o'])),
          rules: maybe(0.5, one([{ verb: 'get' }], [{ verb: 'list' }, { verb: 'get' }])),
        }),
        0.6,
      ),
    ),
    text: maybe(0.5, mostly(one('abc', 'abcd'), 'x', 'ABC', 9)),
    when: maybe(0.2, mostly(one('2024-01-01T00:00:00Z'), 'yesterday')),
    point: maybe(0.3, one({ x: 1, y: 2 }, { x: 3, y: 4 })),
    template: maybe(
      0.2,
      one(
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'n', labels: { a: 'b' } }, data: { k: 'v' } },
        { apiVersion: 'v1', kind: 'Pod' },
        { kind: 'Pod' },
      ),
    ),
    status: maybe(0.2, one({ phase: 'x' })),
  }),
  strategic: false,
  pointers: [
    '/data/a',
    '/data/known',
    '/entries/0',
    '/entries/-',
    '/entries/0/labels',
    '/groups/0/members',
    '/text',
    '/point/x',
    '/template/data',
    '/metadata/annotations/note',
  ],
  listKeys: {},
};
