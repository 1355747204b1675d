import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom, VirtualClock } from '@caretaker/kube/testing';

test('timers fire in the order of their time, then of their setting', async () => {
  const clock = new VirtualClock();
  const fired: string[] = [];
  clock.after(20, () => fired.push(`b at ${clock.monotonic()}`));
  clock.after(10, () => fired.push(`a at ${clock.monotonic()}`));
  clock.after(20, () => fired.push(`c at ${clock.monotonic()}`));
  clock.after(15, () => fired.push('cancelled')).cancel();
  await clock.advance(19);
  assert.deepEqual(fired, ['a at 10']);
  await clock.advance(1);
  assert.deepEqual(fired, ['a at 10', 'b at 20', 'c at 20']);
  assert.equal(clock.pending, 0);
});

test('what a timer sets going settles before time moves on', async () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  const again = async (): Promise<void> => {
    await Promise.resolve();
    await Promise.resolve();
    seen.push(clock.monotonic());
    if (seen.length < 3) clock.after(10, () => void again());
  };
  clock.after(10, () => void again());
  await clock.advance(100);
  assert.deepEqual(seen, [10, 20, 30]);
});

test('the wall clock can jump without the monotonic one, and time can pass without timers', async () => {
  const clock = new VirtualClock(1_000);
  let fired = 0;
  clock.after(50, () => fired++);
  clock.jump(3_600_000);
  assert.deepEqual([clock.now(), clock.monotonic()], [3_601_000, 0]);
  clock.freeze(500);
  assert.deepEqual([clock.monotonic(), fired], [500, 0]);
  await clock.advance(0);
  assert.deepEqual([clock.monotonic(), fired], [500, 1]);
});

test('runAll ends when nothing waits and fails when something re-arms for ever', async () => {
  const clock = new VirtualClock();
  clock.after(5_000, () => clock.after(5_000, () => undefined));
  await clock.runAll();
  assert.equal(clock.monotonic(), 10_000);
  const forever = (): void => void clock.after(1, forever);
  forever();
  await assert.rejects(clock.runAll(100), /timers still wait/);
});

test('the same seed gives the same chance', () => {
  const [a, b, c] = [seededRandom(7), seededRandom(7), seededRandom(8)];
  const take = (random: ReturnType<typeof seededRandom>): number[] => Array.from({ length: 1_000 }, () => random.next());
  const numbers = take(a);
  assert.deepEqual(numbers, take(b));
  assert.notDeepEqual(numbers, take(c));
  assert.ok(numbers.every((number) => number >= 0 && number < 1));
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  assert.ok(Math.abs(mean - 0.5) < 0.05);
  assert.deepEqual(a.bytes(8), b.bytes(8));
});
