import assert from 'node:assert/strict';
import { test } from 'node:test';
import { POD } from '../../src/workloads/machinery/kinds.ts';
import { isReady } from '../../src/workloads/machinery/pods.ts';
import { integer, items } from '../../src/workloads/machinery/read.ts';
import { workloadControllers } from '../../src/workloads/suite.ts';
import { deployment, makeWorld } from './world.ts';

test('when the controllers of a cluster are started again, simulated pods go on as they were and nothing is written', async () => {
  const world = await makeWorld({ podReadyDelayMs: 1000 });
  await world.api.create(deployment('web'));
  await world.pass(5);
  await world.cluster.close();
  const before = world.cluster.core.store.revision;
  world.cluster.start(workloadControllers(world.cluster, { podReadyDelayMs: 1000 }));
  await world.pass(30);
  assert.equal(world.cluster.core.store.revision, before);
  assert.equal(world.list(POD).filter(isReady).length, 2);
  await world.api.delete({ ...POD, namespace: 'default', name: world.list(POD)[0]?.metadata.name ?? '' });
  await world.pass(5);
  const pods = world.list(POD);
  assert.equal(pods.filter(isReady).length, 2);
  assert.deepEqual(
    pods.map((pod) => integer(items(pod, 'status', 'containerStatuses')[0], 'restartCount')),
    [0, 0],
  );
  const addresses = pods
    .map((pod) => pod['status'])
    .map((status) => (typeof status === 'object' && status !== null && 'podIP' in status ? status.podIP : ''));
  assert.equal(new Set(addresses).size, 2, 'no address is given twice');
  await world.close();
});
