/** One rich valid object of each kind whose creation and update the sweep bends. */
import type { JsonObject } from './shapes.ts';

export interface Sample {
  readonly path: string;
  readonly object: JsonObject;
}

const labels = { app: 'web' };

const podSpec: JsonObject = {
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

const once: JsonObject = { ...podSpec, restartPolicy: 'Never' };
const template = (spec: JsonObject): JsonObject => ({ metadata: { labels, annotations: { a: 'b' } }, spec });
const core = (plural: string, kind: string, rest: JsonObject): Sample => ({
  path: `/api/v1/namespaces/{{namespace}}/${plural}`,
  object: { apiVersion: 'v1', kind, metadata: { name: 'sample', labels: { ...labels } }, ...rest },
});
const named = (group: string, plural: string, kind: string, rest: JsonObject): Sample => ({
  path: `/apis/${group}/namespaces/{{namespace}}/${plural}`,
  object: { apiVersion: group, kind, metadata: { name: 'sample', labels: { ...labels } }, ...rest },
});
const cluster = (group: string, plural: string, kind: string, rest: JsonObject, name = 'sample-{{namespace}}'): Sample => ({
  path: `/apis/${group}/${plural}`,
  object: { apiVersion: group, kind, metadata: { name }, ...rest },
});

const selector = { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'app', operator: 'Exists' }] };
const plainSelector = { matchLabels: { app: 'web' } };
const claimSpec: JsonObject = {
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: '1Gi' } },
  storageClassName: 'fast',
  volumeMode: 'Filesystem',
};

const definitionSchema: JsonObject = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      'x-kubernetes-validations': [
        { rule: 'self.min <= self.max', message: 'min over max', reason: 'FieldValueForbidden', fieldPath: '.min' },
      ],
      properties: {
        min: { type: 'integer', minimum: 0, maximum: 5 },
        max: { type: 'integer', default: 3 },
        name: { type: 'string', pattern: '^[a-z]+$', maxLength: 10, enum: ['a', 'b'] },
        list: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['key'],
          items: { type: 'object', required: ['key'], properties: { key: { type: 'string' }, value: { type: 'string', nullable: true } } },
        },
        set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        map: { type: 'object', 'x-kubernetes-map-type': 'atomic', additionalProperties: { type: 'integer' } },
        either: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
        open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        embedded: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
        choice: {
          type: 'object',
          properties: { a: { type: 'string' }, b: { type: 'string' } },
          oneOf: [{ required: ['a'] }, { required: ['b'] }],
        },
      },
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' }, selector: { type: 'string' } } },
  },
};

