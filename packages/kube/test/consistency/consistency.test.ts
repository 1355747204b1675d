import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atLeast, createClient, createConsistency } from '@caretaker/kube';
import { FakeTransport, settle } from '@caretaker/kube/testing';
import { fixedDiscovery, pods } from '../client/resources.ts';
import { bookmark, initialEventsEnd, pod } from '../informer/fake-server.ts';
import { createWorld, podSpec } from '../informer/set-up.ts';

async function setUp() {
  const world = createWorld();
  const informer = world.informers.acquire(podSpec);
  await settle();
  world.server.stream.event('BOOKMARK', initialEventsEnd('100'));
  await settle();
  return { ...world, informer, consistency: createConsistency({ clock: world.clock }) };
}

test('resource versions are compared as numbers of any size', () => {
  assert.equal(atLeast('9', '10'), false);
  assert.equal(atLeast('10', '9'), true);
  assert.equal(atLeast('36893488147419103233', '36893488147419103232'), true);
  assert.equal(atLeast('36893488147419103231', '36893488147419103232'), false);
  assert.equal(atLeast('x', 'x'), true);
  assert.equal(atLeast('y', 'x'), false);
  assert.equal(atLeast('010', '9'), false);
  assert.equal(atLeast(undefined, '1'), false);
});

test('a key has caught up when the event of its write has come', async () => {
  const { consistency, informer, server, informers } = await setUp();
  assert.equal(consistency.caughtUp('a'), true);
  consistency.wrote('a', informer, '90');
  assert.equal(consistency.caughtUp('a'), true, 'the cache is newer already');
  consistency.wrote('a', informer, '105');
  consistency.wrote('a', informer, '103');
  assert.equal(consistency.caughtUp('a'), false);
  assert.equal(consistency.caughtUp('b'), true, 'other keys are not held up');
  server.stream.event('ADDED', pod('a', '103'));
  await settle();
  assert.equal(consistency.caughtUp('a'), false);
  server.stream.event('MODIFIED', pod('a', '105'));
  await settle();
  assert.equal(consistency.caughtUp('a'), true);
  assert.equal(consistency.size, 0, 'what is caught up is not remembered');
  await informers.close();
});

test('a bookmark counts: what was created and deleted in one breath blocks nobody', async () => {
  const { consistency, informer, server, informers } = await setUp();
  consistency.wrote('a', informer, '105');
  const waiting = consistency.wait('a', 120_000);
  server.stream.event('BOOKMARK', bookmark('110'));
  assert.equal(await waiting, true);
  await informers.close();
});

test('waiting is bounded and can be aborted', async () => {
  const { consistency, informer, clock, informers } = await setUp();
  consistency.wrote('a', informer, '105');
  const waiting = consistency.wait('a', 2_000);
  await clock.advance(2_000);
  assert.equal(await waiting, false);
  const abort = new AbortController();
  const aborted = assert.rejects(consistency.wait('a', 2_000, abort.signal), /enough/);
  abort.abort(new Error('enough'));
  await aborted;
  consistency.forget('a');
  assert.equal(await consistency.wait('a', 2_000), true);
  await informers.close();
});

test('a read comes from the cache once it has caught up, else live', async () => {
  const { consistency, informer, server, clock, informers } = await setUp();
  const transport = new FakeTransport(() => ({ body: pod('a', '105') }));
  const client = createClient({ transport, clock, discovery: fixedDiscovery(pods), fieldManager: 'test' });
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'n', name: 'a' };
  assert.deepEqual(await consistency.read('a', ref, informer, client, 1_000), { object: undefined, from: 'cache' });
  consistency.wrote('a', informer, '105');
  const reading = consistency.read('a', ref, informer, client, 1_000);
  await clock.advance(1_000);
  assert.deepEqual(await reading, { object: pod('a', '105'), from: 'live' });
  server.stream.event('ADDED', pod('a', '105'));
  await settle();
  assert.equal((await consistency.read('a', ref, informer, client, 1_000)).from, 'cache');
  assert.equal(transport.requests.length, 1);
  transport.answer(() => ({ status: 404 }));
  consistency.wrote('a', informer, '200');
  const gone = consistency.read('a', ref, informer, client, 1_000);
  await clock.advance(1_000);
  assert.deepEqual(await gone, { object: undefined, from: 'live' });
  await informers.close();
});
