import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { DAEMON_SET, DEPLOYMENT, NODE, POD, REPLICA_SET } from '../../src/workloads/machinery/kinds.ts';
import { isDeleting, labelsOf, nameOf } from '../../src/workloads/machinery/objects.ts';
import { isReady } from '../../src/workloads/machinery/pods.ts';
import { items, text } from '../../src/workloads/machinery/read.ts';
import { deployment, makeWorld, podTemplate, type World } from './world.ts';

const TAINT = { key: 'example.com/broken', value: 'yes' };

function pod(name: string, tolerations: unknown[] = []): KubeObject {
  return {
    ...POD,
    metadata: { name, namespace: 'default' },
    spec: { nodeName: 'node-1', tolerations, containers: [{ name: 'main', image: 'nginx' }] },
  };
}

const taint = (world: World, effect?: string) =>
  world.api.patch({ ...NODE, name: 'node-1' }, { type: 'merge', body: { spec: { taints: effect ? [{ ...TAINT, effect }] : null } } });
const names = (world: World): string[] => world.list(POD).map(nameOf);

test('a NoExecute taint ends pods that do not bear it, and later those that bear it for a time', async () => {
  const world = await makeWorld();
  const bears = { key: TAINT.key, operator: 'Exists', effect: 'NoExecute' };
  await world.api.create(pod('never'));
  await world.api.create(pod('always', [bears]));
  await world.api.create(pod('a-while', [{ ...bears, tolerationSeconds: 30 }]));
  await world.pass(2);
  await taint(world, 'NoExecute');
  await world.pass(5);
  assert.deepEqual(names(world), ['a-while', 'always']);
  assert.ok(world.events('never').includes('TaintManagerEviction: Marking for deletion Pod default/never'));
  await world.pass(30);
  assert.deepEqual(names(world), ['always']);
  await world.close();
});

test('a taint that goes in time ends nobody', async () => {
  const world = await makeWorld();
  await world.api.create(pod('a-while', [{ key: TAINT.key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 }]));
  await world.pass(2);
  await taint(world, 'NoExecute');
  await world.pass(10);
  await taint(world);
  await world.pass(60);
  assert.deepEqual(names(world), ['a-while']);
  assert.ok(world.events('a-while').includes('TaintManagerEviction: Cancelling deletion of Pod default/a-while'));
  await world.close();
});

function daemonSet(rollingUpdate?: Record<string, unknown>): KubeObject {
  const template = { ...podTemplate('nginx:1', { app: 'agent' }) };
  const strategy = rollingUpdate ? { updateStrategy: { type: 'RollingUpdate', rollingUpdate } } : {};
  return {
    ...DAEMON_SET,
    metadata: { name: 'agent', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'agent' } }, template, ...strategy },
  };
}

test('a NoSchedule taint keeps the pods of a DaemonSet where they are, and no new one comes', async () => {
  const world = await makeWorld();
  await world.api.create(daemonSet());
  await world.pass(3);
  await taint(world, 'NoSchedule');
  await world.pass(3);
  assert.equal(world.list(POD).length, 2);
  assert.equal(world.status(DAEMON_SET, 'agent')['desiredNumberScheduled'], 1);
  assert.equal(world.status(DAEMON_SET, 'agent')['numberMisscheduled'], 1);
  const [there] = world.list(POD).filter((one) => text(one, 'spec', 'nodeName') === 'node-1');
  assert.ok(there);
  await world.api.delete({ ...POD, namespace: 'default', name: nameOf(there) });
  await world.pass(3);
  assert.equal(world.list(POD).length, 1);
  await world.close();
});

test('a DaemonSet with surge starts the successor before the old pod goes', async () => {
  const world = await makeWorld({ podReadyDelayMs: 2000 });
  await world.api.create(daemonSet({ maxSurge: 1, maxUnavailable: 0 }));
  await world.pass(5);
  let fewest = Number.POSITIVE_INFINITY;
  let most = 0;
  const stop = world.api.watch(POD, () => {
    const pods = world.list(POD).filter((one) => !isDeleting(one));
    fewest = Math.min(fewest, pods.filter(isReady).length);
    most = Math.max(most, pods.length);
  });
  const containers = [{ name: 'main', image: 'nginx:2' }];
  await world.api.patch(
    { ...DAEMON_SET, namespace: 'default', name: 'agent' },
    { type: 'merge', body: { spec: { template: { spec: { containers } } } } },
  );
  await world.pass(20);
  stop();
  assert.deepEqual([fewest, most], [2, 3]);
  assert.equal(world.list(POD).length, 2);
  assert.ok(world.list(POD).every((one) => text(items(one, 'spec', 'containers')[0], 'image') === 'nginx:2'));
  assert.equal(new Set(world.list(POD).map((one) => labelsOf(one)['controller-revision-hash'])).size, 1);
  await world.close();
});

test('pods that a LimitRange forbids are tried again ever more rarely', async () => {
  const world = await makeWorld();
  const limits = [{ type: 'Container', default: { cpu: '500m' } }];
  await world.api.create({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'small', namespace: 'default' }, spec: { limits } });
  const big = deployment('big', {});
  const spec = big['spec'] as { template: { spec: { containers: Record<string, unknown>[] } } };
  for (const container of spec.template.spec.containers) container['resources'] = { requests: { cpu: '1' } };
  await world.api.create(big);
  let writes = 0;
  for (const kind of [DEPLOYMENT, REPLICA_SET])
    world.api.watch(kind, () => {
      writes += 1;
    });
  await world.pass(3600);
  assert.equal(world.list(POD).length, 0);
  const [set] = world.list(REPLICA_SET);
  assert.match(JSON.stringify(set?.['status']), /must be less than or equal to cpu limit of 500m/);
  assert.ok(writes < 20, `${writes} writes in an hour`);
  await world.close();
});
