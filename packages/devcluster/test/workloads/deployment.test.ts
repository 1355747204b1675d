import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEPLOYMENT, POD, REPLICA_SET } from '../../src/workloads/machinery/kinds.ts';
import { labelsOf, nameOf } from '../../src/workloads/machinery/objects.ts';
import { isReady } from '../../src/workloads/machinery/pods.ts';
import { fields, integer, items, strings, text } from '../../src/workloads/machinery/read.ts';
import { deployment, makeWorld, type World } from './world.ts';

function conditions(world: World, name: string): Record<string, string> {
  const list = items(world.status(DEPLOYMENT, name), 'conditions');
  return Object.fromEntries(
    list.map((condition) => [text(condition, 'type'), `${text(condition, 'status')} ${text(condition, 'reason')}`]),
  );
}

async function setImage(world: World, name: string, image: string): Promise<void> {
  const body = { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } };
  await world.api.patch({ ...DEPLOYMENT, namespace: 'default', name }, { type: 'strategic', body });
}

test('a new Deployment makes one ReplicaSet named by its template hash, and pods that become ready after the delay', async () => {
  const world = await makeWorld({ podReadyDelayMs: 2000 });
  await world.api.create(deployment('web'));
  await world.pass(1);
  const [set] = world.list(REPLICA_SET);
  assert.ok(set);
  const hash = labelsOf(set)['pod-template-hash'];
  assert.equal(nameOf(set), `web-${hash}`);
  assert.deepEqual(set.metadata.annotations, {
    'deployment.kubernetes.io/desired-replicas': '2',
    'deployment.kubernetes.io/max-replicas': '3',
    'deployment.kubernetes.io/revision': '1',
  });
  assert.equal(strings(set, 'spec', 'selector', 'matchLabels')['pod-template-hash'], hash);
  assert.equal(world.list(POD).filter(isReady).length, 0, 'not ready before the delay');
  assert.deepEqual(conditions(world, 'web'), { Progressing: 'True ReplicaSetUpdated', Available: 'False MinimumReplicasUnavailable' });
  await world.pass(2);
  assert.equal(world.list(POD).filter(isReady).length, 2);
  assert.deepEqual(conditions(world, 'web'), { Available: 'True MinimumReplicasAvailable', Progressing: 'True NewReplicaSetAvailable' });
  const { conditions: _conditions, ...counts } = world.status(DEPLOYMENT, 'web');
  assert.deepEqual(counts, {
    observedGeneration: 1,
    replicas: 2,
    updatedReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
    terminatingReplicas: 0,
  });
  assert.equal(world.get(DEPLOYMENT, 'web')?.metadata.generation, 1, 'the revision annotation counts no generation');
  assert.deepEqual(world.events('web'), [`ScalingReplicaSet: Scaled up replica set ${nameOf(set)} from 0 to 2`]);
  await world.close();
});

test('a rolling update never has fewer available or more pods than the strategy allows', async () => {
  const world = await makeWorld({ podReadyDelayMs: 1000 });
  await world.api.create(
    deployment('web', { replicas: 4, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } }),
  );
  await world.pass(5);
  const seen = { least: 4, most: 0 };
  const unwatchPods = world.api.watch(POD, () => {
    const pods = world.list(POD).filter((pod) => pod.metadata.deletionTimestamp === undefined);
    seen.least = Math.min(seen.least, pods.filter(isReady).length);
  });
  // What the Deployment asks for: the ReplicaSets follow a moment later, here as in a real cluster.
  const unwatchSets = world.api.watch(REPLICA_SET, () => {
    const wanted = world.list(REPLICA_SET).map((set) => integer(set, 'spec', 'replicas') ?? 0);
    seen.most = Math.max(
      seen.most,
      wanted.reduce((total, size) => total + size, 0),
    );
  });
  await setImage(world, 'web', 'nginx:2');
  await world.pass(30);
  unwatchPods();
  unwatchSets();
  assert.ok(seen.least >= 3, `least available ${seen.least}`);
  assert.ok(seen.most <= 5, `most pods ${seen.most}`);
  const sets = world
    .list(REPLICA_SET)
    .map((set) => [set.metadata.annotations?.['deployment.kubernetes.io/revision'], integer(set, 'spec', 'replicas')]);
  assert.deepEqual(sets.sort(), [
    ['1', 0],
    ['2', 4],
  ]);
  assert.deepEqual(conditions(world, 'web')['Progressing'], 'True NewReplicaSetAvailable');
  await world.close();
});

