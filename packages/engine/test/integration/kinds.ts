import type { KubeObject } from '@caretaker/kube';
import type { DesiredObject } from '../../src/index.ts';

const containers = [
  {
    name: 'main',
    image: 'example.com/app:1',
    ports: [{ containerPort: 8080, name: 'http' }],
    env: [
      { name: 'A', value: '1' },
      { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ],
    resources: { requests: { cpu: '1000m', memory: '0.5Gi' }, limits: { memory: '1024Mi' } },
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    readinessProbe: { httpGet: { path: '/', port: 'http' } },
  },
];

const template = (app: string, restartPolicy = 'Always') => ({
  metadata: { labels: { app } },
  spec: { containers, restartPolicy, volumes: [{ name: 'tmp', emptyDir: {} }] },
});

const selector = (app: string) => ({ matchLabels: { app } });

/** One object of every list of a TenantTemplate, written as people write them: forms that the server normalises included. */
export function everyKind(namespace: string): DesiredObject[] {
  const make = (id: string, apiVersion: string, kind: string, body: Record<string, unknown>): DesiredObject => {
    const object: KubeObject = { apiVersion, kind, metadata: { name: id, namespace, labels: { app: id } }, ...body };
    return { id, object };
  };
  return [
    make('account', 'v1', 'ServiceAccount', { automountServiceAccountToken: false }),
    make('settings', 'v1', 'ConfigMap', { data: { cpu: '1000m', empty: '' } }),
    make('secret', 'v1', 'Secret', { stringData: { password: 'hunter22' } }),
    make('deployment', 'apps/v1', 'Deployment', {
      spec: { replicas: 1, selector: selector('deployment'), template: template('deployment') },
    }),
    make('set', 'apps/v1', 'StatefulSet', {
      spec: { replicas: 1, serviceName: 'service', selector: selector('set'), template: template('set') },
    }),
    make('daemon', 'apps/v1', 'DaemonSet', { spec: { selector: selector('daemon'), template: template('daemon') } }),
    make('service', 'v1', 'Service', {
      spec: { selector: { app: 'deployment' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    }),
    make('ingress', 'networking.k8s.io/v1', 'Ingress', {
      spec: {
        rules: [
          {
            host: 'a.example.com',
            http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'service', port: { number: 80 } } } }] },
          },
        ],
      },
    }),
    make('job', 'batch/v1', 'Job', { spec: { template: template('job', 'Never'), backoffLimit: 2 } }),
    make('cron', 'batch/v1', 'CronJob', {
      spec: { schedule: '30 4 2 6 *', jobTemplate: { spec: { template: template('cron', 'Never') } } },
    }),
    make('budget', 'policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: '50%', selector: selector('deployment') } }),
    make('network', 'networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] } }),
    make('scaler', 'autoscaling/v2', 'HorizontalPodAutoscaler', {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'deployment' },
        maxReplicas: 3,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
      },
    }),
    make('claim', 'v1', 'PersistentVolumeClaim', {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } }, storageClassName: 'none' },
    }),
    make('role', 'rbac.authorization.k8s.io/v1', 'Role', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }] }),
    make('quota', 'v1', 'ResourceQuota', { spec: { hard: { 'requests.cpu': '100000m', pods: '100' } } }),
    make('limits', 'v1', 'LimitRange', { spec: { limits: [{ type: 'Container', default: { cpu: '2000m' } }] } }),
  ].map((entry) => ({ ...entry, waitForReady: false }));
}
