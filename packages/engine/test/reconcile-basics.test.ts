import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleOf, configMap, deployment, ownerNamed, phases, refOf, TestWorld } from './support/world.ts';

test('a bundle is applied with one request per object, and then nothing is sent', async () => {
  const world = new TestWorld();
  const bundle = bundleOf(
    ownerNamed('acme'),
    { id: 'a', object: configMap('a', { x: '1' }) },
    { id: 'b', object: configMap('b', { x: '2' }) },
  );
  const first = await world.pass(bundle);
  assert.deepEqual(phases(first), { a: 'Ready', b: 'Ready' });
  assert.equal(first.result, 'success');
  const sent = world.requests();
  assert.deepEqual(
    sent.filter((line) => line.includes('configmaps')),
    ['APPLY /api/v1/namespaces/default/configmaps/a', 'APPLY /api/v1/namespaces/default/configmaps/b'],
  );
  const second = await world.pass(bundle);
  assert.deepEqual(phases(second), { a: 'Ready', b: 'Ready' });
  assert.equal(second.changed, false);
  assert.deepEqual(world.requests(), []);
  assert.deepEqual(world.takeWakes(), []);
  await world.end();
});

test('a restart with nothing changed sends no write', async () => {
  const world = new TestWorld();
  const bundle = bundleOf(
    ownerNamed('acme'),
    { id: 'a', object: configMap('a', { x: '1' }) },
    { id: 'web', object: deployment('web', { replicas: 2 }), waitForReady: false },
  );
  await world.pass(bundle);
  await world.restart();
  world.requests();
  const outcome = await world.pass(bundle);
  assert.deepEqual(phases(outcome), { a: 'Ready', web: 'Ready' });
  assert.deepEqual(
    world.requests().filter((line) => !line.startsWith('GET /api')),
    [],
  );
  await world.end();
});

test('dependents wait until what they depend on is ready', async () => {
  const world = new TestWorld();
  const bundle = bundleOf(
    ownerNamed('acme'),
    { id: 'web', object: deployment('web', { replicas: 1 }) },
    { id: 'after', object: configMap('after', {}), dependIds: ['web'] },
  );
  const first = await world.pass(bundle);
  assert.deepEqual(phases(first), { web: 'WaitingForReady/GenerationNotObserved', after: 'WaitingForDependency/DependencyNotReady' });
  await world.quiet();
  world.takeWakes();
  const live = await world.user.get(refOf(deployment('web')));
  live['status'] = {
    observedGeneration: live.metadata.generation ?? 1,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
  };
  await world.user.update(live, { subresource: 'status' });
  await world.quiet();
  assert.deepEqual(world.takeWakes(), ['readiness']);
  const second = await world.pass(bundle);
  assert.deepEqual(phases(second), { web: 'Ready', after: 'Ready' });
  await world.end();
});

test('drift wakes the owner and is repaired at once, naming who did it', async () => {
  const world = new TestWorld();
  const bundle = bundleOf(ownerNamed('acme'), { id: 'a', object: configMap('a', { x: '1' }) });
  await world.pass(bundle);
  world.requests();
  const live = await world.user.get(refOf(configMap('a', {})));
  live['data'] = { x: 'changed' };
  await world.user.update(live);
  await world.quiet();
  assert.deepEqual(world.takeWakes(), ['drift']);
  const outcome = await world.pass(bundle);
  assert.deepEqual(phases(outcome), { a: 'Ready' });
  assert.deepEqual(world.requests(), ['APPLY /api/v1/namespaces/default/configmaps/a force']);
  const repaired = outcome.happenings.find((happening) => happening.type === 'DriftRepaired');
  assert.deepEqual(repaired?.opponents, [{ manager: 'kubectl-edit', operation: 'Update', field: '.data.x' }]);
  const after = await world.user.get(refOf(configMap('a', {})));
  assert.deepEqual(after['data'], { x: '1' });
  await world.end();
});
