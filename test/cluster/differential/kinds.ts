/** The kinds that sequences are about. */
import { type JsonObject, keyed, map, maybe, mostly, object, one, type Shape, set } from './shapes.ts';

export interface Kind {
  readonly name: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Path of the collection in a namespace. */
  readonly collection: (namespace: string) => string;
  readonly shape: Shape;
  /** Whether strategic merge patches are understood. */
  readonly strategic: boolean;
  /** Places that JSON patches speak of. */
  readonly pointers: readonly string[];
  /** Keys of lists for strategic patches, by member. */
  readonly listKeys: Readonly<Record<string, string>>;
}

const word = one('a', 'b', 'c', 'web', 'x-1');
const flag = one(true, false);
const labels = map(['app', 'tier', 'example.com/part', 'v'], word, 0.4);

const metadata = (finalizers: boolean): Shape =>
  object({
    labels: maybe(0.5, labels),
    annotations: maybe(0.5, map(['note', 'example.com/a', 'example.com/b'], mostly(word, 5), 0.5)),
    ...(finalizers ? { finalizers: maybe(0.1, set(['example.com/hold', 'example.com/keep'], 0.6)) } : {}),
    ownerReferences: maybe(0.08, keyed('uid', ['u-1', 'u-2'], object({ apiVersion: one('v1'), kind: one('ConfigMap'), name: word }), 0.6)),
  });

const configMap: Kind = {
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

const env = keyed(
  'name',
  ['X', 'Y', 'Z'],
  (dice) =>
    dice.pick<JsonObject>([
      { value: '1' },
      { value: '' },
      {},
      { valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } },
      { valueFrom: { secretKeyRef: { name: 's', key: 'k', optional: true } } },
      { valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ]),
  0.5,
);

const ports: Shape = (dice) =>
  dice.shuffled(
    dice.some<JsonObject>(
      [
        { containerPort: 80 },
        { containerPort: 53, protocol: 'UDP', name: 'dns' },
        { containerPort: 53, protocol: 'TCP', name: 'dns-tcp' },
        { containerPort: 8080, name: 'http' },
      ],
      0.4,
    ),
  );

const resources = object({
  requests: maybe(0.6, map(['cpu', 'memory'], mostly(one('1', '100m', '0.5', '128Mi', 2, '1e3'), 'lots'), 0.6)),
  limits: maybe(0.3, object({ cpu: one('4', '4000m'), memory: one('1Gi', '1024Mi') })),
});

const probe: Shape = (dice) => ({
  ...dice.pick<JsonObject>([
    { httpGet: { path: '/', port: 80 } },
    { tcpSocket: { port: 'http' } },
    { exec: { command: ['true'] } },
    { grpc: { port: 9 } },
  ]),
  ...(dice.chance(0.5) ? { periodSeconds: dice.pick([0, 5, -1]) } : {}),
});

const container = object({
  image: mostly(
    one('nginx', 'nginx:1.2', 'reg.example.com/a/b@sha256:0123456789012345678901234567890123456789012345678901234567890123'),
    '',
    7,
  ),
  command: maybe(0.2, one(['sh'], ['sh', '-c', 'true'], [])),
  args: maybe(0.2, one(['a'], ['b', 'c'])),
  env: maybe(0.4, env),
  ports: maybe(0.5, ports),
  resources: maybe(0.4, resources),
  livenessProbe: maybe(0.15, probe),
  readinessProbe: maybe(0.15, probe),
  imagePullPolicy: maybe(0.1, mostly(one('Always', 'IfNotPresent', 'Never'), 'Sometimes')),
  securityContext: maybe(
    0.15,
    object({ runAsNonRoot: maybe(0.5, flag), privileged: maybe(0.3, flag), runAsUser: maybe(0.4, one(0, 1000, -1)) }),
  ),
  workingDir: maybe(0.1, one('/tmp')),
  terminationMessagePath: maybe(0.05, one('/dev/x')),
});

const volumes: Shape = (dice) =>
  dice.shuffled(
    dice.some<JsonObject>(
      [
        { name: 'tmp', emptyDir: {} },
        { name: 'conf', configMap: { name: 'c', items: [{ key: 'k', path: 'p' }] } },
        { name: 'sec', secret: { secretName: 's' } },
        { name: 'host', hostPath: { path: '/x' } },
        { name: 'mem', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
        {
          name: 'all',
          projected: {
            sources: [{ secret: { name: 's' } }, { downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } }],
          },
        },
      ],
      0.3,
    ),
  );

const podSpec = object({
  containers: keyed('name', ['one', 'two', 'three'], container, 0.6),
  initContainers: maybe(0.15, keyed('name', ['init', 'side'], container, 0.6)),
  volumes: maybe(0.3, volumes),
  nodeSelector: maybe(0.2, map(['disk', 'zone'], word, 0.6)),
  tolerations: maybe(
    0.2,
    one(
      [{ key: 'k', operator: 'Exists' }],
      [{ key: 'a', operator: 'Equal', value: 'b', effect: 'NoSchedule' }],
      [{ operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }],
    ),
  ),
  serviceAccountName: maybe(0.2, one('default', 'other')),
  restartPolicy: maybe(0.1, mostly(one('Always'), 'Never')),
  terminationGracePeriodSeconds: maybe(0.2, one(0, 10, 30)),
  hostNetwork: maybe(0.05, flag),
  dnsPolicy: maybe(0.05, one('Default', 'ClusterFirst')),
  imagePullSecrets: maybe(0.2, keyed('name', ['p', 'q'], object({}), 0.6)),
  hostAliases: maybe(0.15, keyed('ip', ['10.0.0.1', '10.0.0.2'], object({ hostnames: set(['h', 'i'], 0.7) }), 0.6)),
  topologySpreadConstraints: maybe(
    0.1,
    keyed(
      'topologyKey',
      ['zone', 'host'],
      object({
        maxSkew: one(1, 2, 0),
        whenUnsatisfiable: one('DoNotSchedule', 'ScheduleAnyway'),
        labelSelector: one({ matchLabels: { app: 'web' } }),
      }),
      0.6,
    ),
  ),
  securityContext: maybe(
    0.2,
    object({
      runAsUser: maybe(0.5, one(1, 1000)),
      fsGroup: maybe(0.4, one(5)),
      seccompProfile: maybe(0.3, one({ type: 'RuntimeDefault' })),
    }),
  ),
  affinity: maybe(
    0.1,
    one({
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 5, podAffinityTerm: { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'web' } } } },
        ],
      },
    }),
  ),
});