export const SAMPLES: readonly Sample[] = [
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
  named('apps/v1', 'deployments', 'Deployment', {
    spec: {
      replicas: 2,
      selector,
      template: template(podSpec),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '10%' } },
      minReadySeconds: 5,
      progressDeadlineSeconds: 100,
    },
  }),
  named('apps/v1', 'statefulsets', 'StatefulSet', {
    spec: {
      replicas: 2,
      serviceName: 'svc',
      selector: plainSelector,
      template: template(podSpec),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
      podManagementPolicy: 'Parallel',
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec }],
    },
  }),
  named('apps/v1', 'daemonsets', 'DaemonSet', {
    spec: {
      selector: plainSelector,
      template: template(podSpec),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      minReadySeconds: 2,
    },
  }),
  named('apps/v1', 'replicasets', 'ReplicaSet', { spec: { replicas: 1, selector: plainSelector, template: template(podSpec) } }),
  named('batch/v1', 'jobs', 'Job', {
    spec: {
      completions: 3,
      parallelism: 2,
      backoffLimit: 2,
      activeDeadlineSeconds: 60,
      ttlSecondsAfterFinished: 5,
      completionMode: 'Indexed',
      template: template(once),
    },
  }),
  named('batch/v1', 'cronjobs', 'CronJob', {
    spec: {
      schedule: '*/5 * * * *',
      timeZone: 'Europe/Berlin',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 10,
      successfulJobsHistoryLimit: 1,
      jobTemplate: { spec: { template: template(once), backoffLimit: 1 } },
    },
  }),
  named('networking.k8s.io/v1', 'ingresses', 'Ingress', {
    spec: {
      ingressClassName: 'nginx',
      defaultBackend: { service: { name: 'd', port: { number: 80 } } },
      rules: [
        {
          host: 'a.example.com',
          http: { paths: [{ path: '/a', pathType: 'Prefix', backend: { service: { name: 's', port: { name: 'http' } } } }] },
        },
      ],
      tls: [{ hosts: ['a.example.com'], secretName: 't' }],
    },
  }),
  named('networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy', {
    spec: {
      podSelector: plainSelector,
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [{ podSelector: plainSelector }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
          ports: [{ port: 80, protocol: 'TCP' }],
        },
      ],
      egress: [{ to: [{ namespaceSelector: plainSelector }], ports: [{ port: 1000, endPort: 2000, protocol: 'UDP' }] }],
    },
  }),
  named('policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget', {
    spec: { minAvailable: '50%', selector, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  }),
  named('autoscaling/v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
        { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '10' } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 10, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } },
    },
  }),
  named('rbac.authorization.k8s.io/v1', 'roles', 'Role', {
    rules: [
      { apiGroups: [''], resources: ['pods'], verbs: ['get'], resourceNames: ['a'] },
      { apiGroups: ['apps'], resources: ['*'], verbs: ['*'] },
    ],
  }),
  named('rbac.authorization.k8s.io/v1', 'rolebindings', 'RoleBinding', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
    subjects: [
      { kind: 'ServiceAccount', name: 'a', namespace: 'b' },
      { kind: 'User', name: 'u', apiGroup: 'rbac.authorization.k8s.io' },
    ],
  }),
  named('coordination.k8s.io/v1', 'leases', 'Lease', {
    spec: {
      holderIdentity: 'a',
      leaseDurationSeconds: 10,
      acquireTime: '2024-01-01T00:00:00.000000Z',
      renewTime: '2024-01-01T00:00:00.000000Z',
      leaseTransitions: 1,
    },
  }),
  named('discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice', {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true }, hostname: 'a', nodeName: 'n', zone: 'z' }],
    ports: [{ name: 'p', port: 80, protocol: 'TCP', appProtocol: 'http' }],
  }),
  cluster('rbac.authorization.k8s.io/v1', 'clusterroles', 'ClusterRole', {
    rules: [
      { nonResourceURLs: ['/healthz'], verbs: ['get'] },
      { apiGroups: [''], resources: ['nodes'], verbs: ['list'] },
    ],
  }),
  cluster('storage.k8s.io/v1', 'storageclasses', 'StorageClass', {
    provisioner: 'example.com/p',
    reclaimPolicy: 'Retain',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
    parameters: { a: 'b' },
  }),
  cluster('scheduling.k8s.io/v1', 'priorityclasses', 'PriorityClass', { value: 100, preemptionPolicy: 'Never', description: 'd' }),
  cluster('admissionregistration.k8s.io/v1', 'validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', {
    webhooks: [
      {
        name: 'a.example.com',
        clientConfig: { service: { name: 's', namespace: 'n', path: '/p', port: 443 } },
        rules: [
          { apiGroups: ['none.example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['nothings'], scope: 'Namespaced' },
        ],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        failurePolicy: 'Ignore',
        timeoutSeconds: 5,
        namespaceSelector: plainSelector,
      },
    ],
  }),
  cluster(
    'apiextensions.k8s.io/v1',
    'customresourcedefinitions',
    'CustomResourceDefinition',
    {
      spec: {
        group: '{{namespace}}.example.com',
        scope: 'Namespaced',
        names: { plural: 'samples', singular: 'sample', kind: 'Sample', listKind: 'SampleList', shortNames: ['sm'], categories: ['all'] },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: definitionSchema },
            subresources: {
              status: {},
              scale: { specReplicasPath: '.spec.max', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' },
            },
            additionalPrinterColumns: [{ name: 'Min', type: 'integer', jsonPath: '.spec.min' }],
            selectableFields: [{ jsonPath: '.spec.name' }],
          },
        ],
      },
    },
    'samples.{{namespace}}.example.com',
  ),
];
