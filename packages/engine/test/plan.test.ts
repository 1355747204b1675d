import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { bundleOf, configMap, deployment, ownerNamed, refOf, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');
const first = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) }, { id: 'b', object: configMap('b', {}) });

test('a plan names every write, sends none, and is what a reconcile then does', async () => {
  const world = new TestWorld();
  await world.pass(first);
  world.requests();
  const next = bundleOf(
    owner,
    { id: 'a', object: configMap('a', { x: '2' }) },
    { id: 'web', object: deployment('web', { replicas: 1 }) },
    { id: 'after', object: configMap('after', {}), dependIds: ['web'] },
  );
  const plan = await world.engine.plan(next, { inventory: world.inventories.get(owner.key) ?? [] });
  assert.deepEqual(
    plan.actions.map((action) => `${action.id} ${action.verb}`),
    ['a apply', 'web create', 'after create', 'b delete'],
  );
  assert.deepEqual(
    plan.pruned.map((entry) => entry.id),
    ['b'],
  );
  assert.deepEqual(
    world.requests().filter((line) => !line.startsWith('GET')),
    [],
  );
  const outcome = await world.pass(next);
  assert.deepEqual(
    outcome.happenings
      .filter((happening) => happening.durationMs !== undefined)
      .map((happening) => `${happening.id} ${happening.type}`)
      .sort(),
    ['a Applied', 'b Deleted', 'web Created'],
  );
  await world.end();
});

test('nothing to do is said as such', async () => {
  const world = new TestWorld();
  await world.pass(first);
  const plan = await world.engine.plan(first, { inventory: world.inventories.get(owner.key) ?? [] });
  assert.deepEqual(
    plan.actions.map((action) => action.verb),
    ['none', 'none'],
  );
  await world.end();
});

test('with a dry run every change comes with both values, Secrets without', async () => {
  const world = new TestWorld();
  const secret = (value: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace: 'default' },
    stringData: { p: value },
  });
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) }, { id: 's', object: secret('old') }));
  const next = bundleOf(owner, { id: 'a', object: configMap('a', { x: '2' }) }, { id: 's', object: secret('new') });
  const plan = await world.engine.plan(next, { inventory: world.inventories.get(owner.key) ?? [], dryRun: true });
  assert.deepEqual(plan.actions[0]?.changes, [{ field: '.data.x', before: '1', after: '2' }]);
  assert.deepEqual(plan.actions[1]?.changes, [{ field: '.data.p', before: '<redacted>', after: '<redacted>' }]);
  assert.deepEqual((await world.user.get(refOf(configMap('a', {}))))['data'], { x: '1' });
  await world.end();
});

test('what is in the way is blocked, with the reason', async () => {
  const world = new TestWorld();
  await world.user.create(configMap('a', {}));
  const plan = await world.engine.plan(first);
  assert.equal(plan.actions[0]?.verb, 'blocked');
  assert.equal(plan.actions[0]?.state.code, 'ObjectExists');
  assert.equal(plan.actions[1]?.verb, 'create');
  await world.end();
});
