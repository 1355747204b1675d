// DESIGN §10.11: past timeoutSeconds a resource is TimedOut, which is no failure.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleOf, configMap, deployment, ownerNamed, phases, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');
const bundle = (image = 'nginx:1') =>
  bundleOf(
    owner,
    { id: 'web', object: deployment('web', { replicas: 1 }, image), timeoutSeconds: 60 },
    { id: 'after', object: configMap('after', {}), dependIds: ['web'] },
  );

test('the outcome says when to come back, and then the resource is TimedOut and not failed', async () => {
  const world = new TestWorld();
  const first = await world.pass(bundle());
  assert.ok(first.requeueAfterMs !== undefined && first.requeueAfterMs > 59_000 && first.requeueAfterMs <= 60_000);
  await world.clock.advance(first.requeueAfterMs);
  const late = await world.pass(bundle());
  assert.deepEqual(phases(late), { web: 'TimedOut/ReadinessTimeout', after: 'WaitingForDependency/DependencyNotReady' });
  assert.equal(late.resources[0]?.code, 'ReadinessTimeout');
  assert.equal(late.result, 'success');
  assert.deepEqual({ failed: late.counts.failed, timedOut: late.counts.timedOut }, { failed: 0, timedOut: 1 });
  assert.equal(late.happenings.filter((happening) => happening.type === 'TimedOut').length, 1);
  const later = await world.pass(bundle());
  assert.equal(later.happenings.length, 0, 'told once');
  await world.end();
});

test('time goes on over a restart, and starts anew with a new revision', async () => {
  const world = new TestWorld();
  await world.pass(bundle());
  await world.clock.advance(50_000);
  await world.restart();
  const outcome = await world.pass(bundle());
  assert.ok(outcome.requeueAfterMs !== undefined && outcome.requeueAfterMs <= 11_000);
  await world.clock.advance(20_000);
  assert.equal(phases(await world.pass(bundle()))['web'], 'TimedOut/ReadinessTimeout');
  const changed = await world.pass(bundle('nginx:2'));
  assert.equal(changed.resources[0]?.phase, 'WaitingForReady');
  assert.ok(changed.requeueAfterMs !== undefined && changed.requeueAfterMs > 59_000);
  await world.end();
});
