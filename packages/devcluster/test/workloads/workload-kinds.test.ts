import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { CONTROLLER_REVISION, DAEMON_SET, NODE, PERSISTENT_VOLUME_CLAIM, POD, STATEFUL_SET } from '../../src/workloads/machinery/kinds.ts';
import { labelsOf, nameOf } from '../../src/workloads/machinery/objects.ts';
import { items, text } from '../../src/workloads/machinery/read.ts';
import { makeWorld, podTemplate, type World } from './world.ts';

function statefulSet(spec: Record<string, unknown> = {}): KubeObject {
  return {
    ...STATEFUL_SET,
    metadata: { name: 'db', namespace: 'default' },
    spec: {
      replicas: 3,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: podTemplate('nginx:1', { app: 'db' }),
      ...spec,
    },
  };
}

async function setImage(world: World, kind: { apiVersion: string; kind: string }, name: string, image: string): Promise<void> {
  const body = { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } };
  await world.api.patch({ ...kind, namespace: 'default', name }, { type: 'strategic', body });
}

const names = (world: World): string[] => world.list(POD).map(nameOf).sort();
const image = (pod: KubeObject): string => text(items(pod, 'spec', 'containers')[0], 'image');

test('a StatefulSet starts its pods one after the other, each with a claim of its own', async () => {
  const world = await makeWorld({ podReadyDelayMs: 2000 });
  const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
  await world.api.create(statefulSet({ volumeClaimTemplates: [claim] }));
  await world.pass(1);
  assert.deepEqual(names(world), ['db-0']);
  await world.pass(2);
  assert.deepEqual(names(world), ['db-0', 'db-1']);
  await world.pass(10);
  assert.deepEqual(names(world), ['db-0', 'db-1', 'db-2']);
  assert.deepEqual(world.list(PERSISTENT_VOLUME_CLAIM).map(nameOf).sort(), ['data-db-0', 'data-db-1', 'data-db-2']);
  const { currentRevision, updateRevision, ...status } = world.status(STATEFUL_SET, 'db');
  assert.equal(currentRevision, updateRevision);
  assert.deepEqual(status, {
    observedGeneration: 1,
    replicas: 3,
    availableReplicas: 3,
    readyReplicas: 3,
    currentReplicas: 3,
    updatedReplicas: 3,
    collisionCount: 0,
  });
  const pod = world.get(POD, 'db-1');
  assert.equal(pod && labelsOf(pod)['apps.kubernetes.io/pod-index'], '1');
  assert.equal(text(pod, 'spec', 'subdomain'), 'db');
  assert.ok(world.events('db').includes('SuccessfulCreate: Create Pod db-0 in StatefulSet db successful'));
  await world.close();
});

test('a StatefulSet shrinks from the top and keeps the claims', async () => {
  const world = await makeWorld();
  const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
  await world.api.create(statefulSet({ volumeClaimTemplates: [claim] }));
  await world.pass(10);
  await world.api.patch({ ...STATEFUL_SET, namespace: 'default', name: 'db' }, { type: 'merge', body: { spec: { replicas: 1 } } });
  await world.pass(5);
  assert.deepEqual(names(world), ['db-0']);
  assert.equal(world.list(PERSISTENT_VOLUME_CLAIM).length, 3);
  await world.close();
});

