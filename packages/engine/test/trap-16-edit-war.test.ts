// DESIGN §10.16: every contested repair counts; field.md R23: at most 15 writes, then paused, with the opponent named.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleOf, configMap, ownerNamed, phases, refOf, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');
const a = refOf(configMap('a', {}));
const bundle = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) });

test('an opponent that flips a field every 200 ms is named and the object paused after at most 15 writes', async () => {
  const world = new TestWorld();
  await world.pass(bundle);
  world.requests();
  let contested = 0;
  let pausedAt = -1;
  const throttled: string[] = [];
  let last = await world.pass(bundle);
  for (let flip = 0; flip < 40 && pausedAt < 0; flip++) {
    await world.user.patch(a, { type: 'merge', body: { data: { x: `flip ${flip}` } } });
    await world.clock.advance(200);
    last = await world.pass(bundle);
    contested += last.happenings.filter((happening) => happening.contested === true).length;
    throttled.push(...last.happenings.filter((happening) => happening.type === 'Throttled').map((happening) => happening.message));
    if (last.happenings.some((happening) => happening.type === 'EditWarPaused')) pausedAt = flip;
  }
  assert.ok(pausedAt >= 0, 'the war is ended');
  const writes = world.requests().filter((line) => line.startsWith('APPLY') || line.startsWith('PATCH'));
  assert.ok(writes.length <= 15, `${writes.length} writes`);
  assert.equal(throttled.length, 2);
  assert.equal(contested, 9, 'every repair but the first is contested');
  assert.match(
    last.happenings.find((happening) => happening.type === 'EditWarPaused')?.message ?? '',
    /\.data\.x by kubectl-edit \(Update\)/,
  );
  assert.deepEqual(phases(last), { a: 'Paused/EditWar' });
  const live = await world.user.get(a);
  assert.equal(live.metadata.annotations?.['tenant.operator.kubernetes-tenants.org/pause'], 'true');
  await world.end();
});

test('a paused object is left alone, also after a restart, until the annotation goes; then it is repaired and not paused again at once', async () => {
  const world = new TestWorld({ editWar: { capacity: 2, refillMs: 6_000, throttlesToPause: 1 } });
  await world.pass(bundle);
  for (let flip = 0; flip < 3; flip++) {
    await world.user.patch(a, { type: 'merge', body: { data: { x: `flip ${flip}` } } });
    await world.quiet();
    await world.pass(bundle);
  }
  assert.deepEqual(phases(await world.pass(bundle)), { a: 'Paused/EditWar' });
  world.requests();
  await world.restart();
  assert.deepEqual(phases(await world.pass(bundle)), { a: 'Paused/PausedByAnnotation' });
  await world.user.patch(a, {
    type: 'merge',
    body: { metadata: { annotations: { 'tenant.operator.kubernetes-tenants.org/pause': null } } },
  });
  await world.quiet();
  assert.deepEqual(phases(await world.pass(bundle)), { a: 'Ready' });
  assert.deepEqual((await world.user.get(a))['data'], { x: '1' });
  await world.end();
});

test('in the same process, removing the annotation resets the bucket and tells that it resumed', async () => {
  const world = new TestWorld({ editWar: { capacity: 1, refillMs: 600_000, throttlesToPause: 1 } });
  await world.pass(bundle);
  for (let flip = 0; flip < 2; flip++) {
    await world.user.patch(a, { type: 'merge', body: { data: { x: `flip ${flip}` } } });
    await world.quiet();
    await world.pass(bundle);
  }
  await world.user.patch(a, {
    type: 'merge',
    body: { metadata: { annotations: { 'tenant.operator.kubernetes-tenants.org/pause': null } } },
  });
  await world.quiet();
  const resumed = await world.pass(bundle);
  assert.ok(resumed.happenings.some((happening) => happening.type === 'Resumed'));
  assert.deepEqual(phases(resumed), { a: 'Ready' });
  await world.end();
});

test('an object that is deleted again and again is made anew at the pace of the bucket', async () => {
  const world = new TestWorld({ editWar: { capacity: 2, refillMs: 6_000, throttlesToPause: 3 } });
  await world.pass(bundle);
  let made = 0;
  for (let round = 0; round < 6; round++) {
    await world.user.delete(a);
    await world.quiet();
    made += (await world.pass(bundle)).happenings.filter((happening) => happening.type === 'Created').length;
    await world.quiet();
    if ((await world.user.get(a).catch(() => undefined)) === undefined) break;
  }
  assert.equal(made, 2);
  const waiting = await world.pass(bundle);
  assert.equal(waiting.resources[0]?.reason, 'Throttled');
  await world.clock.advance(waiting.requeueAfterMs ?? 0);
  assert.deepEqual(phases(await world.pass(bundle)), { a: 'Ready' });
  await world.end();
});

test('a person who asks gets a write even with an empty bucket', async () => {
  const world = new TestWorld({ editWar: { capacity: 1, refillMs: 600_000, throttlesToPause: 9 } });
  await world.pass(bundle);
  for (let flip = 0; flip < 2; flip++) {
    await world.user.patch(a, { type: 'merge', body: { data: { x: `flip ${flip}` } } });
    await world.quiet();
    await world.pass(bundle);
  }
  assert.deepEqual(phases(await world.pass(bundle)), { a: 'Applying/Throttled' });
  assert.deepEqual(phases(await world.pass(bundle, { force: true })), { a: 'Ready' });
  assert.deepEqual((await world.user.get(a))['data'], { x: '1' });
  await world.end();
});
