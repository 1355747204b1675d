import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '@caretaker/kube';
import { VirtualClock } from '@caretaker/kube/testing';
import { bareControllers } from '../../src/controllers/bare.ts';
import { DevCluster } from '../../src/dev-cluster.ts';
import { workloadControllers } from '../../src/workloads/suite.ts';
import { deployment, seededRandom } from '../workloads/world.ts';

test('a cluster at rest sets no timers', async () => {
  const virtual = new VirtualClock();
  let timers = 0;
  const clock: Clock = {
    now: () => virtual.now(),
    monotonic: () => virtual.monotonic(),
    after: (ms, fire) => {
      timers += 1;
      return virtual.after(ms, fire);
    },
  };
  const cluster = new DevCluster({ clock, random: seededRandom() });
  cluster.start([...bareControllers(cluster.core), ...workloadControllers(cluster)]);
  await virtual.advance(100);
  await cluster.api().create(deployment('web'));
  await virtual.advance(60_000);
  assert.ok(timers > 0);
  timers = 0;
  await virtual.advance(600_000);
  assert.equal(timers, 0);
  await cluster.close();
});
