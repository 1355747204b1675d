/** What administrators write: classes, priorities, drivers. */
import { cluster, named, type Sample } from './sample.ts';

export const CLUSTER_SAMPLES: readonly Sample[] = [
  named('coordination.k8s.io/v1', 'leases', 'Lease', {
    spec: {
      holderIdentity: 'a',
      leaseDurationSeconds: 10,
      acquireTime: '2024-01-01T00:00:00.000000Z',
      renewTime: '2024-01-01T00:00:00.000000Z',
      leaseTransitions: 1,
    },
  }),
  cluster('storage.k8s.io/v1', 'storageclasses', 'StorageClass', {
    provisioner: 'example.com/p',
    reclaimPolicy: 'Retain',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
    parameters: { a: 'b' },
  }),
  cluster('scheduling.k8s.io/v1', 'priorityclasses', 'PriorityClass', { value: 100, preemptionPolicy: 'Never', description: 'd' }),
  cluster('storage.k8s.io/v1', 'csidrivers', 'CSIDriver', {
    spec: {
      attachRequired: false,
      podInfoOnMount: true,
      volumeLifecycleModes: ['Persistent', 'Ephemeral'],
      fsGroupPolicy: 'File',
      tokenRequests: [{ audience: 'a', expirationSeconds: 3600 }],
      requiresRepublish: true,
      storageCapacity: true,
      seLinuxMount: true,
    },
  }),
  cluster('storage.k8s.io/v1', 'csinodes', 'CSINode', {
    spec: { drivers: [{ name: 'a.example.com', nodeID: 'n', topologyKeys: ['zone'], allocatable: { count: 3 } }] },
  }),
  cluster('storage.k8s.io/v1', 'volumeattachments', 'VolumeAttachment', {
    spec: { attacher: 'a.example.com', nodeName: 'n', source: { persistentVolumeName: 'pv' } },
  }),
  cluster('storage.k8s.io/v1', 'volumeattributesclasses', 'VolumeAttributesClass', {
    driverName: 'a.example.com',
    parameters: { a: 'b' },
  }),
  named('storage.k8s.io/v1', 'csistoragecapacities', 'CSIStorageCapacity', {
    storageClassName: 'fast',
    capacity: '1Gi',
    maximumVolumeSize: '1Gi',
    nodeTopology: { matchLabels: { zone: 'a' } },
  }),
  cluster('node.k8s.io/v1', 'runtimeclasses', 'RuntimeClass', {
    handler: 'runc',
    overhead: { podFixed: { cpu: '10m' } },
    scheduling: { nodeSelector: { a: 'b' }, tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoSchedule' }] },
  }),
  cluster(
    'flowcontrol.apiserver.k8s.io/v1',
    'flowschemas',
    'FlowSchema',
    {
      spec: {
        priorityLevelConfiguration: { name: 'global-default' },
        matchingPrecedence: 9000,
        distinguisherMethod: { type: 'ByUser' },
        rules: [
          {
            subjects: [
              { kind: 'User', user: { name: 'nobody-{{namespace}}' } },
              { kind: 'ServiceAccount', serviceAccount: { name: 'n', namespace: 'nobody' } },
            ],
            resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], namespaces: ['*'], clusterScope: true }],
            nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/none'] }],
          },
        ],
      },
    },
    undefined,
    'create',
  ),
  cluster(
    'flowcontrol.apiserver.k8s.io/v1',
    'prioritylevelconfigurations',
    'PriorityLevelConfiguration',
    {
      spec: {
        type: 'Limited',
        limited: {
          nominalConcurrencyShares: 1,
          lendablePercent: 10,
          borrowingLimitPercent: 20,
          limitResponse: { type: 'Queue', queuing: { queues: 8, handSize: 2, queueLengthLimit: 10 } },
        },
      },
    },
    undefined,
    'create',
  ),
  cluster(
    'apiregistration.k8s.io/v1',
    'apiservices',
    'APIService',
    {
      spec: {
        group: '{{namespace}}.example.com',
        version: 'v1',
        groupPriorityMinimum: 100,
        versionPriority: 10,
        insecureSkipTLSVerify: true,
        service: { name: 's', namespace: 'n', port: 443 },
      },
    },
    'v1.{{namespace}}.example.com',
    'create',
  ),
];
