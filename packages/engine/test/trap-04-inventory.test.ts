// DESIGN §10.4: the inventory holds what cleanup needs without the revision; Retain objects never carry an owner reference.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InventoryEntry } from '../src/index.ts';
import { bundleOf, configMap, ownerNamed, phases, refOf, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');

test('an object that is no longer wanted is deleted by its recorded address and uid alone', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', {}) }, { id: 'b', object: configMap('b', {}) }));
  await world.restart();
  const outcome = await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', {}) }));
  assert.ok(outcome.happenings.some((happening) => happening.type === 'Deleted' && happening.id === 'b'));
  await assert.rejects(world.user.get(refOf(configMap('b', {}))), /not found/);
  assert.deepEqual(phases(await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', {}) }))), { a: 'Ready' });
  await world.end();
});

test('a resource that could not be rendered keeps its object and its place in the inventory', async () => {
  const world = new TestWorld();
  const first = await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', {}) }));
  const outcome = await world.pass({
    owner,
    desired: [],
    unrendered: [{ id: 'a', reason: 'TemplateRenderError', message: 'line 3: variable plan is missing' }],
  });
  assert.deepEqual(phases(outcome), { a: 'Failed/TemplateRenderError' });
  assert.equal(outcome.resources[0]?.name, 'a');
  assert.equal(outcome.resources[0]?.uid, first.resources[0]?.uid);
  await world.user.get(refOf(configMap('a', {})));
  await world.end();
});

test('Retain: no owner reference, released and marked when it is no longer wanted, taken back without a conflict later', async () => {
  const world = new TestWorld();
  const bundle = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }), deletionPolicy: 'Retain' });
  await world.pass(bundle);
  const live = await world.user.get(refOf(configMap('a', {})));
  assert.equal(live.metadata.ownerReferences, undefined);
  const outcome = await world.pass(bundleOf(owner));
  assert.ok(outcome.happenings.some((happening) => happening.type === 'Released'));
  assert.deepEqual(phases(outcome), { a: 'Retained/NoLongerWanted' });
  assert.equal(outcome.counts.desired, 0);
  assert.equal((await world.engine.remove(owner, outcome.resources)).done, true, 'it holds no removal');
  const released = await world.user.get(refOf(configMap('a', {})));
  assert.equal(released.metadata.labels?.['kubernetes-tenants.org/orphaned'], 'true');
  assert.equal(released.metadata.labels?.['kubernetes-tenants.org/tenant'], undefined);
  assert.equal(released.metadata.annotations?.['kubernetes-tenants.org/orphaned-reason'], 'RemovedFromTemplate');
  await world.quiet();
  assert.deepEqual(phases(await world.pass(bundle)), { a: 'Ready' });
  const again = await world.user.get(refOf(configMap('a', {})));
  assert.equal(again.metadata.labels?.['kubernetes-tenants.org/orphaned'], undefined);
  assert.equal(again.metadata.annotations?.['kubernetes-tenants.org/orphaned-at'], undefined);
  assert.equal(again.metadata.labels?.['kubernetes-tenants.org/tenant'], 'acme');
  await world.end();
});

test('Delete turned into Retain takes the owner reference off before garbage collection can act on it', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', {}) }));
  assert.equal((await world.user.get(refOf(configMap('a', {})))).metadata.ownerReferences?.length, 1);
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', {}), deletionPolicy: 'Retain' }));
  assert.equal((await world.user.get(refOf(configMap('a', {})))).metadata.ownerReferences, undefined);
  await world.end();
});

test('an object made just before a crash, unknown to the status, is found by its marks and removed with its owner', async () => {
  const world = new TestWorld();
  await world.engine.reconcile(bundleOf(owner, { id: 'a', object: configMap('a', {}) }));
  await world.restart();
  const bundle = bundleOf(owner, { id: 'b', object: configMap('b', {}) });
  const outcome = await world.pass(bundle);
  assert.ok(outcome.happenings.some((happening) => happening.type === 'Deleted' && happening.ref.name === 'a'));
  await world.end();
});

test('an object of the inventory that was replaced by a foreign one of the same name is left alone', async () => {
  const world = new TestWorld();
  const { resources } = await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', {}) }));
  const entries: readonly InventoryEntry[] = resources;
  await world.user.delete(refOf(configMap('a', {})));
  await world.user.create(configMap('a', { mine: 'yes' }));
  await world.quiet();
  const removal = await world.engine.remove(owner, entries);
  assert.equal(removal.done, true);
  assert.deepEqual(
    removal.happenings.map(({ type, code }) => [type, code]),
    [['LeftAlone', 'OwnershipNotProven']],
  );
  assert.deepEqual((await world.user.get(refOf(configMap('a', {}))))['data'], { mine: 'yes' });
  await world.end();
});

test('while something cannot be rendered, an object that the inventory does not name is not taken for unwanted', async () => {
  const world = new TestWorld();
  await world.engine.reconcile(bundleOf(owner, { id: 'a', object: configMap('a', {}) }));
  await world.restart();
  const unrendered = [{ id: 'a', reason: 'TemplateRenderError', message: 'variable plan is missing' }];
  await world.pass({ owner, desired: [{ id: 'b', object: configMap('b', {}) }], unrendered });
  await world.user.get(refOf(configMap('a', {})));
  await world.end();
});

test('an object recorded under a version that is not served any more is found and removed under one that is', async () => {
  const world = new TestWorld();
  const budget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'b', namespace: 'default' },
    spec: { minAvailable: 1 },
  };
  const { resources } = await world.pass(bundleOf(owner, { id: 'b', object: budget }));
  await world.restart();
  const old = resources.map((state) => ({ ...state, apiVersion: 'policy/v1beta1' }));
  const removal = await world.engine.remove(owner, old);
  assert.deepEqual(
    removal.happenings.map(({ type }) => type),
    ['Deleted'],
  );
  await assert.rejects(world.user.get(refOf(budget)), /not found/);
  await world.end();
});
