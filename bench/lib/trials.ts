// Latencies while everything else is at rest: a child changed by hand, and a row changed in the database.
import type { KubeClient } from '@caretaker/kube';
import type { Observer } from './observer.ts';
import { namespace, type Table, uidOf } from './workload.ts';

/** A merge patch by another field manager on ConfigMaps and Deployments of different tenants; milliseconds until the old value is back. */
export async function driftLatencies(client: KubeClient, observer: Observer, trials: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let i = 0; i < trials; i++) {
    const uid = uidOf(i);
    const configMap = i % 2 === 0;
    const ref = configMap
      ? { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: `${uid}-settings` }
      : { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: `${uid}-web` };
    const body = configMap
      ? { data: { plan: 'drifted' } }
      : { spec: { template: { metadata: { labels: { app: uid, 'kubernetes-tenants.org/tenant': 'drifted' } } } } };
    const before = versionOf(observer, configMap, ref.name);
    await client.patch(ref, { type: 'merge', body }, { fieldManager: 'intruder' });
    const answered = performance.now();
    const repaired = (): boolean => {
      const object = observer.child(configMap ? 'ConfigMap' : 'Deployment', ref.name);
      return object !== undefined && object.metadata.resourceVersion !== before && !JSON.stringify(object).includes('drifted');
    };
    // The observer must have seen the drift before it can see the repair.
    await observer.until(
      () => versionOf(observer, configMap, ref.name) !== before,
      10_000,
      () => `no event for the drift of ${ref.name}`,
    );
    latencies.push((await observer.until(repaired, 60_000, () => `${ref.kind} ${ref.name} stays drifted`)) - answered);
  }
  return latencies;
}

function versionOf(observer: Observer, configMap: boolean, name: string): string | undefined {
  return observer.child(configMap ? 'ConfigMap' : 'Deployment', name)?.metadata.resourceVersion;
}

/** Rows changed at moments spread over `spreadMs`; milliseconds from the database's answer to the child that shows it. */
export async function rowLatencies(table: Table, observer: Observer, rows: number, spreadMs: number, timeoutMs: number): Promise<number[]> {
  return Promise.all(
    Array.from({ length: rows }, async (_, i) => {
      await new Promise((resolve) => setTimeout(resolve, (i * spreadMs) / rows));
      const uid = uidOf(100 - rows + i);
      await table.run('UPDATE customers SET plan = ? WHERE id = ?', `gold-${i}`, uid);
      const changed = performance.now();
      const shows = (): boolean => JSON.stringify(observer.child('ConfigMap', `${uid}-settings`) ?? '').includes(`gold-${i}`);
      return (await observer.until(shows, timeoutMs, () => `the row ${uid} did not reach its ConfigMap`)) - changed;
    }),
  );
}
