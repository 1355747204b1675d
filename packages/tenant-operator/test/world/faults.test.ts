/** The operator arrives whatever happens on the way: restarts at any moment, lost requests, lost replies. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { seededRandom } from '@caretaker/kube/testing';
import { tenantKind } from '../../src/api/names.ts';
import { type Fault, isReady, namespace, row, rows, templateManifest, untilReady, type World, world } from './world.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };
const ownNames = (objects: readonly KubeObject[]) =>
  objects
    .filter(({ metadata }) => metadata.labels?.['kubernetes-tenants.org/tenant'] !== undefined)
    .map(({ metadata }) => metadata.name ?? '')
    .sort();
const next = templateManifest({
  configMaps: [{ id: 'settings', nameTemplate: '{{ .uid }}-renamed', spec: { ...configMap, data: { plan: '{{ .plan }}' } } }],
});

/** Rows change, the template renames a resource; at the end exactly what is wanted is there. */
async function story(it: World, pause: () => Promise<void>): Promise<void> {
  await pause();
  it.table.rows = [row('c0', { plan: 'gold' }), ...rows(8).slice(1)];
  await pause();
  await it.client.apply(next, { fieldManager: 'kubectl', force: true });
  await pause();
  it.table.rows = it.table.rows.slice(0, 7);
  await pause();
  await it.until(
    'the last row is gone and everything is ready',
    async () => {
      const { items } = await it.client.list(tenantKind, { namespace });
      return (
        items.length === 7 &&
        items.every(
          (item) => isReady(item) && (item['status'] as { observedGeneration?: number }).observedGeneration === item.metadata.generation,
        )
      );
    },
    600_000,
  );
  await it.until(
    'nothing is left over',
    async () => {
      const { items } = await it.client.list(configMap, { namespace });
      return ownNames(items).join() === Array.from({ length: 7 }, (_, index) => `c${index}-renamed`).join();
    },
    600_000,
  );
  assert.equal(((await it.get(configMap, 'c0-renamed'))?.['data'] as { plan?: string } | undefined)?.plan, 'gold');
}

for (let seed = 1; seed <= 6; seed++)
  test(`restarts at any moment lose nothing and leave nothing over (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const it = await world({ rows: rows(8) });
    await story(it, async () => {
      await it.advance(Math.floor(random.next() * 400));
      await it.restart();
      await it.advance(Math.floor(random.next() * 35_000));
    });
    await it.close();
  });

for (let seed = 1; seed <= 10; seed++)
  test(`a crash after any write loses nothing and leaves nothing over (seed ${seed})`, async () => {
    const random = seededRandom(100 + seed);
    const it = await world({ rows: rows(8) });
    await story(it, async () => {
      it.cutOffAfter(1 + Math.floor(random.next() * 30));
      await it.advance(32_000);
      await it.replace();
      await it.advance(Math.floor(random.next() * 50_000));
    });
    await it.close();
  });

for (let seed = 1; seed <= 6; seed++)
  test(`lost requests and lost replies delay, and change nothing else (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    let losing = true;
    let lost = 0;
    const fault = ({ method, path }: { method: string; path: string }): Fault => {
      if (!losing || path.includes('/leases') || path.includes('watch=true')) return undefined;
      const chance = random.next();
      if (chance >= 0.25) return undefined;
      lost += 1;
      return chance < 0.1 || method === 'GET' ? 'request' : 'reply';
    };
    const it = await world({ rows: rows(8), fault });
    await story(it, () => it.advance(Math.floor(random.next() * 40_000)));
    losing = false;
    assert.ok(lost > 10, `${lost} lost`);
    await untilReady(it, 7);
    assert.doesNotMatch(it.log.join('\n'), /Conflicted|ObjectExists/, "an object of our own is never taken for somebody else's");
    await it.close();
  });
