// DESIGN §10.10: what can never become ready by itself counts as satisfied; a gate holds a first apply, never drift repair.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { readinessByKind } from '../src/readiness/by-kind.ts';
import { bundleOf, configMap, deployment, ownerNamed, phases, refOf, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');
const observed = { observedGeneration: 1 };

test('replicas 0 and an empty DaemonSet are ready', () => {
  const scaled: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a', generation: 1 },
    spec: { replicas: 0 },
    status: observed,
  };
  assert.equal(readinessByKind(scaled).ready, true);
  assert.equal(readinessByKind({ ...scaled, kind: 'StatefulSet' }).ready, true);
  const daemon: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'a', generation: 1 },
    spec: {},
    status: { ...observed, desiredNumberScheduled: 0 },
  };
  assert.equal(readinessByKind(daemon).ready, true);
});

for (const [mode, phase] of [
  ['WaitForFirstConsumer', 'Ready/WaitsForFirstConsumer'],
  ['Immediate', 'WaitingForReady/ClaimNotBound'],
] as const) {
  test(`an unbound claim of a class that binds ${mode} is ${phase}`, async () => {
    const world = new TestWorld();
    await world.user.create({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'fast' },
      provisioner: 'example.com/fast',
      volumeBindingMode: mode,
    });
    const claim: KubeObject = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'default' },
      spec: { storageClassName: 'fast', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    const bundle = bundleOf(owner, { id: 'data', object: claim });
    await world.pass(bundle);
    const live = await world.user.get(refOf(claim));
    await world.user.update({ ...live, status: { phase: 'Pending' } }, { subresource: 'status' });
    await world.quiet();
    assert.deepEqual(phases(await world.pass(bundle)), { data: phase });
    await world.end();
  });
}

test('drift of a dependent is repaired while what it depends on is not ready', async () => {
  const world = new TestWorld();
  const bundle = (image: string) =>
    bundleOf(
      owner,
      { id: 'web', object: deployment('web', { replicas: 1 }, image) },
      { id: 'after', object: configMap('after', { x: '1' }), dependIds: ['web'] },
    );
  await world.pass(bundle('nginx:1'));
  await setAvailable(world, 1);
  assert.deepEqual(phases(await world.pass(bundle('nginx:1'))), { web: 'Ready', after: 'Ready' });
  await setAvailable(world, 0);
  await world.user.patch(refOf(configMap('after', {})), { type: 'merge', body: { data: { x: 'changed' } } });
  await world.quiet();
  const outcome = await world.pass(bundle('nginx:1'));
  assert.deepEqual(phases(outcome), { web: 'WaitingForReady/ReplicasUnavailable', after: 'Ready' });
  assert.deepEqual((await world.user.get(refOf(configMap('after', {}))))['data'], { x: '1' });
  await world.user.delete(refOf(configMap('after', {})));
  await world.quiet();
  await world.pass(bundle('nginx:1'));
  await world.user.get(refOf(configMap('after', {})));
  await world.end();
});

test('a new revision of a dependent waits again', async () => {
  const world = new TestWorld();
  const bundle = (image: string, x: string) =>
    bundleOf(
      owner,
      { id: 'web', object: deployment('web', { replicas: 1 }, image) },
      { id: 'after', object: configMap('after', { x }), dependIds: ['web'] },
    );
  await world.pass(bundle('nginx:1', '1'));
  await setAvailable(world, 1);
  await world.pass(bundle('nginx:1', '1'));
  const outcome = await world.pass(bundle('nginx:2', '2'));
  assert.equal(phases(outcome)['after'], 'WaitingForDependency/DependencyNotReady');
  assert.deepEqual((await world.user.get(refOf(configMap('after', {}))))['data'], { x: '1' });
  await setAvailable(world, 1);
  assert.deepEqual(phases(await world.pass(bundle('nginx:2', '2'))), { web: 'Ready', after: 'Ready' });
  await world.end();
});

async function setAvailable(world: TestWorld, count: number): Promise<void> {
  const live = await world.user.get(refOf(deployment('web')));
  const status = {
    observedGeneration: live.metadata.generation ?? 1,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: count,
    availableReplicas: count,
  };
  await world.user.update({ ...live, status }, { subresource: 'status' });
  await world.quiet();
}
