import type { JsonObject, KubeObject } from '@caretaker/kube';
import { member } from '../../admission/json-members.ts';
import type { Usage } from '../../quota/amounts.ts';
import { addUsage } from '../../quota/amounts.ts';
import { inScope } from '../../quota/scopes.ts';
import { isRecounted } from '../../quota/set-free.ts';
import { usageOf } from '../../quota/usage.ts';
import { type ApiCore, tableOf } from '../../server/core.ts';
import { deepEqual } from '../../server/writes/deep-equal.ts';
import type { ClusterApi, ClusterController } from '../contract.ts';
import { KeyedWorker } from '../keyed-worker.ts';

const KIND = { apiVersion: 'v1', kind: 'ResourceQuota' };

/** Counts what namespaces use, and keeps it in the status of their quotas. */
export function resourceQuotaController(core: ApiCore): ClusterController {
  let stop: () => void = () => {};
  return {
    name: 'resourcequota-controller',
    start(api) {
      const quotas = core.store.table('/resourcequotas');
      const worker = new KeyedWorker(api, (namespace) => sync(core, api, namespace));
      for (const quota of quotas.values()) worker.add(quota.metadata.namespace ?? '');
      const unlisten = core.store.onCommit((table, event) => {
        if (event.namespace === '' || quotas.countIn(event.namespace) === 0) return;
        // What admission booked itself needs no second look.
        const news = event.type === 'DELETED' || (event.type === 'ADDED' && table === quotas);
        if (news || isRecounted(table.key, event.object, event.previous, core.clock.now())) worker.add(event.namespace);
      });
      stop = () => {
        unlisten();
        worker.stop();
      };
    },
    stop: () => stop(),
  };
}

async function sync(core: ApiCore, api: ClusterApi, namespace: string): Promise<void> {
  for (const quota of api.list(KIND, { namespace })) {
    const hard = member(member(quota, 'spec'), 'hard');
    const used = usedOf(core, quota, namespace, Object.keys(hard));
    const status = { hard: structuredClone(hard), used };
    if (quota.metadata.deletionTimestamp !== undefined || deepEqual(member(quota, 'status'), status)) continue;
    await api.update({ ...structuredClone(quota), status }, { subresource: 'status' });
  }
}

function usedOf(core: ApiCore, quota: KubeObject, namespace: string, names: readonly string[]): JsonObject {
  let total: Usage = {};
  const seen = new Set<string>();
  for (const type of core.catalog.all()) {
    const key = core.catalog.tableKey(type);
    if (!type.namespaced || type.virtual || seen.has(key)) continue;
    seen.add(key);
    for (const object of tableOf(core, type).values(namespace)) {
      if (inScope(quota, type.group, type.plural, object))
        total = addUsage(total, pick(usageOf(type.group, type.plural, object, core.clock.now()), names));
    }
  }
  return Object.fromEntries(names.map((name) => [name, total[name] ?? '0']));
}

function pick(usage: Usage, names: readonly string[]): Usage {
  return Object.fromEntries(Object.entries(usage).filter(([name]) => names.includes(name)));
}
