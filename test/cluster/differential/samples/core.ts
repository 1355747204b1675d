import { claimSpec, once, podSpec, template } from './pod-spec.ts';
import { cluster, core, labels, plainSelector, type Sample } from './sample.ts';

export const CORE_SAMPLES: readonly Sample[] = [
  core('pods', 'Pod', { spec: podSpec }),
  core('configmaps', 'ConfigMap', { data: { a: 'b', 'c.d': 'e' }, binaryData: { f: 'AAEC' } }),
  core('secrets', 'Secret', { type: 'Opaque', data: { a: 'Yg==' }, stringData: { c: 'd' } }),
  core('serviceaccounts', 'ServiceAccount', {
    secrets: [{ name: 's' }],
    imagePullSecrets: [{ name: 'p' }],
    automountServiceAccountToken: false,
  }),
  core('persistentvolumeclaims', 'PersistentVolumeClaim', { spec: { ...claimSpec, selector: plainSelector } }),
  core('services', 'Service', {
    spec: {
      type: 'LoadBalancer',
      selector: labels,
      ports: [
        { name: 'a', port: 80, targetPort: 'http' },
        { name: 'b', port: 53, protocol: 'UDP', targetPort: 53 },
      ],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 100 } },
      externalTrafficPolicy: 'Cluster',
      internalTrafficPolicy: 'Local',
      loadBalancerSourceRanges: ['10.0.0.0/8'],
      externalIPs: ['1.2.3.4'],
      publishNotReadyAddresses: true,
    },
  }),
  core('limitranges', 'LimitRange', {
    spec: {
      limits: [{ type: 'Container', max: { cpu: '2' }, min: { cpu: '100m' }, default: { cpu: '1' }, defaultRequest: { cpu: '500m' } }],
    },
  }),
  core('resourcequotas', 'ResourceQuota', {
    spec: { hard: { pods: '10', 'requests.cpu': '4', 'count/configmaps': '5' }, scopes: ['NotTerminating'] },
  }),
  core('endpoints', 'Endpoints', {
    subsets: [{ addresses: [{ ip: '10.0.0.1', hostname: 'a' }], ports: [{ name: 'p', port: 80, protocol: 'TCP' }] }],
  }),
  core('replicationcontrollers', 'ReplicationController', {
    spec: { replicas: 1, selector: labels, template: template(podSpec), minReadySeconds: 1 },
  }),
  core('podtemplates', 'PodTemplate', { template: template(once) }),
  core('events', 'Event', {
    involvedObject: {
      apiVersion: 'v1',
      kind: 'Pod',
      name: 'p',
      namespace: '{{namespace}}',
      uid: 'u',
      resourceVersion: '1',
      fieldPath: 'spec',
    },
    reason: 'Started',
    message: 'm',
    type: 'Normal',
    source: { component: 'c', host: 'h' },
    firstTimestamp: '2024-01-01T00:00:00Z',
    lastTimestamp: '2024-01-01T00:00:00Z',
    count: 1,
  }),
  cluster('v1', 'persistentvolumes', 'PersistentVolume', {
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: 'fast',
      volumeMode: 'Filesystem',
      mountOptions: ['ro'],
      csi: {
        driver: 'a.example.com',
        volumeHandle: 'h',
        fsType: 'ext4',
        volumeAttributes: { a: 'b' },
        nodeStageSecretRef: { name: 's', namespace: 'n' },
      },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }] } },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'c', namespace: '{{namespace}}' },
    },
  }),
  cluster('v1', 'nodes', 'Node', {
    spec: {
      podCIDR: '10.9.0.0/24',
      podCIDRs: ['10.9.0.0/24'],
      providerID: 'p',
      unschedulable: true,
      taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }],
    },
  }),
  cluster('v1', 'namespaces', 'Namespace', { spec: { finalizers: ['kubernetes', 'example.com/f'] } }),
];
