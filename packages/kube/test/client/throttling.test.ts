import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, createLimiter, silentLogger } from '@caretaker/kube';
import { FakeTransport, VirtualClock } from '@caretaker/kube/testing';
import { fixedDiscovery, pods } from './resources.ts';

const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'n', name: 'a' };

/** A client whose server refuses the first requests with Retry-After: 3. */
function setUp(refusals: number) {
  const clock = new VirtualClock();
  const times: number[] = [];
  const transport = new FakeTransport(() => {
    times.push(clock.monotonic());
    return times.length <= refusals ? { status: 429, headers: { 'retry-after': '3' } } : { body: { metadata: {} } };
  });
  const limiter = createLimiter({ clock, logger: silentLogger });
  return { clock, times, client: createClient({ transport, clock, discovery: fixedDiscovery(pods), fieldManager: 'x', limiter }) };
}

test('with a limiter, one Retry-After holds back every request, and the refused one is sent again', async () => {
  const { clock, times, client } = setUp(1);
  const refused = client.get(ref);
  await clock.advance(1_000);
  const later = client.get(ref);
  await clock.advance(2_000);
  await Promise.all([refused, later]);
  assert.deepEqual(times, [0, 3_000, 3_000]);
});

test('a lease request is not held back by others, and waits for its own Retry-After', async () => {
  const { clock, times, client } = setUp(2);
  const refused = client.get(ref);
  await clock.advance(1_000);
  const lease = client.get(ref, { priority: 'lease' });
  await clock.advance(3_000);
  await Promise.all([refused, lease]);
  assert.deepEqual(times, [0, 1_000, 3_000, 4_000]);
});

test('a refused watch holds back requests too', async () => {
  const { clock, times, client } = setUp(1);
  await assert.rejects(client.watch(pods, {})[Symbol.asyncIterator]().next(), { code: 'KUBE_API_TOO_MANY_REQUESTS' });
  const read = client.get(ref);
  await clock.advance(3_000);
  await read;
  assert.deepEqual(times, [0, 3_000]);
});