test('going back to an earlier template takes its ReplicaSet up again under a new revision', async () => {
  const world = await makeWorld();
  await world.api.create(deployment('web'));
  await world.pass(2);
  await setImage(world, 'web', 'nginx:2');
  await world.pass(2);
  await setImage(world, 'web', 'nginx:1');
  await world.pass(2);
  const sets = world.list(REPLICA_SET);
  assert.equal(sets.length, 2);
  const live = sets.find((set) => integer(set, 'spec', 'replicas') === 2);
  assert.equal(live?.metadata.annotations?.['deployment.kubernetes.io/revision'], '3');
  assert.equal(live?.metadata.annotations?.['deployment.kubernetes.io/revision-history'], '1');
  assert.equal(world.get(DEPLOYMENT, 'web')?.metadata.annotations?.['deployment.kubernetes.io/revision'], '3');
  await world.close();
});

test('an image that cannot be pulled stops the rollout, keeps the old pods, and times out', async () => {
  const world = await makeWorld();
  await world.api.create(deployment('web', { progressDeadlineSeconds: 60 }));
  await world.pass(2);
  await setImage(world, 'web', 'nginx:does-not-exist');
  await world.pass(30);
  const waiting = world.list(POD).flatMap((pod) => text(items(pod, 'status', 'containerStatuses')[0], 'state', 'waiting', 'reason') || []);
  assert.deepEqual(waiting, ['ImagePullBackOff']);
  assert.equal(world.list(POD).filter(isReady).length, 2);
  await world.pass(60);
  assert.equal(conditions(world, 'web')['Progressing'], 'False ProgressDeadlineExceeded');
  await world.close();
});

test('a paused Deployment is scaled but not rolled out', async () => {
  const world = await makeWorld();
  await world.api.create(deployment('web'));
  await world.pass(2);
  const ref = { ...DEPLOYMENT, namespace: 'default', name: 'web' };
  await world.api.patch(ref, { type: 'merge', body: { spec: { paused: true, replicas: 3 } } });
  await setImage(world, 'web', 'nginx:2');
  await world.pass(2);
  assert.equal(world.list(REPLICA_SET).length, 1);
  assert.equal(world.list(POD).length, 3);
  assert.equal(conditions(world, 'web')['Progressing'], 'Unknown DeploymentPaused');
  await world.api.patch(ref, { type: 'merge', body: { spec: { paused: false } } });
  await world.pass(5);
  assert.equal(world.list(REPLICA_SET).length, 2);
  assert.equal(conditions(world, 'web')['Progressing'], 'True NewReplicaSetAvailable');
  await world.close();
});

test('Recreate ends every old pod before the first new one', async () => {
  const world = await makeWorld();
  await world.api.create(deployment('web', { strategy: { type: 'Recreate' } }));
  await world.pass(2);
  let mixed = false;
  const unwatch = world.api.watch(POD, () => {
    const images = new Set(world.list(POD).map((pod) => text(items(pod, 'spec', 'containers')[0], 'image')));
    mixed ||= images.size > 1;
  });
  await setImage(world, 'web', 'nginx:2');
  await world.pass(5);
  unwatch();
  assert.equal(mixed, false);
  assert.equal(world.list(POD).filter(isReady).length, 2);
  await world.close();
});

