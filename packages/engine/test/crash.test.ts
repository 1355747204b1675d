// field.md R01: a crash at every write, with the write done or not, converges after the restart to what an undisturbed run leaves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import type { Bundle, InventoryEntry } from '../src/index.ts';
import { bundleOf, configMap, ownerNamed, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');

const first = bundleOf(
  owner,
  { id: 'settings', object: configMap('settings', { v: '1' }) },
  { id: 'kept', object: configMap('kept', { v: '1' }), deletionPolicy: 'Retain' },
  { id: 'merged', object: configMap('merged', { v: '1' }), patchStrategy: 'merge', dependIds: ['settings'] },
  { id: 'fixed', object: { ...configMap('fixed', { v: '1' }), immutable: true }, onImmutable: 'Recreate', dependIds: ['settings'] },
  { id: 'gone', object: configMap('gone', {}), dependIds: ['fixed'] },
);
const second = bundleOf(
  owner,
  { id: 'settings', object: configMap('settings', { v: '2' }) },
  { id: 'merged', object: configMap('merged', { v: '2' }), patchStrategy: 'merge', dependIds: ['settings'] },
  { id: 'fixed', object: { ...configMap('fixed', { v: '2' }), immutable: true }, onImmutable: 'Recreate', dependIds: ['settings'] },
  { id: 'renamed', object: configMap('renamed', {}) },
);

/** Lets the process die at its `at`-th write: before it is sent, or after it took effect. From then on nothing gets out until the restart. */
function dieAt(world: TestWorld, at: number, when: 'before' | 'after'): { writes: number; dead: boolean } {
  const state = { writes: 0, dead: false };
  world.transport.intercept = async (request) => {
    if (state.dead) throw new Error('the process is dead');
    if (request.method === 'GET') return undefined;
    state.writes++;
    if (state.writes !== at) return undefined;
    state.dead = true;
    if (when === 'after') await world.cluster.transport().send(request);
    throw new Error('the process died');
  };
  return state;
}

async function converge(world: TestWorld, bundle: Bundle): Promise<void> {
  for (let round = 0; round < 12; round++) {
    const outcome = await world.pass(bundle);
    await world.quiet();
    if (!outcome.changed && outcome.result === 'success' && outcome.resources.every((state) => state.phase !== 'Deleting')) return;
    await world.clock.advance(1_000);
  }
  throw new Error('never converged');
}

async function removeAll(world: TestWorld): Promise<void> {
  const inventory: readonly InventoryEntry[] = world.inventories.get(owner.key) ?? [];
  for (let call = 0; call < 12; call++) {
    const { done } = await world.engine.remove(owner, inventory);
    await world.quiet();
    if (done) return;
  }
  throw new Error('never removed');
}

/** Everything there is, without what differs from run to run. */
async function contents(world: TestWorld): Promise<unknown[]> {
  const { items } = await world.user.list({ apiVersion: 'v1', kind: 'ConfigMap' }, { namespace: 'default' });
  return items.filter((item) => item.metadata.name !== 'kube-root-ca.crt').map(plain);
}

function plain(object: KubeObject): unknown {
  const { name, labels, annotations } = object.metadata;
  const { 'kubernetes-tenants.org/orphaned-at': _at, ...kept } = annotations ?? {};
  return { name, labels, annotations: kept, data: object['data'] };
}

/** One life: made, changed, removed; dying at one write of one phase. */
async function life(
  phase: 'make' | 'change' | 'remove' | 'none',
  at: number,
  when: 'before' | 'after',
): Promise<{ states: unknown[][]; writes: number }> {
  const world = new TestWorld();
  const states: unknown[][] = [];
  let writes = 0;
  const steps = { make: () => converge(world, first), change: () => converge(world, second), remove: () => removeAll(world) };
  for (const [name, step] of Object.entries(steps)) {
    const death = name === phase ? dieAt(world, at, when) : dieAt(world, 0, 'before');
    try {
      await step();
    } catch (error) {
      if (!death.dead) throw error;
    }
    if (death.dead) {
      world.transport.intercept = undefined;
      await world.restart();
      await step();
    }
    writes += death.writes;
    states.push(await contents(world));
  }
  await world.end();
  return { states, writes };
}

test('a crash at any write of making, changing or removing leads to the same end', async () => {
  const reference = await life('none', 0, 'before');
  assert.ok(reference.states[0]?.length === 5 && reference.states[1]?.length === 5, 'kept is released, renamed is new');
  assert.equal(reference.states[2]?.length, 1, 'only what was released stays');
  let deaths = 0;
  for (const phase of ['make', 'change', 'remove'] as const) {
    for (const when of ['before', 'after'] as const) {
      for (let at = 1; at <= 12; at++) {
        const { states, writes } = await life(phase, at, when);
        assert.deepEqual(states, reference.states, `${phase}, write ${at}, ${when}`);
        if (writes !== reference.writes) deaths++;
      }
    }
  }
  assert.ok(deaths > 20, `${deaths} lives were cut short`);
});
