import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { CRON_JOB, JOB, POD } from '../../src/workloads/machinery/kinds.ts';
import { nameOf } from '../../src/workloads/machinery/objects.ts';
import { phaseOf } from '../../src/workloads/machinery/pods.ts';
import { items, text } from '../../src/workloads/machinery/read.ts';
import { makeWorld, type World } from './world.ts';

function job(spec: Record<string, unknown> = {}, annotations: Record<string, string> = {}): KubeObject {
  const template = { metadata: { annotations }, spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } };
  return { ...JOB, metadata: { name: 'work', namespace: 'default' }, spec: { template, ...spec } };
}

const FAILS = { 'devcluster.caretaker.dev/behavior': 'fail' };

function conditions(world: World, name = 'work'): string[] {
  return items(world.status(JOB, name), 'conditions').map((condition) => `${text(condition, 'type')} ${text(condition, 'reason')}`);
}

test('a Job runs as many pods at once as it may, until enough have succeeded', async () => {
  const world = await makeWorld({ jobRunMs: 1000 });
  let most = 0;
  world.api.watch(POD, () => {
    most = Math.max(most, world.list(POD).filter((pod) => phaseOf(pod) === 'Running').length);
  });
  await world.api.create(job({ completions: 5, parallelism: 2 }));
  await world.pass(10);
  assert.equal(most, 2);
  assert.equal(world.list(POD).filter((pod) => phaseOf(pod) === 'Succeeded').length, 5);
  const status = world.status(JOB, 'work');
  assert.equal(status['succeeded'], 5);
  assert.equal(status['active'], undefined);
  assert.deepEqual(conditions(world), ['SuccessCriteriaMet CompletionsReached', 'Complete CompletionsReached']);
  assert.ok(
    world.list(POD).every((pod) => pod.metadata.finalizers === undefined),
    'counted pods are let go',
  );
  assert.ok(world.events('work').includes('Completed: Job completed'));
  await world.close();
});

test('a Job whose pods fail waits longer each time, and ends at its backoff limit', async () => {
  const world = await makeWorld({ jobRunMs: 100 });
  await world.api.create(job({ backoffLimit: 2 }, FAILS));
  await world.pass(1);
  assert.equal(world.list(POD).length, 1);
  await world.pass(11);
  assert.equal(world.list(POD).length, 2, 'the second after 10 s');
  await world.pass(15);
  assert.equal(world.list(POD).length, 2);
  await world.pass(10);
  assert.equal(world.list(POD).length, 3, 'the third after 20 s more');
  await world.pass(60);
  assert.deepEqual(conditions(world), ['FailureTarget BackoffLimitExceeded', 'Failed BackoffLimitExceeded']);
  assert.equal(world.status(JOB, 'work')['failed'], 3);
  await world.close();
});

test('a pod of a Job that is deleted has failed: the next comes ten seconds later', async () => {
  const world = await makeWorld({ jobRunMs: 60_000 });
  await world.api.create(job());
  await world.pass(2);
  const [first] = world.list(POD);
  assert.ok(first);
  await world.api.delete({ ...POD, namespace: 'default', name: nameOf(first) }, { gracePeriodSeconds: 0 });
  await world.pass(8);
  assert.equal(world.status(JOB, 'work')['failed'], 1);
  assert.equal(world.list(POD).length, 0, 'the failure is remembered when its pod is gone');
  await world.pass(4);
  assert.equal(world.list(POD).length, 1);
  await world.close();
});

test('an indexed Job gives each pod its number', async () => {
  const world = await makeWorld({ jobRunMs: 100 });
  await world.api.create(job({ completions: 4, parallelism: 4, completionMode: 'Indexed' }));
  await world.pass(5);
  const indexes = world.list(POD).map((pod) => pod.metadata.annotations?.['batch.kubernetes.io/job-completion-index']);
  assert.deepEqual(indexes.sort(), ['0', '1', '2', '3']);
  assert.equal(world.status(JOB, 'work')['completedIndexes'], '0-3');
  await world.close();
});

test('a Job past its deadline fails and its pods go', async () => {
  const world = await makeWorld({ jobRunMs: 60_000 });
  await world.api.create(job({ activeDeadlineSeconds: 5 }));
  await world.pass(10);
  assert.deepEqual(conditions(world), ['FailureTarget DeadlineExceeded', 'Failed DeadlineExceeded']);
  assert.equal(world.list(POD).length, 0);
  await world.close();
});

test('a suspended Job has no pods until it is resumed', async () => {
  const world = await makeWorld({ jobRunMs: 100 });
  await world.api.create(job({ suspend: true }));
  await world.pass(2);
  assert.equal(world.list(POD).length, 0);
  assert.equal(world.status(JOB, 'work')['startTime'], undefined);
  await world.api.patch({ ...JOB, namespace: 'default', name: 'work' }, { type: 'merge', body: { spec: { suspend: false } } });
  await world.pass(3);
  assert.equal(world.status(JOB, 'work')['succeeded'], 1);
  await world.close();
});

test('a finished Job goes when its time to live has passed', async () => {
  const world = await makeWorld({ jobRunMs: 100 });
  await world.api.create(job({ ttlSecondsAfterFinished: 30 }));
  await world.pass(20);
  assert.ok(world.get(JOB, 'work'));
  await world.pass(20);
  const left = world.get(JOB, 'work');
  assert.ok(left === undefined || left.metadata.deletionTimestamp !== undefined);
  await world.close();
});

test('a CronJob starts a Job each time, named by its minute, and keeps a short history', async () => {
  const world = await makeWorld({ jobRunMs: 100 });
  const jobTemplate = { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } } } };
  await world.api.create({
    ...CRON_JOB,
    metadata: { name: 'tick', namespace: 'default' },
    spec: { schedule: '* * * * *', successfulJobsHistoryLimit: 2, jobTemplate },
  });
  await world.pass(5 * 60 + 30);
  const minute = Math.floor(Date.UTC(2026, 0, 1) / 60_000);
  assert.deepEqual(world.list(JOB).map(nameOf).sort(), [`tick-${minute + 4}`, `tick-${minute + 5}`]);
  const status = world.status(CRON_JOB, 'tick');
  assert.equal(status['lastScheduleTime'], '2026-01-01T00:05:00Z');
  assert.equal(status['active'], undefined);
  assert.ok(world.events('tick').includes(`SawCompletedJob: Saw completed job: tick-${minute + 1}, condition: Complete`));
  await world.close();
});

test('concurrencyPolicy Forbid waits for the running Job, Replace ends it', async () => {
  for (const [concurrencyPolicy, expected] of [
    ['Forbid', 1],
    ['Replace', 1],
    ['Allow', 3],
  ] as const) {
    const world = await makeWorld({ jobRunMs: 3_600_000 });
    const jobTemplate = { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } } } };
    await world.api.create({
      ...CRON_JOB,
      metadata: { name: 'tick', namespace: 'default' },
      spec: { schedule: '* * * * *', concurrencyPolicy, jobTemplate },
    });
    await world.pass(3 * 60 + 30);
    const alive = world.list(JOB).filter((one) => one.metadata.deletionTimestamp === undefined);
    assert.equal(alive.length, expected, concurrencyPolicy);
    await world.close();
  }
});
