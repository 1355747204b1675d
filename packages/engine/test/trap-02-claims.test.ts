// DESIGN §10.2: server-side apply never conflicts with its own manager name, so two Tenants could overwrite each other's object.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleOf, configMap, ownerNamed, phases, refOf, TestWorld } from './support/world.ts';

const shared = configMap('shared', { x: '1' });

for (const conflictPolicy of ['Stuck', 'Force'] as const) {
  test(`two owners of one object: the second is refused under ${conflictPolicy}, and never deletes it`, async () => {
    const world = new TestWorld();
    const acme = bundleOf(ownerNamed('acme'), { id: 's', object: shared, conflictPolicy });
    const beta = bundleOf(ownerNamed('beta'), { id: 's', object: configMap('shared', { x: '2' }), conflictPolicy });
    await world.pass(acme);
    const refused = await world.pass(beta);
    assert.deepEqual(phases(refused), { s: 'Conflicted/OwnedByOther' });
    assert.equal(refused.result, 'failed');
    assert.match(refused.resources[0]?.message ?? '', /ConfigMap default\/shared belongs to Tenant default\/acme/);
    const removal = await world.engine.remove(beta.owner, refused.resources);
    assert.equal(removal.done, true);
    assert.deepEqual((await world.user.get(refOf(shared)))['data'], { x: '1' });
    await world.end();
  });

  test(`the claim is on the object as well: a restarted engine refuses the second owner first (${conflictPolicy})`, async () => {
    const world = new TestWorld();
    await world.pass(bundleOf(ownerNamed('acme'), { id: 's', object: shared, conflictPolicy }));
    await world.restart();
    const refused = await world.pass(bundleOf(ownerNamed('beta'), { id: 's', object: configMap('shared', { x: '2' }), conflictPolicy }));
    assert.deepEqual(phases(refused), { s: 'Conflicted/OwnedByOther' });
    assert.deepEqual((await world.user.get(refOf(shared)))['data'], { x: '1' });
    const rightful = await world.pass(bundleOf(ownerNamed('acme'), { id: 's', object: shared, conflictPolicy }));
    assert.deepEqual(phases(rightful), { s: 'Ready' }, 'being first after a restart does not keep the owner out');
    await world.user.patch(refOf(shared), { type: 'merge', body: { data: { x: 'changed' } } });
    await world.quiet();
    assert.ok(world.wakes.some((wake) => wake.ownerKey === 'default/acme' && wake.reason === 'drift'));
    await world.end();
  });
}

test('an object that carries the marks of an owner this process does not have is refused, and free once it is gone', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(ownerNamed('acme'), { id: 's', object: shared }));
  await world.restart();
  const beta = bundleOf(ownerNamed('beta'), { id: 's', object: shared });
  assert.deepEqual(phases(await world.pass(beta)), { s: 'Conflicted/OwnedByOther' });
  await world.user.delete(refOf(shared));
  await world.quiet();
  assert.ok(world.wakes.some((wake) => wake.ownerKey === beta.owner.key));
  assert.deepEqual(phases(await world.pass(beta)), { s: 'Ready' });
  await world.end();
});

test('when the first owner gives the object up, the second is woken and gets it', async () => {
  const world = new TestWorld();
  const acme = bundleOf(ownerNamed('acme'), { id: 's', object: shared });
  const beta = bundleOf(ownerNamed('beta'), { id: 's', object: configMap('shared', { x: '2' }) });
  const first = await world.pass(acme);
  await world.pass(beta);
  await world.engine.remove(acme.owner, first.resources);
  await world.quiet();
  assert.equal((await world.engine.remove(acme.owner, first.resources)).done, true);
  world.engine.forget(acme.owner.key);
  assert.ok(world.wakes.some((wake) => wake.ownerKey === beta.owner.key));
  assert.deepEqual(phases(await world.pass(beta)), { s: 'Ready' });
  await world.end();
});
