import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonAnswer } from './support/counting-transport.ts';
import { bundleOf, configMap, ownerNamed, refOf, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');
const chain = bundleOf(
  owner,
  { id: 'a', object: configMap('a', {}) },
  { id: 'b', object: configMap('b', {}), dependIds: ['a'] },
  { id: 'c', object: configMap('c', {}), dependIds: ['b'] },
);

async function removeAll(world: TestWorld): Promise<number> {
  const inventory = world.inventories.get(owner.key) ?? [];
  for (let call = 1; call < 20; call++) {
    const outcome = await world.engine.remove(owner, inventory);
    await world.quiet();
    if (outcome.done) return call;
  }
  throw new Error('never done');
}

test('objects go in reverse order of dependence, one request each', async () => {
  const world = new TestWorld();
  await world.pass(chain);
  world.requests();
  await removeAll(world);
  assert.deepEqual(
    world.requests(),
    ['c', 'b', 'a'].map((name) => `DELETE /api/v1/namespaces/default/configmaps/${name}`),
  );
  await world.end();
});

test('every deletion carries uid and resourceVersion as preconditions, and Background propagation', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', {}) }));
  const live = await world.user.get(refOf(configMap('a', {})));
  const bodies: unknown[] = [];
  world.transport.intercept = (request) => {
    if (request.method === 'DELETE') bodies.push(JSON.parse(String(request.body)));
    return undefined;
  };
  await removeAll(world);
  const { uid, resourceVersion } = live.metadata;
  assert.deepEqual(
    bodies.map((body) => [Reflect.get(Object(body), 'preconditions'), Reflect.get(Object(body), 'propagationPolicy')]),
    [[{ uid, resourceVersion }, 'Background']],
  );
  await world.end();
});

test('an object that changed since it was observed is read and proven again before it goes', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', {}) }));
  let raced = false;
  world.transport.intercept = async (request) => {
    if (raced || request.method !== 'DELETE') return undefined;
    raced = true;
    await world.user.delete(refOf(configMap('a', {})));
    await world.user.create(configMap('a', { theirs: 'yes' }));
    return undefined;
  };
  await removeAll(world);
  assert.deepEqual((await world.user.get(refOf(configMap('a', {}))))['data'], { theirs: 'yes' });
  await world.end();
});

test('what a finalizer holds is named, keeps its dependencies, and ends the removal when it is let go', async () => {
  const world = new TestWorld();
  await world.pass(chain);
  await world.user.patch(refOf(configMap('c', {})), { type: 'merge', body: { metadata: { finalizers: ['example.com/hold'] } } });
  await world.quiet();
  const inventory = world.inventories.get(owner.key) ?? [];
  await world.engine.remove(owner, inventory);
  await world.quiet();
  const stuck = await world.engine.remove(owner, inventory);
  assert.equal(stuck.done, false);
  assert.equal(stuck.result, 'success');
  assert.equal(stuck.problem?.code, 'DeletionBlocked');
  assert.match(stuck.remaining.find((state) => state.id === 'c')?.message ?? '', /held by finalizers example.com\/hold/);
  assert.match(stuck.remaining.find((state) => state.id === 'b')?.message ?? '', /waiting until c is gone/);
  await world.user.get(refOf(configMap('a', {})));
  world.takeWakes();
  await world.user.patch(refOf(configMap('c', {})), { type: 'json', body: [{ op: 'remove', path: '/metadata/finalizers' }] });
  await world.quiet();
  assert.ok(world.takeWakes().includes('deleted'));
  await removeAll(world);
  await assert.rejects(world.user.get(refOf(configMap('a', {}))));
  await world.end();
});

test('orphan: everything is released and nothing deleted', async () => {
  const world = new TestWorld();
  await world.pass(chain);
  const outcome = await world.engine.remove(owner, world.inventories.get(owner.key) ?? [], { orphan: true, reason: 'Uninstalled' });
  assert.equal(outcome.done, true);
  for (const name of ['a', 'b', 'c']) {
    const { metadata } = await world.user.get(refOf(configMap(name, {})));
    assert.equal(metadata.ownerReferences, undefined);
    assert.equal(metadata.annotations?.['kubernetes-tenants.org/orphaned-reason'], 'Uninstalled');
  }
  await world.end();
});

test('a refused deletion is told, the others go on', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', {}) }, { id: 'b', object: configMap('b', {}) }));
  world.transport.intercept = (request) =>
    request.method === 'DELETE' && request.path.includes('/configmaps/a')
      ? jsonAnswer(403, { kind: 'Status', status: 'Failure', reason: 'Forbidden', code: 403, message: 'configmaps "a" is forbidden: no' })
      : undefined;
  const outcome = await world.engine.remove(owner, world.inventories.get(owner.key) ?? []);
  assert.equal(outcome.result, 'error');
  assert.equal(outcome.problem?.code, 'Forbidden');
  await assert.rejects(world.user.get(refOf(configMap('b', {}))));
  await world.end();
});

test('an empty inventory is done at once', async () => {
  const world = new TestWorld();
  assert.equal((await world.engine.remove(owner, [])).done, true);
  assert.deepEqual(world.requests(), []);
  await world.end();
});