const deployment: Kind = {
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

const service: Kind = {
  name: 'Service',
  apiVersion: 'v1',
  kind: 'Service',
  collection: (namespace) => `/api/v1/namespaces/${namespace}/services`,
  shape: object({
    metadata: metadata(false),
    spec: object({
      ports: (dice) =>
        dice.shuffled(
          dice
            .some<JsonObject>(
              [
                { name: 'http', port: 80, targetPort: 'http' },
                { name: 'dns', port: 53, protocol: 'UDP' },
                { name: 'dns-tcp', port: 53, protocol: 'TCP' },
                { name: 'web', port: 8080, targetPort: 80, appProtocol: 'http' },
              ],
              0.5,
            )
            .map((port) => (dice.chance(0.03) ? { ...port, port: 0 } : port)),
        ),
      selector: maybe(0.8, map(['app', 'tier'], word, 0.7)),
      type: maybe(0.5, mostly(one('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'), 'Other')),
      externalName: maybe(0.15, one('example.com')),
      clusterIP: maybe(0.1, one('None', '')),
      sessionAffinity: maybe(0.2, mostly(one('None', 'ClientIP'), 'Cookie')),
      externalTrafficPolicy: maybe(0.1, one('Local', 'Cluster')),
      internalTrafficPolicy: maybe(0.1, one('Local', 'Cluster')),
      publishNotReadyAddresses: maybe(0.1, flag),
      externalIPs: maybe(0.1, one(['1.2.3.4'], ['1.2.3.4', '1.2.3.5'])),
      loadBalancerSourceRanges: maybe(0.05, one(['10.0.0.0/8'])),
      allocateLoadBalancerNodePorts: maybe(0.05, flag),
    }),
  }),
  strategic: true,
  pointers: [
    '/spec/ports/0',
    '/spec/ports/-',
    '/spec/selector/app',
    '/spec/selector',
    '/spec/type',
    '/metadata/labels/app',
    '/spec/sessionAffinity',
    '/metadata/annotations',
  ],
  listKeys: { ports: 'port' },
};

const backend = object({ service: object({ name: word, port: one({ number: 80 }, { name: 'http' }) }) });

const ingress: Kind = {
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

export const GROUP = 'differential.example.com';

const widget: Kind = {
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

const thing: Kind = {
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

export const KINDS: readonly Kind[] = [configMap, deployment, service, ingress, widget, thing];
