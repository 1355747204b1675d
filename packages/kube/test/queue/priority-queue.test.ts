import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Priority, PriorityQueue } from '@caretaker/kube';
import { seededRandom, VirtualClock } from '@caretaker/kube/testing';

function setUp(): { queue: PriorityQueue; clock: VirtualClock; drain: () => string[] } {
  const clock = new VirtualClock();
  const queue = new PriorityQueue({ name: 'q', clock, random: seededRandom(1) });
  const drain = (): string[] => {
    const keys: string[] = [];
    for (let taken = queue.take(); taken !== undefined; taken = queue.take()) {
      keys.push(taken.key);
      queue.done(taken.key);
    }
    return keys;
  };
  return { queue, clock, drain };
}

test('keys come out by priority, then in the order they came', () => {
  const { queue, drain } = setUp();
  for (const [key, priority] of [
    ['r', 'resync'],
    ['d', 'drift'],
    ['c1', 'change'],
    ['u', 'user'],
    ['c2', 'change'],
  ] as const)
    queue.add(key, priority);
  assert.deepEqual(drain(), ['u', 'c1', 'c2', 'd', 'r']);
});

test('a key waits once; a higher priority moves it, a lower one does not', () => {
  const { queue, drain } = setUp();
  queue.add('a', 'resync');
  queue.add('b', 'drift');
  queue.add('a', 'user');
  queue.add('a', 'resync');
  assert.equal(queue.depth, 2);
  assert.deepEqual(drain(), ['a', 'b']);
});

test('a key that is added while it is worked on waits for the end, and then runs once more', () => {
  const { queue } = setUp();
  queue.add('a');
  assert.equal(queue.take()?.key, 'a');
  queue.add('a', 'resync');
  queue.add('a', 'user');
  assert.equal(queue.take(), undefined);
  queue.done('a');
  assert.deepEqual(queue.take(), { key: 'a', priority: 'user' });
  queue.done('a');
  assert.equal(queue.take(), undefined);
});

test('a delayed key comes at its time; the earliest time holds', async () => {
  const { queue, clock, drain } = setUp();
  queue.addAfter('a', 5_000);
  queue.addAfter('a', 1_000);
  queue.addAfter('a', 9_000, 'user');
  assert.equal(queue.delayed, 1);
  await clock.advance(999);
  assert.deepEqual(drain(), []);
  await clock.advance(1);
  assert.deepEqual(queue.take(), { key: 'a', priority: 'user' });
  await clock.advance(20_000);
  assert.equal(queue.depth, 0);
  assert.equal(clock.pending, 0);
});

test('an add now takes the place of a delayed one', async () => {
  const { queue, clock, drain } = setUp();
  queue.addAfter('a', 5_000);
  queue.add('a');
  assert.deepEqual(drain(), ['a']);
  await clock.advance(10_000);
  assert.deepEqual(drain(), []);
});

test('back-off grows per key, with jitter, up to a minute, and is forgotten on success', async () => {
  const { queue, clock, drain } = setUp();
  const delays: number[] = [];
  for (let failure = 0; failure < 12; failure++) {
    delays.push(queue.retry('a', 'change'));
    await clock.advance(60_000);
    assert.deepEqual(drain(), ['a']);
  }
  for (const [index, delay] of delays.entries()) {
    const exact = Math.min(60_000, 100 * 2 ** index);
    assert.ok(delay >= exact / 2 && delay <= exact, `${delay} at ${index}`);
  }
  assert.equal(queue.failures('a'), 12);
  assert.ok(queue.retry('b', 'change') <= 100, 'another key is not affected');
  queue.forget('a');
  assert.ok(queue.retry('a', 'change') <= 100);
  assert.ok(queue.retry('c', 'change', 7_000) >= 7_000, 'a Retry-After is obeyed');
});

test('low priority means later, not never', () => {
  const { queue } = setUp();
  queue.add('low', 'resync');
  for (let number = 0; number < 1_000; number++) queue.add(`high ${number}`, 'change');
  const order: string[] = [];
  for (let number = 0; number < 100; number++) order.push(queue.take()?.key ?? '');
  assert.equal(order.indexOf('low'), 16);
});

test('a closed queue takes nothing more and drops what is delayed', async () => {
  const { queue, clock, drain } = setUp();
  queue.add('ready');
  queue.addAfter('later', 10);
  queue.close();
  queue.add('new');
  await clock.advance(100);
  assert.deepEqual(drain(), ['ready']);
});

test('a hundred thousand keys go through in linear time', () => {
  const { queue, drain } = setUp();
  const order: Priority[] = ['resync', 'drift', 'change', 'user'];
  const start = process.cpuUsage();
  for (const priority of order) for (let number = 0; number < 100_000; number++) queue.add(`k${number}`, priority);
  assert.equal(queue.depth, 100_000);
  assert.equal(drain().length, 100_000);
  assert.ok(process.cpuUsage(start).user < 5e6);
});
