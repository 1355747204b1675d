// DESIGN §10.5: Stuck protects what others own; drift of what was ours is repaired all the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleOf, configMap, ownerNamed, phases, refOf, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');
const a = configMap('a', {});

test('an object that exists already is noticed before the first apply: not a single write is tried', async () => {
  const world = new TestWorld();
  await world.user.create(configMap('a', { mine: 'yes' }));
  const outcome = await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) }));
  assert.deepEqual(phases(outcome), { a: 'Conflicted/ObjectExists' });
  assert.match(outcome.resources[0]?.message ?? '', /managed by kubectl-edit/);
  assert.deepEqual(
    world.requests().filter((line) => !line.startsWith('GET')),
    [],
  );
  assert.deepEqual(outcome.counts, { desired: 1, ready: 0, failed: 1, skipped: 0, conflicted: 1, timedOut: 0, paused: 0 });
  await world.end();
});

test('when the foreign object goes away, the owner is woken and makes its own', async () => {
  const world = new TestWorld();
  await world.user.create(configMap('a', { mine: 'yes' }));
  const bundle = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) });
  await world.pass(bundle);
  await world.user.delete(refOf(a));
  await world.quiet();
  assert.deepEqual(world.takeWakes(), ['deleted']);
  assert.deepEqual(phases(await world.pass(bundle)), { a: 'Ready' });
  await world.end();
});

test('Force takes the foreign object, and says so', async () => {
  const world = new TestWorld();
  await world.user.create(configMap('a', { x: 'theirs', keep: 'me' }));
  const outcome = await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }), conflictPolicy: 'Force' }));
  assert.deepEqual(phases(outcome), { a: 'Ready' });
  assert.equal(outcome.happenings[0]?.type, 'Adopted');
  assert.deepEqual((await world.user.get(refOf(a)))['data'], { x: '1', keep: 'me' });
  await world.end();
});

test('a field that another manager held before we first wanted it is a conflict, with manager, field and both values', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) }));
  await world.user.patch(refOf(a), { type: 'merge', body: { data: { y: 'theirs' } } });
  await world.quiet();
  const wanted = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1', y: 'ours' }) });
  const outcome = await world.pass(wanted);
  assert.deepEqual(phases(outcome), { a: 'Conflicted/ResourceConflict' });
  assert.equal(outcome.resources[0]?.message, 'ConfigMap default/a: .data.y by kubectl-edit (Update): is "theirs", wanted "ours"');
  assert.deepEqual((await world.user.get(refOf(a)))['data'], { x: '1', y: 'theirs' });
  world.requests();
  assert.deepEqual(phases(await world.pass(wanted)), { a: 'Conflicted/ResourceConflict' });
  assert.deepEqual(world.requests(), [], 'the same refusal is not asked for twice');
  await world.end();
});

test('setting conflictPolicy Force ends a conflict at once', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) }));
  await world.user.patch(refOf(a), { type: 'merge', body: { data: { y: 'theirs' } } });
  await world.quiet();
  const wanted = { id: 'a', object: configMap('a', { x: '1', y: 'ours' }) };
  assert.equal((await world.pass(bundleOf(owner, wanted))).resources[0]?.phase, 'Conflicted');
  assert.deepEqual(phases(await world.pass(bundleOf(owner, { ...wanted, conflictPolicy: 'Force' }))), { a: 'Ready' });
  assert.deepEqual((await world.user.get(refOf(a)))['data'], { x: '1', y: 'ours' });
  await world.end();
});

test('the conflict ends when the other manager gives the field up', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) }));
  await world.user.patch(refOf(a), { type: 'merge', body: { data: { y: 'theirs' } } });
  await world.quiet();
  const wanted = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1', y: 'ours' }) });
  await world.pass(wanted);
  world.takeWakes();
  await world.user.patch(refOf(a), { type: 'merge', body: { data: { y: null } } });
  await world.quiet();
  assert.ok(world.takeWakes().length > 0, 'the owner is woken');
  assert.deepEqual(phases(await world.pass(wanted)), { a: 'Ready' });
  await world.end();
});

test('under Stuck a field that was ours is repaired, also when the template changes at the same time', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) }));
  await world.user.patch(refOf(a), { type: 'merge', body: { data: { x: 'changed' } } });
  await world.quiet();
  const outcome = await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '1', z: '3' }) }));
  assert.deepEqual(phases(outcome), { a: 'Ready' });
  assert.deepEqual((await world.user.get(refOf(a)))['data'], { x: '1', z: '3' });
  await world.end();
});

test('after a restart drift is still drift: the applied-hash proves that the field was ours', async () => {
  const world = new TestWorld();
  const bundle = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) });
  await world.pass(bundle);
  await world.restart();
  await world.user.patch(refOf(a), { type: 'merge', body: { data: { x: 'changed' } } });
  const outcome = await world.pass(bundle);
  assert.deepEqual(phases(outcome), { a: 'Ready' });
  assert.deepEqual((await world.user.get(refOf(a)))['data'], { x: '1' });
  await world.end();
});

test('after a restart with another template, a field that is not ours any more is unknown, hence a conflict', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) }));
  await world.restart();
  await world.user.patch(refOf(a), { type: 'merge', body: { data: { x: 'changed' } } });
  const outcome = await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '2' }) }));
  assert.deepEqual(phases(outcome), { a: 'Conflicted/ResourceConflict' });
  await world.end();
});

test('a 200 where the first apply expected a 201 is told as adoption', async () => {
  const world = new TestWorld();
  const bundle = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) });
  await world.engine.reconcile(bundleOf(ownerNamed('other'), { id: 'z', object: configMap('z', {}) }));
  let raced = false;
  world.transport.intercept = async (request) => {
    if (raced || request.method !== 'PATCH') return undefined;
    raced = true;
    await world.user.create(configMap('a', { theirs: '1' }));
    return undefined;
  };
  const outcome = await world.pass(bundle);
  assert.equal(outcome.happenings[0]?.type, 'Adopted');
  assert.match(outcome.happenings[0]?.message ?? '', /existed already/);
  await world.end();
});

test('a foreign object that was in the way is not recorded as ours: giving the resource up deletes nothing', async () => {
  for (const conflictPolicy of ['Stuck', 'Force'] as const) {
    const world = new TestWorld();
    await world.user.create(configMap('a', { mine: 'yes' }));
    const gate = {
      id: 'never',
      object: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'never', namespace: 'default' },
        spec: { containers: [{ name: 'c', image: 'i' }] },
      },
    };
    const outcome = await world.pass(
      bundleOf(owner, gate, { id: 'a', object: configMap('a', { x: '1' }), conflictPolicy, dependIds: ['never'] }),
    );
    assert.equal(outcome.resources.find((state) => state.id === 'a')?.uid, undefined);
    await world.pass(bundleOf(owner));
    assert.deepEqual((await world.user.get(refOf(a)))['data'], { mine: 'yes' });
    await world.end();
  }
});
