import { map, maybe, mostly, object, one } from '../shapes.ts';
import { flag, type Kind, metadata, word } from './kind.ts';
import { podSpec } from './pod-spec.ts';

export const deployment: Kind = {
  name: 'Deployment',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  collection: (namespace) => `/apis/apps/v1/namespaces/${namespace}/deployments`,
  shape: object({
    metadata: metadata(false),
    spec: object({
      replicas: maybe(0.6, mostly(one(0, 1, 3), -1, '2')),
      selector: one({ matchLabels: { app: 'web' } }),
      template: object({
        metadata: object({ labels: one({ app: 'web' }, { app: 'web', tier: 'a' }), annotations: maybe(0.2, map(['note', 'n2'], word)) }),
        spec: podSpec,
      }),
      strategy: maybe(
        0.4,
        one(
          { type: 'Recreate' },
          { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          { rollingUpdate: { maxSurge: '50%' } },
          {},
          { type: 'RollingUpdate' },
          { type: 'Other' },
        ),
      ),
      minReadySeconds: maybe(0.2, one(0, 5, -1)),
      revisionHistoryLimit: maybe(0.2, one(0, 5)),
      progressDeadlineSeconds: maybe(0.2, one(60, 600, 1)),
      paused: maybe(0.1, flag),
    }),
  }),
  strategic: true,
  pointers: [
    '/spec/replicas',
    '/spec/template/spec/containers/0/image',
    '/spec/template/spec/containers/0/env',
    '/spec/template/spec/containers/0/env/-',
    '/spec/template/spec/containers/1',
    '/spec/template/spec/containers/0/ports',
    '/spec/template/metadata/labels/tier',
    '/spec/strategy',
    '/spec/paused',
    '/metadata/labels',
    '/metadata/annotations/note',
    '/spec/template/spec/volumes',
    '/spec/template/spec/nodeSelector/disk',
  ],
  listKeys: {
    containers: 'name',
    initContainers: 'name',
    env: 'name',
    volumes: 'name',
    imagePullSecrets: 'name',
    hostAliases: 'ip',
    topologySpreadConstraints: 'topologyKey',
    ports: 'containerPort',
  },
};
