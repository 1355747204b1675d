import { type JsonObject, keyed, map, maybe, mostly, object, one, type Shape, set } from '../shapes.ts';
import { flag, word } from './kind.ts';

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

export const podSpec = object({
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