test('a rolling update of a StatefulSet goes from the highest number to the partition', async () => {
  const world = await makeWorld();
  await world.api.create(statefulSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } }));
  await world.pass(10);
  const order: string[] = [];
  const unwatch = world.api.watch(POD, ({ type, object }) => {
    if (type === 'DELETED') order.push(nameOf(object));
  });
  await setImage(world, STATEFUL_SET, 'db', 'nginx:2');
  await world.pass(20);
  unwatch();
  assert.deepEqual(order, ['db-2', 'db-1']);
  assert.deepEqual(
    world
      .list(POD)
      .map((pod) => `${nameOf(pod)} ${image(pod)}`)
      .sort(),
    ['db-0 nginx:1', 'db-1 nginx:2', 'db-2 nginx:2'],
  );
  const status = world.status(STATEFUL_SET, 'db');
  assert.notEqual(status['currentRevision'], status['updateRevision']);
  assert.equal(status['updatedReplicas'], 2);
  // A pod below the partition comes back at the revision it had.
  await world.api.delete({ ...POD, namespace: 'default', name: 'db-0' });
  await world.pass(5);
  assert.equal(image(world.get(POD, 'db-0') as KubeObject), 'nginx:1');
  await world.close();
});

test('a StatefulSet that goes back to an earlier template reuses its revision with a new number', async () => {
  const world = await makeWorld();
  await world.api.create(statefulSet({ replicas: 1 }));
  await world.pass(5);
  for (const next of ['nginx:2', 'nginx:1']) {
    await setImage(world, STATEFUL_SET, 'db', next);
    await world.pass(5);
  }
  const revisions = world.list(CONTROLLER_REVISION);
  assert.deepEqual(revisions.map((revision) => revision['revision']).sort(), [2, 3]);
  assert.equal(world.status(STATEFUL_SET, 'db')['currentRevision'], world.status(STATEFUL_SET, 'db')['updateRevision']);
  await world.close();
});

test('a DaemonSet runs one pod on each node that it selects, also on a cordoned one', async () => {
  const world = await makeWorld();
  const spec = { selector: { matchLabels: { app: 'agent' } }, template: podTemplate('nginx:1', { app: 'agent' }) };
  await world.api.patch({ ...NODE, name: 'node-1' }, { type: 'merge', body: { spec: { unschedulable: true } } });
  await world.api.create({ ...DAEMON_SET, metadata: { name: 'agent', namespace: 'default' }, spec });
  await world.pass(2);
  assert.deepEqual(
    world
      .list(POD)
      .map((pod) => text(pod, 'spec', 'nodeName'))
      .sort(),
    ['node-1', 'node-2'],
  );
  assert.deepEqual(world.status(DAEMON_SET, 'agent'), {
    currentNumberScheduled: 2,
    desiredNumberScheduled: 2,
    numberAvailable: 2,
    numberMisscheduled: 0,
    numberReady: 2,
    observedGeneration: 1,
    updatedNumberScheduled: 2,
  });
  await world.api.create({ ...NODE, metadata: { name: 'extra' } });
  await world.pass(2);
  assert.equal(world.list(POD).length, 3);
  const selector = { spec: { template: { spec: { nodeSelector: { 'kubernetes.io/hostname': 'node-2' } } } } };
  await world.api.patch({ ...DAEMON_SET, namespace: 'default', name: 'agent' }, { type: 'merge', body: selector });
  await world.pass(5);
  assert.deepEqual(
    world.list(POD).map((pod) => text(pod, 'spec', 'nodeName')),
    ['node-2'],
  );
  await world.close();
});

test('a rolling update of a DaemonSet replaces one pod at a time', async () => {
  const world = await makeWorld({ podReadyDelayMs: 1000 });
  const spec = { selector: { matchLabels: { app: 'agent' } }, template: podTemplate('nginx:1', { app: 'agent' }) };
  await world.api.create({ ...DAEMON_SET, metadata: { name: 'agent', namespace: 'default' }, spec });
  await world.pass(5);
  let least = 2;
  const unwatch = world.api.watch(DAEMON_SET, ({ object }) => {
    least = Math.min(least, Number(world.status(DAEMON_SET, nameOf(object))['numberReady'] ?? 0));
  });
  await setImage(world, DAEMON_SET, 'agent', 'nginx:2');
  await world.pass(10);
  unwatch();
  assert.equal(least, 1);
  assert.deepEqual(world.list(POD).map(image), ['nginx:2', 'nginx:2']);
  await world.close();
});
