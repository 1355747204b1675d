// DESIGN §10.6: replicas taken through the subresource scale, or of a workload that an autoscaler targets, are yielded, not repaired.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { differenceOf } from '../src/decide/difference.ts';
import { ignoredOf, yieldsReplicas } from '../src/decide/replicas.ts';
import { FieldSet } from '../src/fields/field-set.ts';
import { digNumber } from '../src/json/value.ts';
import { createDigester } from '../src/observe/digester.ts';
import { prepare } from '../src/prepare/prepare.ts';
import { jsonAnswer } from './support/counting-transport.ts';
import { bundleOf, configMap, deployment, ownerNamed, phases, refOf, TestWorld, tenantMarks } from './support/world.ts';

const owner = ownerNamed('acme');
const web = (image: string) => bundleOf(owner, { id: 'web', object: deployment('web', { replicas: 2 }, image), waitForReady: false });
const ref = refOf(deployment('web'));

async function replicas(world: TestWorld): Promise<number | undefined> {
  return digNumber(await world.user.get(ref), 'spec', 'replicas');
}

// managedFields as a real kube-apiserver leaves them after `kubectl scale` of a deployment that was applied with replicas (recorded: ssa/hpa-hand-over).
const scaled: KubeObject = {
  ...deployment('web', { replicas: 9 }),
  metadata: {
    name: 'web',
    namespace: 'default',
    uid: 'u1',
    resourceVersion: '7',
    managedFields: [
      {
        manager: 'tenant-operator',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:selector': {} } },
      },
      {
        manager: 'kubectl',
        operation: 'Update',
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        subresource: 'scale',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
    ],
  },
};

test('replicas taken through the subresource scale are yielded: no drift', () => {
  const digest = createDigester({ fieldManager: 'tenant-operator', marks: tenantMarks, keepBody: false })(scaled).digest;
  const [resource] = prepare(web('nginx:1'), { marks: tenantMarks, hashKey: new Uint8Array(32), namespaced: () => true });
  assert.ok(resource);
  assert.equal(yieldsReplicas(resource, digest, false), true);
  const own = FieldSet.of({ 'f:spec': { 'f:selector': {}, 'f:replicas': {} } });
  const applied = { uid: 'u1', hash: resource.hash, own, values: '', body: undefined, resourceVersion: '6' };
  assert.equal(differenceOf(resource, digest, { applied }, ignoredOf(resource, true)).type, 'none');
  assert.deepEqual(differenceOf(resource, digest, { applied }, ignoredOf(resource, false)), { type: 'drift', fields: ['.spec.replicas'] });
});

test('replicas changed by hand, without scale and without an autoscaler, are drift', async () => {
  const world = new TestWorld();
  await world.pass(web('nginx:1'));
  await world.user.patch(ref, { type: 'merge', body: { spec: { replicas: 9 } } });
  await world.quiet();
  await world.pass(web('nginx:1'));
  assert.equal(await replicas(world), 2);
  await world.end();
});

test('an HPA on the workload makes replicas its own, whoever writes them', async () => {
  const world = new TestWorld();
  await world.user.create({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'default' },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 9 },
  });
  await world.pass(web('nginx:1'));
  await world.user.patch(ref, { type: 'merge', body: { spec: { replicas: 5 } } });
  await world.quiet();
  assert.equal((await world.pass(web('nginx:1'))).changed, false);
  assert.equal(await replicas(world), 5);
  await world.end();
});

test('the pause annotation on a child pauses that child, and its removal resumes', async () => {
  const world = new TestWorld();
  const bundle = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) }, { id: 'b', object: configMap('b', { x: '1' }) });
  await world.pass(bundle);
  const a = refOf(configMap('a', {}));
  await world.user.patch(a, {
    type: 'merge',
    body: { metadata: { annotations: { 'tenant.operator.kubernetes-tenants.org/pause': 'true' } }, data: { x: 'changed' } },
  });
  await world.quiet();
  const paused = await world.pass(bundle);
  assert.deepEqual(phases(paused), { a: 'Paused/PausedByAnnotation', b: 'Ready' });
  assert.equal(paused.changed, false);
  await world.user.patch(a, {
    type: 'merge',
    body: { metadata: { annotations: { 'tenant.operator.kubernetes-tenants.org/pause': null } } },
  });
  await world.quiet();
  assert.ok(world.takeWakes().includes('annotation'));
  assert.deepEqual(phases(await world.pass(bundle)), { a: 'Ready', b: 'Ready' });
  assert.deepEqual((await world.user.get(a))['data'], { x: '1' });
  await world.end();
});

test('not being allowed to watch autoscalers is no fault, and is not asked for again and again', async () => {
  const world = new TestWorld();
  world.transport.intercept = (request) =>
    request.path.includes('/horizontalpodautoscalers')
      ? jsonAnswer(403, { kind: 'Status', status: 'Failure', reason: 'Forbidden', code: 403, message: 'forbidden' })
      : undefined;
  assert.deepEqual(phases(await world.pass(web('nginx:1'))), { web: 'Ready' });
  world.transport.take();
  await world.clock.advance(250_000);
  await world.pass(web('nginx:1'));
  assert.deepEqual(world.transport.take(), []);
  await world.end();
});

test('a paused child is not pruned when the template drops it, but goes with its owner', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', {}) }));
  const a = refOf(configMap('a', {}));
  await world.user.patch(a, {
    type: 'merge',
    body: { metadata: { annotations: { 'tenant.operator.kubernetes-tenants.org/pause': 'true' } } },
  });
  await world.quiet();
  const outcome = await world.pass(bundleOf(owner));
  assert.match(outcome.resources[0]?.message ?? '', /annotation .*pause is set/);
  assert.equal(outcome.changed, false);
  await world.user.get(a);
  await world.engine.remove(owner, outcome.resources);
  await assert.rejects(world.user.get(a), /not found/);
  await world.end();
});
