import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, Fence } from '@caretaker/kube';
import { VirtualClock } from '@caretaker/kube/testing';

test('a timer that fires a little early does not leave writes under way alone', async () => {
  const inner = new VirtualClock();
  const clock: Clock = {
    now: () => inner.now(),
    monotonic: () => inner.monotonic(),
    after: (ms, fire) => inner.after(Math.max(0.01, ms - 1), fire),
  };
  const fence = new Fence(clock);
  fence.extend(0, inner.now(), 10_000);
  const write = fence.enter();
  await inner.advance(9_999.5);
  assert.equal(write.signal.aborted, false);
  await inner.advance(1);
  assert.equal(write.signal.aborted, true);
});

test('a renewal counts from when it was sent, not from when it was answered', async () => {
  const clock = new VirtualClock();
  const fence = new Fence(clock);
  const sent = clock.monotonic();
  const sentWall = clock.now();
  await clock.advance(8_000);
  fence.extend(sent, sentWall, 10_000);
  await clock.advance(1_999);
  assert.equal(fence.open, true);
  await clock.advance(1);
  assert.equal(fence.open, false);
  assert.throws(() => fence.enter(), { code: 'KUBE_TRANSPORT_FENCED' });
});

test('what has left is not ended any more', async () => {
  const clock = new VirtualClock();
  const fence = new Fence(clock);
  fence.extend(0, clock.now(), 1_000);
  const write = fence.enter();
  fence.leave(write);
  await clock.advance(2_000);
  assert.equal(write.signal.aborted, false);
});
