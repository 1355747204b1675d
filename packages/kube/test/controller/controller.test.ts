import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ApiError,
  type Controller,
  type ControllerOptions,
  createController,
  createMetrics,
  type Reconcile,
  silentLogger,
} from '@caretaker/kube';
import { seededRandom, settle, VirtualClock } from '@caretaker/kube/testing';

function setUp(
  reconcile: Reconcile,
  concurrency = 2,
): { controller: Controller; clock: VirtualClock; metrics: ReturnType<typeof createMetrics> } {
  const clock = new VirtualClock();
  const metrics = createMetrics();
  const options: ControllerOptions = { clock, random: seededRandom(1), logger: silentLogger, metrics };
  return { controller: createController({ name: 'tenant', concurrency, reconcile }, options), clock, metrics };
}

test('keys are worked on by at most N workers, each key by one', async () => {
  const running: string[] = [];
  let most = 0;
  const { controller, clock } = setUp(async ({ key }) => {
    assert.ok(!running.includes(key));
    running.push(key);
    most = Math.max(most, running.length);
    await new Promise<void>((resolve) => void clock.after(10, resolve));
    running.splice(running.indexOf(key), 1);
    return undefined;
  }, 3);
  controller.start();
  for (let round = 0; round < 5; round++) {
    for (const key of ['a', 'b', 'c', 'd', 'e']) controller.queue.add(key);
    await clock.advance(5);
  }
  await clock.advance(1_000);
  assert.equal(most, 3);
  assert.equal(controller.queue.depth, 0);
});

test('nothing runs before start, and never inside the caller', async () => {
  let passes = 0;
  const { controller } = setUp(async () => {
    passes++;
    return undefined;
  });
  controller.queue.add('a');
  await settle();
  assert.equal(passes, 0);
  controller.start();
  await settle();
  assert.equal(passes, 1);
  controller.queue.add('b');
  assert.equal(passes, 1);
  await settle();
  assert.equal(passes, 2);
});

test('a thrown error is retried with growing pauses, counted, and its attempts are told', async () => {
  const attempts: number[] = [];
  const { controller, clock, metrics } = setUp(async ({ attempt }) => {
    attempts.push(attempt);
    if (attempt < 3) throw new Error('not yet');
    return undefined;
  });
  controller.start();
  controller.queue.add('a');
  await clock.advance(5_000);
  assert.deepEqual(attempts, [0, 1, 2, 3]);
  const text = metrics.render();
  assert.match(text, /controller_runtime_reconcile_total\{controller="tenant",result="error"\} 3\n/);
  assert.match(text, /controller_runtime_reconcile_total\{controller="tenant",result="success"\} 1\n/);
  assert.match(text, /controller_runtime_reconcile_errors_total\{controller="tenant"\} 3\n/);
  assert.match(text, /workqueue_retries_total\{controller="tenant",name="tenant"\} 3\n/);
  assert.match(text, /workqueue_depth\{controller="tenant",name="tenant"\} 0\n/);
});

test('a Retry-After of the server is obeyed', async () => {
  const times: number[] = [];
  const { controller, clock } = setUp(async () => {
    times.push(clock.monotonic());
    if (times.length === 1)
      throw new ApiError(
        { code: 429, reason: 'TooManyRequests', message: '', causes: [], retryAfterSeconds: 7 },
        { method: 'GET', path: '/' },
      );
    return undefined;
  });
  controller.start();
  controller.queue.add('a');
  await clock.advance(10_000);
  assert.deepEqual(times, [0, 7_000]);
});

test('a result may ask to come again', async () => {
  const times: number[] = [];
  const { controller, clock } = setUp(async () => {
    times.push(clock.monotonic());
    return times.length === 1 ? { requeueAfterMs: 3_000 } : undefined;
  });
  controller.start();
  controller.queue.add('a');
  await clock.advance(10_000);
  assert.deepEqual(times, [0, 3_000]);
});

test('a user waits for one pass of a long resync at most', async () => {
  const order: string[] = [];
  const { controller } = setUp(async ({ key }) => {
    order.push(key);
    if (order.length === 10) controller.queue.add('wanted', 'user');
    return undefined;
  }, 1);
  for (let number = 0; number < 5_000; number++) controller.queue.add(`k${number}`, 'resync');
  controller.start();
  await settle(20);
  assert.ok(order.indexOf('wanted') <= 11, `at ${order.indexOf('wanted')}`);
});

test('stopping waits for what is under way and takes nothing new', async () => {
  const done: string[] = [];
  const { controller, clock } = setUp(async ({ key }) => {
    await new Promise<void>((resolve) => void clock.after(100, resolve));
    done.push(key);
    return undefined;
  }, 1);
  controller.start();
  controller.queue.add('a');
  controller.queue.add('b');
  await settle();
  let stopped = false;
  const stopping = controller.stop(1_000).then(() => {
    stopped = true;
  });
  await clock.advance(50);
  assert.equal(stopped, false);
  await clock.advance(50);
  await stopping;
  assert.deepEqual(done, ['a']);
  await clock.advance(1_000);
  assert.deepEqual(done, ['a']);
});

test('what does not end in time is aborted', async () => {
  let aborted = false;
  const { controller, clock } = setUp(
    ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason);
        });
      }),
  );
  controller.start();
  controller.queue.add('a');
  await settle();
  const stopping = controller.stop(1_000);
  await clock.advance(1_000);
  await stopping;
  assert.equal(aborted, true);
  await settle();
  assert.equal(clock.pending, 0, 'an aborted pass is not retried');
});
