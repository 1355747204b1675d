import { readFileSync } from 'node:fs';
import type { KubeObject } from '@caretaker/kube';
import { type ApiCore, tableOf, timeText } from '../server/core.ts';
import { newUid } from '../server/writes/object-meta.ts';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** What a fresh cluster holds: the system namespaces, the default policies of RBAC and of priority and fairness, the `kubernetes` Service and its range. Objects that are there already are left alone. */
export function bootstrap(core: ApiCore): void {
  for (const name of NAMESPACES) {
    ensure(core, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  }
  for (const object of [...recorded('rbac-policy'), ...recorded('flow-control')]) ensure(core, object);
  for (const object of PRIORITY_CLASSES) ensure(core, object);
  ensure(core, kubernetesService());
  ensure(core, serviceRange(timeText(core.clock.now())));
  ensure(core, tokenTracking(timeText(core.clock.now())));
}

/** Objects that a kube-apiserver 1.36.3 makes for itself. */
function recorded(name: 'rbac-policy' | 'flow-control'): KubeObject[] {
  return JSON.parse(readFileSync(new URL(`../generated/${name}.json`, import.meta.url), 'utf8')) as KubeObject[];
}

const PRIORITY_CLASSES: readonly KubeObject[] = [
  priorityClass(
    'system-cluster-critical',
    2_000_000_000,
    'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  ),
  priorityClass('system-node-critical', 2_000_001_000, 'Used for system critical pods that must not be moved from their current node.'),
];

function priorityClass(name: string, value: number, description: string): KubeObject {
  return {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name, generation: 1 },
    value,
    description,
    preemptionPolicy: 'PreemptLowerPriority',
  };
}

function kubernetesService(): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      clusterIP: '10.96.0.1',
      clusterIPs: ['10.96.0.1'],
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
    status: { loadBalancer: {} },
  };
}

function serviceRange(now: string): KubeObject {
  const ready = { type: 'Ready', status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready', lastTransitionTime: now };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: 'kubernetes' },
    spec: { cidrs: ['10.96.0.0/16'] },
    status: { conditions: [ready] },
  };
}

/** Since when old tokens are told apart. */
function tokenTracking(now: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-apiserver-legacy-service-account-token-tracking', namespace: 'kube-system' },
    data: { since: now.slice(0, 10) },
  };
}

function ensure(core: ApiCore, object: KubeObject): void {
  const type = core.catalog.findKind(object.apiVersion, object.kind);
  if (type === undefined) throw new Error(`no built-in type ${object.apiVersion} ${object.kind}`);
  const table = tableOf(core, type);
  if (table.get(object.metadata.namespace ?? '', object.metadata.name ?? '') !== undefined) return;
  const metadata = { ...object.metadata, uid: newUid(core.random), creationTimestamp: timeText(core.clock.now()) };
  core.store.create(table, { ...object, metadata });
}
