import { keyed, maybe, mostly, object, one, set } from '../shapes.ts';
import { type Kind, metadata, word } from './kind.ts';

const backend = object({ service: object({ name: word, port: one({ number: 80 }, { name: 'http' }) }) });

export const ingress: Kind = {
  name: 'Ingress',
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  collection: (namespace) => `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`,
  shape: object({
    metadata: metadata(false),
    spec: object({
      ingressClassName: maybe(0.4, mostly(one('nginx', 'other'), 'Not_ok')),
      defaultBackend: maybe(0.4, backend),
      rules: maybe(
        0.8,
        keyed(
          'host',
          ['a.example.com', '*.example.com', 'b.example.com'],
          object({
            http: maybe(
              0.8,
              object({
                paths: keyed(
                  'path',
                  ['/', '/a', '/b/c'],
                  object({ pathType: mostly(one('Prefix', 'Exact', 'ImplementationSpecific'), 'Other'), backend }),
                  0.6,
                ),
              }),
            ),
          }),
          0.6,
        ),
      ),
      tls: maybe(0.3, keyed('secretName', ['t1', 't2'], object({ hosts: maybe(0.7, set(['a.example.com', 'b.example.com'])) }), 0.6)),
    }),
  }),
  strategic: true,
  pointers: [
    '/spec/rules/0',
    '/spec/rules',
    '/spec/rules/0/host',
    '/spec/tls',
    '/spec/defaultBackend',
    '/spec/ingressClassName',
    '/metadata/labels',
    '/metadata/annotations/note',
  ],
  listKeys: {},
};
