import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonAnswer } from './support/counting-transport.ts';
import { bundleOf, configMap, ownerNamed, phases, refOf, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');
const bundle = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) });
const a = refOf(configMap('a', {}));

const events: readonly [name: string, body: Record<string, unknown>, wakes: string[]][] = [
  ['a field of ours', { data: { x: '2' } }, ['drift']],
  ['a field of somebody else', { data: { other: '2' } }, []],
  ['a label of somebody else', { metadata: { labels: { other: 'x' } } }, []],
  ['a tracking label', { metadata: { labels: { 'kubernetes-tenants.org/tenant': 'beta' } } }, ['drift']],
  ['the owner reference', { metadata: { ownerReferences: null } }, ['drift']],
  ['the applied-hash', { metadata: { annotations: { 'kubernetes-tenants.org/applied-hash': 'x' } } }, ['drift']],
  [
    'an annotation that the operator keeps',
    { metadata: { annotations: { 'tenant.operator.kubernetes-tenants.org/note': 'x' } } },
    ['annotation'],
  ],
  ['another annotation', { metadata: { annotations: { note: 'x' } } }, []],
];

for (const [name, body, wakes] of events) {
  test(`a change of ${name} ${wakes.length === 0 ? 'wakes nobody' : `wakes the owner: ${wakes.join()}`}, and is put right`, async () => {
    const world = new TestWorld();
    await world.pass(bundle);
    world.takeWakes();
    await world.user.patch(a, { type: 'merge', body: JSON.parse(JSON.stringify(body)) });
    await world.quiet();
    assert.deepEqual(world.takeWakes(), wakes);
    assert.deepEqual(phases(await world.pass(bundle)), { a: 'Ready' });
    const live = await world.user.get(a);
    assert.equal(Reflect.get(Object(live['data']), 'x'), '1');
    assert.equal(live.metadata.labels?.['kubernetes-tenants.org/tenant'], 'acme');
    assert.equal(live.metadata.ownerReferences?.length, 1);
    await world.quiet();
    world.requests();
    assert.equal((await world.pass(bundle)).changed, false);
    assert.deepEqual(world.requests(), []);
    await world.end();
  });
}

test('own writes wake nobody', async () => {
  const world = new TestWorld();
  await world.pass(bundle);
  await world.quiet();
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '2' }) }));
  await world.quiet();
  assert.deepEqual(world.takeWakes(), []);
  await world.end();
});

test('a deleted child is made anew at once', async () => {
  const world = new TestWorld();
  await world.pass(bundle);
  await world.user.delete(a);
  await world.quiet();
  assert.deepEqual(world.takeWakes(), ['deleted']);
  assert.equal((await world.pass(bundle)).happenings[0]?.type, 'Created');
  await world.end();
});

test('an object that was looked up wakes who looked, until it is forgotten', async () => {
  const world = new TestWorld();
  await world.user.create(configMap('a', {}));
  const seen = await world.engine.lookup(a, owner);
  assert.equal(seen?.labelled, false);
  await world.user.patch(a, { type: 'merge', body: { metadata: { annotations: { 'tenant.operator.kubernetes-tenants.org/note': 'x' } } } });
  await world.quiet();
  assert.deepEqual(world.takeWakes(), ['annotation']);
  assert.equal((await world.engine.lookup(a, owner))?.annotations['tenant.operator.kubernetes-tenants.org/note'], 'x');
  await world.user.patch(a, {
    type: 'merge',
    body: { metadata: { annotations: { 'tenant.operator.kubernetes-tenants.org/note': null } } },
  });
  await world.quiet();
  assert.deepEqual(world.takeWakes(), ['annotation'], 'going back to an earlier state is news as well');
  world.engine.forget(owner.key);
  await world.user.delete(a);
  await world.quiet();
  assert.deepEqual(world.takeWakes(), []);
  await world.end();
});

test('a kind that may not be watched fails its own resources only, and its owner is woken when it may again', async () => {
  const world = new TestWorld();
  world.transport.intercept = (request) =>
    request.method === 'GET' && request.path.includes('/secrets')
      ? jsonAnswer(403, {
          kind: 'Status',
          status: 'Failure',
          reason: 'Forbidden',
          code: 403,
          message: 'secrets is forbidden: User cannot list',
        })
      : undefined;
  const both = bundleOf(
    owner,
    { id: 'a', object: configMap('a', { x: '1' }) },
    { id: 's', object: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'default' } } },
  );
  const outcome = await world.pass(both);
  assert.deepEqual(phases(outcome), { a: 'Ready', s: 'Failed/KindNotObservable' });
  assert.equal(outcome.result, 'error');
  assert.match(outcome.problem?.message ?? '', /forbidden/);
  world.transport.intercept = undefined;
  world.takeWakes();
  await world.clock.advance(60_000);
  assert.ok(world.takeWakes().includes('cache'));
  assert.deepEqual(phases(await world.pass(both)), { a: 'Ready', s: 'Ready' });
  await world.end();
});

test('a paused owner is observed and never written to, and nothing of it is pruned', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) }, { id: 'b', object: configMap('b', {}) }));
  await world.user.patch(a, { type: 'merge', body: { data: { x: 'changed' } } });
  await world.quiet();
  world.requests();
  const outcome = await world.pass(
    bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) }, { id: 'c', object: configMap('c', {}) }),
    { paused: true },
  );
  assert.deepEqual(phases(outcome), { a: 'Paused/OwnerPaused', c: 'Paused/OwnerPaused', b: 'Deleting/NoLongerWanted' });
  assert.deepEqual(world.requests(), []);
  await world.end();
});

test('the end of an object that is no longer wanted wakes the owner, so that its status does not speak of it for ever', async () => {
  const world = new TestWorld();
  const held = { ...configMap('b', {}), metadata: { name: 'b', namespace: 'default', finalizers: ['example.com/hold'] } };
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) }, { id: 'b', object: held }));
  await world.pass(bundle);
  await world.quiet();
  assert.match(phases(await world.pass(bundle))['b'] ?? '', /^Deleting/);
  world.takeWakes();
  await world.user.patch(refOf(held), { type: 'json', body: [{ op: 'remove', path: '/metadata/finalizers' }] });
  await world.quiet();
  assert.ok(world.takeWakes().includes('deleted'));
  assert.deepEqual(phases(await world.pass(bundle)), { a: 'Ready' });
  await world.end();
});
