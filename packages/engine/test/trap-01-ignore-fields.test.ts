// DESIGN §10.1: a field that only we own vanishes or falls to its default when we stop applying it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digNumber } from '../src/json/value.ts';
import { bundleOf, configMap, deployment, ownerNamed, refOf, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');
const web = (replicas: number, image: string) =>
  bundleOf(owner, { id: 'web', object: deployment('web', { replicas }, image), ignoreFields: ['$.spec.replicas'], waitForReady: false });

async function replicas(world: TestWorld): Promise<number | undefined> {
  return digNumber(await world.user.get(refOf(deployment('web'))), 'spec', 'replicas');
}

test('an ignored field is set at creation', async () => {
  const world = new TestWorld();
  await world.pass(web(3, 'nginx:1'));
  assert.equal(await replicas(world), 3);
  await world.end();
});

test('while we alone own an ignored field, its live value survives a later apply', async () => {
  const world = new TestWorld();
  await world.pass(web(3, 'nginx:1'));
  await world.pass(web(5, 'nginx:2'));
  assert.equal(await replicas(world), 3, 'neither 5 (the new template) nor 1 (the default)');
  await world.restart();
  await world.pass(web(5, 'nginx:3'));
  assert.equal(await replicas(world), 3);
  await world.end();
});

test('an ignored field that another manager changed is no drift and stays changed', async () => {
  const world = new TestWorld();
  await world.pass(web(3, 'nginx:1'));
  const live = await world.user.get(refOf(deployment('web')));
  const spec = live['spec'];
  assert.ok(typeof spec === 'object' && spec !== null);
  await world.user.update({ ...live, spec: { ...spec, replicas: 7 } });
  await world.quiet();
  world.requests();
  const outcome = await world.pass(web(3, 'nginx:1'));
  assert.equal(outcome.changed, false);
  assert.deepEqual(world.requests(), []);
  await world.pass(web(3, 'nginx:2'));
  assert.equal(await replicas(world), 7);
  await world.end();
});

test('a field that is ignored no more gets its wanted value back', async () => {
  const world = new TestWorld();
  await world.pass(web(3, 'nginx:1'));
  await world.user.patch(refOf(deployment('web')), { type: 'merge', body: { spec: { replicas: 7 } } });
  await world.quiet();
  assert.equal((await world.pass(web(3, 'nginx:1.27'))).changed, true, 'another image, and the scaled value is left alone');
  await world.quiet();
  const outcome = await world.pass(
    bundleOf(owner, { id: 'web', object: deployment('web', { replicas: 3 }), conflictPolicy: 'Force', waitForReady: false }),
  );
  assert.equal(outcome.result, 'success');
  await world.quiet();
  await world.pass(
    bundleOf(owner, { id: 'web', object: deployment('web', { replicas: 3 }), conflictPolicy: 'Force', waitForReady: false }),
  );
  assert.equal(await replicas(world), 3);
  await world.end();
});

test('a field below a list item is ignored by the key of the item, not by its place', async () => {
  const world = new TestWorld();
  const bundle = (image: string, label: string) =>
    bundleOf(owner, {
      id: 'web',
      object: { ...deployment('web', { replicas: 1 }, image), metadata: { name: 'web', namespace: 'default', labels: { label } } },
      ignoreFields: ['/spec/template/spec/containers/0/image'],
      waitForReady: false,
    });
  await world.pass(bundle('nginx:1', 'a'));
  await world.user.patch(refOf(deployment('web')), {
    type: 'strategic',
    body: { spec: { template: { spec: { containers: [{ name: 'web', image: 'other:1' }] } } } },
  });
  await world.quiet();
  const outcome = await world.pass(bundle('nginx:1', 'b'));
  assert.equal(outcome.result, 'success');
  const live = JSON.stringify(await world.user.get(refOf(deployment('web'))));
  assert.match(live, /"image":"other:1"/);
  assert.match(live, /"label":"b"/);
  await world.end();
});

test('the ignored value is guarded: a change between read and write is not overwritten', async () => {
  const world = new TestWorld();
  const bundle = (x: string) => bundleOf(owner, { id: 'a', object: configMap('a', { x, y: '1' }), ignoreFields: ['/data/y'] });
  await world.pass(bundle('1'));
  let raced = false;
  world.transport.intercept = async (request) => {
    if (raced || request.method !== 'PATCH') return undefined;
    raced = true;
    await world.user.patch(refOf(configMap('a', {})), { type: 'merge', body: { data: { y: 'theirs' } } });
    return undefined;
  };
  const outcome = await world.pass(bundle('2'));
  assert.equal(outcome.result, 'success');
  const live = await world.user.get(refOf(configMap('a', {})));
  assert.deepEqual(live['data'], { x: '2', y: 'theirs' });
  await world.end();
});
