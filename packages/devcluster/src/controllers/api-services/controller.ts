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
  for (const { group, version, builtin } of core.catalog.all()) versions.set(`${version}.${group}`, { group, version, builtin });
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

function apiService(name: string, { group, version, builtin }: GroupVersion): KubeObject {
  return {
    ...KIND,
    metadata: { name, labels: { [MANAGED]: builtin ? 'onstart' : 'true' } },
    spec: { group, version, groupPriorityMinimum: group === '' ? 18000 : builtin ? 17000 : 1000, versionPriority: builtin ? 15 : 100 },
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
