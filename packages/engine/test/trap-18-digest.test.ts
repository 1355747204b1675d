// DESIGN §10.18: merge and replace compare the desired leaves as well; an object being deleted is never ready.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleOf, configMap, ownerNamed, phases, refOf, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');
const a = refOf(configMap('a', {}));

for (const patchStrategy of ['merge', 'replace'] as const) {
  const bundle = (x: string) => bundleOf(owner, { id: 'a', object: configMap('a', { x }), patchStrategy });

  test(`${patchStrategy}: created, silent, changed, and drift of a leaf that managedFields does not show is repaired`, async () => {
    const world = new TestWorld();
    assert.deepEqual(phases(await world.pass(bundle('1'))), { a: 'Ready' });
    await world.quiet();
    world.requests();
    assert.equal((await world.pass(bundle('1'))).changed, false);
    assert.deepEqual(world.requests(), []);
    await world.pass(bundle('2'));
    assert.deepEqual((await world.user.get(a))['data'], { x: '2' });
    await world.user.patch(a, { type: 'merge', body: { data: { x: 'changed' } } });
    await world.quiet();
    assert.ok(world.takeWakes().includes('drift'));
    const outcome = await world.pass(bundle('2'));
    assert.ok(outcome.happenings.some((happening) => happening.type === 'DriftRepaired'));
    assert.deepEqual((await world.user.get(a))['data'], { x: '2' });
    await world.end();
  });

  test(`${patchStrategy}: a restart costs one read and no write`, async () => {
    const world = new TestWorld();
    await world.pass(bundle('1'));
    await world.restart();
    world.requests();
    assert.equal((await world.pass(bundle('1'))).changed, false);
    assert.deepEqual(
      world.requests().filter((line) => !line.startsWith('GET ')),
      [],
    );
    await world.end();
  });

  test(`${patchStrategy}: another manager's extra field costs one read and is ${patchStrategy === 'merge' ? 'kept' : 'gone with the next write'}`, async () => {
    const world = new TestWorld();
    await world.pass(bundle('1'));
    await world.user.patch(a, { type: 'merge', body: { data: { extra: 'theirs' } } });
    await world.quiet();
    world.requests();
    assert.equal((await world.pass(bundle('1'))).changed, false);
    assert.deepEqual(world.requests(), ['GET /api/v1/namespaces/default/configmaps/a']);
    await world.pass(bundle('2'));
    assert.deepEqual((await world.user.get(a))['data'], patchStrategy === 'merge' ? { x: '2', extra: 'theirs' } : { x: '2' });
    await world.end();
  });
}

test('replace keeps finalizers and owner references of others', async () => {
  const world = new TestWorld();
  const bundle = (x: string) => bundleOf(owner, { id: 'a', object: configMap('a', { x }), patchStrategy: 'replace' });
  await world.pass(bundle('1'));
  await world.user.patch(a, { type: 'merge', body: { metadata: { finalizers: ['example.com/hold'] } } });
  await world.quiet();
  await world.pass(bundle('2'));
  assert.deepEqual((await world.user.get(a)).metadata.finalizers, ['example.com/hold']);
  await world.end();
});

test('an object that is being deleted is not ready, holds its dependents, and is made anew when it is gone', async () => {
  const world = new TestWorld();
  const object = { ...configMap('a', { x: '1' }), metadata: { name: 'a', namespace: 'default', finalizers: ['example.com/hold'] } };
  const bundle = bundleOf(owner, { id: 'a', object });
  await world.pass(bundle);
  await world.user.delete(a);
  await world.quiet();
  const going = await world.pass(bundle);
  assert.deepEqual(phases(going), { a: 'Applying/Terminating' });
  assert.match(going.resources[0]?.message ?? '', /held by finalizers example.com\/hold/);
  assert.equal(going.changed, false);
  await world.user.patch(a, { type: 'json', body: [{ op: 'remove', path: '/metadata/finalizers' }] });
  await world.quiet();
  assert.deepEqual(phases(await world.pass(bundle)), { a: 'Ready' });
  await world.end();
});
