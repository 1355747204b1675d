import type { JsonObject } from '../shapes.ts';
import { labels } from './sample.ts';

export const podSpec: JsonObject = {
  containers: [
    {
      name: 'main',
      image: 'nginx:1',
      command: ['sh', '-c', 'sleep 1'],
      args: ['x'],
      workingDir: '/tmp',
      ports: [
        { containerPort: 80, name: 'http', protocol: 'TCP' },
        { containerPort: 53, protocol: 'UDP', hostPort: 5353 },
      ],
      env: [
        { name: 'A', value: '1' },
        { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'C', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
        { name: 'D', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1' } } },
      ],
      envFrom: [{ prefix: 'P_', configMapRef: { name: 'c' } }],
      resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '128Mi' } },
      livenessProbe: { httpGet: { path: '/', port: 'http', scheme: 'HTTP' }, periodSeconds: 5, initialDelaySeconds: 1 },
      readinessProbe: { tcpSocket: { port: 80 }, failureThreshold: 2 },
      startupProbe: { exec: { command: ['true'] } },
      lifecycle: { preStop: { exec: { command: ['true'] } } },
      volumeMounts: [
        { name: 'tmp', mountPath: '/tmp' },
        { name: 'conf', mountPath: '/conf', readOnly: true, subPath: 'a' },
      ],
      securityContext: { runAsNonRoot: true, runAsUser: 1000, capabilities: { drop: ['ALL'] }, allowPrivilegeEscalation: false },
      imagePullPolicy: 'IfNotPresent',
      terminationMessagePolicy: 'FallbackToLogsOnError',
    },
  ],
  initContainers: [
    { name: 'init', image: 'busybox', command: ['true'] },
    { name: 'side', image: 'busybox', restartPolicy: 'Always' },
  ],
  volumes: [
    { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } },
    { name: 'conf', configMap: { name: 'c', defaultMode: 420, items: [{ key: 'a', path: 'a' }] } },
    { name: 'sec', secret: { secretName: 's', optional: true } },
    { name: 'claim', persistentVolumeClaim: { claimName: 'p' } },
    { name: 'proj', projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3600 } }, { secret: { name: 's' } }] } },
    { name: 'down', downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } },
    { name: 'host', hostPath: { path: '/x', type: 'Directory' } },
  ],
  nodeSelector: { disk: 'ssd' },
  tolerations: [{ key: 'k', operator: 'Equal', value: 'v', effect: 'NoExecute', tolerationSeconds: 5 }],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }],
      },
    },
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 5, podAffinityTerm: { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'web' } } } },
      ],
    },
  },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } } },
  ],
  serviceAccountName: 'default',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  dnsConfig: { nameservers: ['1.1.1.1'], searches: ['a.b'], options: [{ name: 'ndots', value: '2' }] },
  hostAliases: [{ ip: '10.0.0.1', hostnames: ['a'] }],
  imagePullSecrets: [{ name: 'p' }],
  securityContext: { fsGroup: 1, runAsUser: 1, seccompProfile: { type: 'RuntimeDefault' }, sysctls: [{ name: 'net.a', value: '1' }] },
};

export const once: JsonObject = { ...podSpec, restartPolicy: 'Never' };
export const template = (spec: JsonObject): JsonObject => ({ metadata: { labels, annotations: { a: 'b' } }, spec });
export const claimSpec: JsonObject = {
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: '1Gi' } },
  storageClassName: 'fast',
  volumeMode: 'Filesystem',
};