test('a pod that is deleted comes back, and a ReplicaSet scaled by hand is put right', async () => {
  const world = await makeWorld();
  await world.api.create(deployment('web'));
  await world.pass(2);
  const [pod] = world.list(POD);
  assert.ok(pod);
  await world.api.delete({ ...POD, namespace: 'default', name: nameOf(pod) });
  const [set] = world.list(REPLICA_SET);
  assert.ok(set);
  await world.pass(2);
  assert.equal(world.list(POD).filter(isReady).length, 2);
  await world.api.patch({ ...REPLICA_SET, namespace: 'default', name: nameOf(set) }, { type: 'merge', body: { spec: { replicas: 5 } } });
  await world.pass(2);
  assert.equal(world.list(POD).length, 2);
  assert.equal(fields(world.get(REPLICA_SET, nameOf(set)), 'spec')['replicas'], 2);
  await world.close();
});

test('history beyond the limit is removed', async () => {
  const world = await makeWorld();
  await world.api.create(deployment('web', { revisionHistoryLimit: 1 }));
  for (const image of ['nginx:2', 'nginx:3', 'nginx:4']) {
    await world.pass(2);
    await setImage(world, 'web', image);
  }
  await world.pass(2);
  const revisions = world.list(REPLICA_SET).map((set) => set.metadata.annotations?.['deployment.kubernetes.io/revision']);
  assert.deepEqual(revisions.sort(), ['3', '4']);
  await world.close();
});

test('a quota that leaves no room shows as ReplicaFailure, and the pods come when there is room', async () => {
  const world = await makeWorld();
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q', namespace: 'default' }, spec: { hard: { pods: '1' } } };
  await world.api.create(quota);
  await world.pass(1);
  await world.api.create(deployment('web'));
  await world.pass(5);
  assert.equal(world.list(POD).length, 1);
  assert.equal(conditions(world, 'web')['ReplicaFailure'], 'True FailedCreate');
  const [set] = world.list(REPLICA_SET);
  assert.ok(
    world
      .events(set ? nameOf(set) : '')
      .some((event) => event.startsWith('FailedCreate: Error creating: pods "web-') && event.includes('exceeded quota: q')),
  );
  await world.api.patch(
    { apiVersion: 'v1', kind: 'ResourceQuota', namespace: 'default', name: 'q' },
    { type: 'merge', body: { spec: { hard: { pods: '5' } } } },
  );
  await world.pass(120);
  assert.equal(world.list(POD).filter(isReady).length, 2);
  assert.equal(conditions(world, 'web')['ReplicaFailure'], undefined);
  await world.close();
});

test('a ReplicaSet without an owner that a Deployment selects is adopted', async () => {
  const world = await makeWorld();
  await world.api.create(deployment('web', { replicas: 1 }));
  await world.pass(2);
  const [set] = world.list(REPLICA_SET);
  assert.ok(set);
  const ref = { ...REPLICA_SET, namespace: 'default', name: nameOf(set) };
  await world.api.patch(ref, { type: 'merge', body: { metadata: { ownerReferences: null } } });
  await world.pass(2);
  const owners = world.api.peek(ref)?.metadata.ownerReferences ?? [];
  assert.deepEqual(
    owners.map((owner) => [owner.kind, owner.name, owner.controller]),
    [['Deployment', 'web', true]],
  );
  assert.equal(world.list(REPLICA_SET).length, 1);
  const [pod] = world.list(POD);
  assert.ok(pod);
  const podRef = { ...POD, namespace: 'default', name: nameOf(pod) };
  await world.api.patch(podRef, { type: 'merge', body: { metadata: { labels: { app: 'other' } } } });
  await world.pass(2);
  assert.equal(world.api.peek(podRef)?.metadata.ownerReferences, undefined, 'a pod that is not selected any more is released');
  assert.equal(world.list(POD).length, 2);
  await world.close();
});
