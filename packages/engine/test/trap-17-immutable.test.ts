// DESIGN §10.17: onImmutable Fail | Recreate; a finished Job removed by its TTL stays done.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { jsonAnswer } from './support/counting-transport.ts';
import { bundleOf, ownerNamed, phases, refOf, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');

const job = (image: string): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'migrate', namespace: 'default' },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'run', image }] } } },
});

const fixed = (value: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'fixed', namespace: 'default' },
  data: { value },
  immutable: true,
});

/** Refuses every apply onto an existing object at this path, in the words of a real kube-apiserver. */
function refuseChanges(world: TestWorld, path: string, kind: string, field: string, message: string): void {
  world.transport.intercept = async (request) => {
    if (request.method !== 'PATCH' || !request.path.startsWith(path)) return undefined;
    const name = path.split('/').at(-1) ?? '';
    const exists = await world.user.get({ ...(kind === 'Job' ? refOf(job('')) : refOf(fixed(''))), name }).catch(() => undefined);
    if (!exists) return undefined;
    const causes = [{ reason: 'FieldValueInvalid', field, message }];
    const text = `${kind} "${name}" is invalid: ${field}: ${message}`;
    return jsonAnswer(422, {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      reason: 'Invalid',
      code: 422,
      message: text,
      details: { causes },
    });
  };
}

const refuseConfigMap = (world: TestWorld): void =>
  refuseChanges(
    world,
    '/api/v1/namespaces/default/configmaps/fixed',
    'ConfigMap',
    'data',
    'Forbidden: field is immutable when `immutable` is set',
  );

const refuseJob = (world: TestWorld): void =>
  refuseChanges(
    world,
    '/apis/batch/v1/namespaces/default/jobs/migrate',
    'Job',
    'spec.template',
    'Invalid value: {"Containers":[]}: field is immutable',
  );

test('an immutable field is told apart from other refusals, and the object stays (Fail)', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'c', object: fixed('1') }));
  refuseConfigMap(world);
  const outcome = await world.pass(bundleOf(owner, { id: 'c', object: fixed('2') }));
  assert.deepEqual(phases(outcome), { c: 'Failed/Immutable' });
  assert.equal(outcome.resources[0]?.message, 'ConfigMap default/fixed: field is immutable: data');
  assert.deepEqual((await world.user.get(refOf(fixed(''))))['data'], { value: '1' });
  world.requests();
  await world.pass(bundleOf(owner, { id: 'c', object: fixed('2') }));
  assert.deepEqual(world.requests(), [], 'not tried again');
  await world.end();
});

test('with Recreate the object is deleted, with proof and preconditions, and made anew', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'c', object: fixed('1'), onImmutable: 'Recreate' }));
  const before = await world.user.get(refOf(fixed('')));
  refuseConfigMap(world);
  const wanted = bundleOf(owner, { id: 'c', object: fixed('2'), onImmutable: 'Recreate' });
  await world.pass(wanted);
  await world.quiet();
  const outcome = await world.pass(wanted);
  assert.deepEqual(phases(outcome), { c: 'Ready' });
  const after = await world.user.get(refOf(fixed('')));
  assert.notEqual(after.metadata.uid, before.metadata.uid);
  assert.deepEqual(after['data'], { value: '2' });
  await world.end();
});

test('a Job is replaced by default when its template changes', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'job', object: job('a:1') }));
  const before = await world.user.get(refOf(job('')));
  refuseJob(world);
  const wanted = bundleOf(owner, { id: 'job', object: job('a:2') });
  await world.pass(wanted);
  await world.quiet();
  await world.pass(wanted);
  const after = await world.user.get(refOf(job('')));
  assert.notEqual(after.metadata.uid, before.metadata.uid);
  assert.match(JSON.stringify(after), /a:2/);
  await world.end();
});

test('a finished Job that its TTL removed is not run again, also after a restart; a changed one is', async () => {
  const world = new TestWorld();
  const wanted = bundleOf(owner, { id: 'job', object: job('a:1') });
  await world.pass(wanted);
  const live = await world.user.get(refOf(job('')));
  const now = '2026-01-01T00:00:10Z';
  const conditions = [
    { type: 'SuccessCriteriaMet', status: 'True', lastTransitionTime: now },
    { type: 'Complete', status: 'True', lastTransitionTime: now },
  ];
  await world.user.update(
    { ...live, status: { startTime: now, completionTime: now, succeeded: 1, conditions } },
    { subresource: 'status' },
  );
  await world.quiet();
  const done = await world.pass(wanted);
  assert.deepEqual(phases(done), { job: 'Ready' });
  assert.match(done.resources[0]?.completedHash ?? '', /^[0-9a-f]{32}$/);
  await world.user.delete(refOf(job('')), { propagationPolicy: 'Background' });
  await world.quiet();
  assert.deepEqual(phases(await world.pass(wanted)), { job: 'Ready/Completed' });
  await world.restart();
  assert.deepEqual(phases(await world.pass(wanted)), { job: 'Ready/Completed' });
  const changed = await world.pass(bundleOf(owner, { id: 'job', object: job('a:2') }));
  assert.equal(changed.happenings[0]?.type, 'Created');
  await world.end();
});
