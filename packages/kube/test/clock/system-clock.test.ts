import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep, systemClock, systemRandom } from '@caretaker/kube';

test('the system clock tells time, fires once and can be cancelled', async () => {
  assert.ok(Math.abs(systemClock.now() - Date.now()) < 1_000);
  const before = systemClock.monotonic();
  let fired = 0;
  systemClock.after(0, () => fired++);
  systemClock.after(0, () => fired++).cancel();
  assert.equal(fired, 0);
  await sleep(systemClock, 5);
  assert.equal(fired, 1);
  assert.ok(systemClock.monotonic() > before);
});

test('a wait beyond the 24 days that timers can hold does not end at once', async () => {
  let fired = false;
  const timer = systemClock.after(2 ** 33, () => {
    fired = true;
  });
  await sleep(systemClock, 5);
  timer.cancel();
  assert.equal(fired, false);
});

test('sleep ends with its signal', async () => {
  const abort = new AbortController();
  const sleeping = assert.rejects(sleep(systemClock, 60_000, abort.signal), /enough/);
  abort.abort(new Error('enough'));
  await sleeping;
  await assert.rejects(sleep(systemClock, 1, abort.signal), /enough/);
});

test('random bytes are random', () => {
  assert.notDeepEqual(systemRandom.bytes(16), systemRandom.bytes(16));
  assert.ok(systemRandom.next() < 1);
});
