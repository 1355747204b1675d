// field.md R36: what the ancestor made (same field manager, owner reference, no marks of ours) is taken over without touching a pod.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { bundleOf, clientOn, configMap, deployment, ownerNamed, phases, refOf, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');

async function asAncestor(world: TestWorld, object: KubeObject): Promise<KubeObject> {
  const { apiVersion, kind, name, uid } = owner;
  const ownerReferences = [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }];
  const client = clientOn(world.cluster.transport(), world.clock, 'tenant-operator');
  const { object: made } = await client.apply(
    { ...object, metadata: { ...object.metadata, ownerReferences } },
    { fieldManager: 'tenant-operator' },
  );
  return made;
}

const bundle = bundleOf(
  owner,
  { id: 'settings', object: configMap('settings', { plan: 'pro' }) },
  { id: 'web', object: deployment('web', { replicas: 2 }), waitForReady: false },
);

test('taken over with one write each, no conflict under Stuck, and the same spec', async () => {
  const world = new TestWorld();
  await asAncestor(world, configMap('settings', { plan: 'pro' }));
  const before = await asAncestor(world, deployment('web', { replicas: 2 }));
  const outcome = await world.pass(bundle);
  assert.deepEqual(phases(outcome), { settings: 'Ready', web: 'Ready' });
  const writes = world.requests().filter((line) => !line.startsWith('GET'));
  assert.deepEqual(
    writes.map((line) => line.split('/').at(-1)),
    ['settings', 'web'],
  );
  const after = await world.user.get(refOf(deployment('web')));
  assert.deepEqual(after['spec'], before['spec'], 'no pod is replaced');
  assert.equal(after.metadata.labels?.['kubernetes-tenants.org/tenant'], 'acme');
  await world.quiet();
  world.requests();
  assert.equal((await world.pass(bundle)).changed, false);
  assert.deepEqual(world.requests(), []);
  await world.end();
});

test('a field that the ancestor left drifted is unknown to us, hence a conflict, until it is forced or given up', async () => {
  const world = new TestWorld();
  await asAncestor(world, configMap('settings', { plan: 'pro' }));
  await world.user.patch(refOf(configMap('settings', {})), { type: 'merge', body: { data: { plan: 'theirs' } } });
  const outcome = await world.pass(bundle);
  assert.equal(outcome.resources.find((state) => state.id === 'settings')?.code, 'FieldConflict');
  await world.end();
});

test('what the ancestor released with its orphan marks is managed again', async () => {
  const world = new TestWorld();
  const marked = configMap('settings', { plan: 'pro' });
  marked.metadata.labels = { 'kubernetes-tenants.org/orphaned': 'true' };
  await world.user.create(marked);
  assert.deepEqual(phases(await world.pass(bundle)), { settings: 'Ready', web: 'Ready' });
  assert.equal((await world.user.get(refOf(marked))).metadata.labels?.['kubernetes-tenants.org/orphaned'], undefined);
  await world.end();
});
