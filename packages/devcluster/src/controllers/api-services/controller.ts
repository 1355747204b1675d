import type { KubeObject } from '@caretaker/kube';
import type { ApiCore } from '../../server/core.ts';
import type { ClusterApi, ClusterController } from '../contract.ts';
import { KeyedWorker } from '../keyed-worker.ts';

const KIND = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService' };
const MANAGED = 'kube-aggregator.kubernetes.io/automanaged';

interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly builtin: boolean;
}

/** Keeps one local APIService for each group version that is served, as the aggregator inside a kube-apiserver does. */
export function apiServices(core: ApiCore): ClusterController {
  let stop: () => void = () => {};
  return {
    name: 'autoregister',
    start(api) {
      const worker = new KeyedWorker(api, (name) => settle(api, served(core).get(name), name));
      const all = (): void => {
        for (const name of served(core).keys()) worker.add(name);
        for (const object of api.list(KIND)) worker.add(object.metadata.name ?? '');
      };
      const unlisten = core.catalog.onChange(all);
      all();
      stop = () => {
        unlisten();
        worker.stop();
      };
    },
    stop: () => stop(),
  };
}

/** By the name of the APIService: `v1.apps`, `v1.` for the core group. */
function served(core: ApiCore): Map<string, GroupVersion> {
  const versions = new Map<string, GroupVersion>();
  for (const { group, version, builtin } of core.catalog.all()) {
    // the aggregator serves this group itself
    if (group !== 'apiregistration.k8s.io') versions.set(`${version}.${group}`, { group, version, builtin });
  }
  return versions;
}

async function settle(api: ClusterApi, wanted: GroupVersion | undefined, name: string): Promise<void> {
  const live = api.peek({ ...KIND, name });
  if (wanted === undefined) {
    if (live?.metadata.labels?.[MANAGED] !== undefined) await api.delete({ ...KIND, name });
    return;
  }
  if (live !== undefined) return;
  const created = await api.create(apiService(name, wanted));
  await api.update({ ...created, status: { conditions: [available(created)] } }, { subresource: 'status' });
}

/** [of the group, of the version]: which groups, and which versions in a group, clients are to prefer. */
const PRIORITIES: Readonly<Record<string, readonly [number, number]>> = {
  '/v1': [18000, 1],
  'apps/v1': [17800, 15],
  'events.k8s.io/v1': [17750, 15],
  'authentication.k8s.io/v1': [17700, 15],
  'authorization.k8s.io/v1': [17600, 15],
  'autoscaling/v1': [17500, 15],
  'autoscaling/v2': [17500, 30],
  'batch/v1': [17400, 15],
  'certificates.k8s.io/v1': [17300, 15],
  'networking.k8s.io/v1': [17200, 15],
  'policy/v1': [17100, 15],
  'rbac.authorization.k8s.io/v1': [17000, 15],
  'storage.k8s.io/v1': [16800, 15],
  'admissionregistration.k8s.io/v1': [16700, 15],
  'apiextensions.k8s.io/v1': [16700, 15],
  'scheduling.k8s.io/v1': [16600, 15],
  'coordination.k8s.io/v1': [16500, 15],
  'node.k8s.io/v1': [16300, 15],
  'discovery.k8s.io/v1': [16200, 15],
  'resource.k8s.io/v1': [16200, 21],
  'flowcontrol.apiserver.k8s.io/v1': [16100, 21],
};
const CUSTOM_PRIORITY = [1000, 100] as const;

function apiService(name: string, { group, version, builtin }: GroupVersion): KubeObject {
  const [groupPriorityMinimum, versionPriority] = PRIORITIES[`${group}/${version}`] ?? CUSTOM_PRIORITY;
  return {
    ...KIND,
    metadata: { name, labels: { [MANAGED]: builtin ? 'onstart' : 'true' } },
    spec: { group, version, groupPriorityMinimum, versionPriority },
  };
}

function available(created: KubeObject): object {
  return {
    type: 'Available',
    status: 'True',
    reason: 'Local',
    message: 'Local APIServices are always available',
    lastTransitionTime: created.metadata.creationTimestamp,
  };
}
