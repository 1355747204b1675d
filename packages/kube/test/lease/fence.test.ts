import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, Fence, fencedTransport, type Transport } from '@caretaker/kube';
import { FakeTransport, VirtualClock } from '@caretaker/kube/testing';

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

test('a write that waited until the fence was shut is held back when it is about to leave', async () => {
  const clock = new VirtualClock();
  const fence = new Fence(clock);
  fence.extend(0, clock.now(), 1_000);
  const sent: string[] = [];
  const slow: Transport = {
    close: async () => undefined,
    send: async (request) => {
      // As after SIGSTOP and SIGCONT: the clock has moved, and no timer has fired yet.
      fence.extend(0, clock.now(), -1);
      request.beforeSend?.();
      sent.push(request.path);
      return new FakeTransport(() => ({ body: {} })).send(request);
    },
  };
  const fenced = fencedTransport(slow, fence);
  await assert.rejects(fenced.send({ method: 'PATCH', path: '/a', headers: {} }), { code: 'KUBE_TRANSPORT_FENCED' });
  assert.deepEqual(sent, []);
});
