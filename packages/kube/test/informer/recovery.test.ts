import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TransportError } from '@caretaker/kube';
import { settle } from '@caretaker/kube/testing';
import { bookmark, initialEventsEnd, pod, status } from './fake-server.ts';
import { createWorld, follow, podSpec } from './set-up.ts';

const list = (version: string, items: unknown[], more?: string) => ({
  body: { metadata: { resourceVersion: version, continue: more }, items },
});

test('a server that refuses sendInitialEvents is listed page by page and then watched', async () => {
  const world = createWorld();
  const refusal = status(
    422,
    'Invalid',
    'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
  );
  world.server.next(refusal, list('20', [pod('a', '5')], 'more'), list('20', [pod('b', '6')]));
  const { told, informer } = await follow(world);
  await world.clock.advance(1_000);
  assert.deepEqual(told, ['added a initially', 'added b initially', 'synced']);
  const [, first, second, watch] = world.server.queries;
  assert.equal(first?.get('limit'), '500');
  assert.equal(first?.has('resourceVersion'), false, 'a list must be consistent, never from an old cache');
  assert.equal(second?.get('continue'), 'more');
  assert.equal(watch?.get('resourceVersion'), '20');
  world.server.stream.event('MODIFIED', pod('a', '21'));
  await settle();
  assert.equal(informer.get('n', 'a')?.metadata.resourceVersion, '21');
  await world.informers.close();
});

test('a server that ignores sendInitialEvents is recognised by its silence or its plain bookmarks', async () => {
  const world = createWorld();
  const { told } = await follow(world);
  world.server.stream.event('ADDED', pod('a', '5'));
  world.server.next(list('20', [pod('a', '5')]));
  await world.clock.advance(32_000);
  assert.deepEqual(told, ['added a initially', 'synced']);
  await world.informers.close();

  const other = createWorld();
  const followed = await follow(other);
  other.server.next(list('20', []));
  other.server.stream.event('BOOKMARK', bookmark('19'));
  await other.clock.advance(1_000);
  assert.deepEqual(followed.told, ['synced']);
  await other.informers.close();
});

test('a continue token that expired leads to one list in one piece', async () => {
  const world = createWorld();
  world.server.next(status(422, 'Invalid'), list('20', [pod('a', '5')], 'more'), status(410, 'Expired'), list('30', [pod('b', '6')]));
  const { told } = await follow(world);
  await world.clock.advance(5_000);
  assert.deepEqual(told, ['added a initially', 'failing: Expired', 'healthy', 'deleted a', 'added b initially', 'synced']);
  assert.equal(world.server.queries[3]?.has('limit'), false);
  await world.informers.close();
});

for (const [how, expire] of [
  [
    'as an ERROR event',
    (world: ReturnType<typeof createWorld>) =>
      world.server.stream.event('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }),
  ],
  [
    'as an HTTP status',
    (world: ReturnType<typeof createWorld>) => {
      world.server.next(status(410, 'Expired'));
      world.server.stream.end();
    },
  ],
] as const) {
  test(`a version that is too old (410 ${how}) leads to a new full set, told as differences`, async () => {
    const world = createWorld();
    const { told, informer } = await follow(world);
    for (const name of ['kept', 'changed', 'lost', 'remade']) world.server.stream.event('ADDED', pod(name, '5'));
    world.server.stream.event('BOOKMARK', initialEventsEnd('7'));
    await world.clock.advance(10_000);
    const kept = informer.get('n', 'kept');
    told.length = 0;
    expire(world);
    await world.clock.advance(3_000);
    assert.equal(informer.size, 4, 'the cache stays readable meanwhile');
    world.server.stream.event('ADDED', pod('kept', '5'));
    world.server.stream.event('ADDED', pod('changed', '9'));
    world.server.stream.event('ADDED', pod('remade', '10', 'another-uid'));
    world.server.stream.event('ADDED', pod('new', '11'));
    await settle();
    assert.deepEqual(
      told.filter((line) => !/failing|healthy/.test(line)),
      [],
    );
    world.server.stream.event('BOOKMARK', initialEventsEnd('12'));
    await settle();
    assert.deepEqual(
      told.filter((line) => !/failing|healthy/.test(line)),
      ['deleted lost', 'modified changed 5->9', 'deleted remade', 'added remade', 'added new'],
    );
    assert.equal(informer.get('n', 'kept'), kept, 'an unchanged object stays the same one');
    await world.informers.close();
  });
}

test('a server that was restored to an earlier version is listed anew', async () => {
  const world = createWorld();
  const { told } = await follow(world);
  world.server.stream.event('ADDED', pod('a', '900'));
  world.server.stream.event('BOOKMARK', initialEventsEnd('1000'));
  await world.clock.advance(10_000);
  world.server.next(status(504, 'Timeout', 'Too large resource version: 1000, current: 50'));
  world.server.stream.end();
  await world.clock.advance(3_000);
  world.server.stream.event('ADDED', pod('a', '40'));
  world.server.stream.event('BOOKMARK', initialEventsEnd('51'));
  await settle();
  assert.equal(told.at(-1), 'modified a 900->40');
  await world.informers.close();
});

test('410 on every watch leads to bounded, growing pauses between relists', async () => {
  const world = createWorld();
  await follow(world);
  for (let second = 0; second < 300; second++) {
    await world.clock.advance(1_000);
    const { stream } = world.server;
    if (stream.ended) continue;
    stream.event('BOOKMARK', initialEventsEnd(String(100 + second)));
    stream.event('ERROR', { kind: 'Status', code: 410, reason: 'Expired' });
  }
  assert.ok(world.server.transport.requests.length < 30, `${world.server.transport.requests.length} requests in five minutes`);
  await world.informers.close();
});

test('a connection that breaks is taken up where it was, without a word', async () => {
  const world = createWorld();
  const { told } = await follow(world);
  world.server.stream.event('BOOKMARK', initialEventsEnd('7'));
  await world.clock.advance(10_000);
  world.server.stream.fail(new TransportError('reset', ''));
  await world.clock.advance(1_000);
  assert.equal(world.server.queries.at(-1)?.get('resourceVersion'), '7');
  assert.deepEqual(told, ['synced']);
  await world.informers.close();
});

test('a watch that died silently is noticed within two minutes', async () => {
  const world = createWorld();
  await follow(world);
  world.server.stream.event('BOOKMARK', initialEventsEnd('7'));
  await world.clock.advance(60_000);
  world.server.stream.event('BOOKMARK', bookmark('9'));
  await world.clock.advance(119_000);
  assert.equal(world.server.streams.length, 1);
  await world.clock.advance(2_000);
  assert.equal(world.server.streams.length, 2);
  assert.equal(world.server.streams[0]?.ended, true, 'the old connection is closed');
  assert.equal(world.server.queries.at(-1)?.get('resourceVersion'), '9');
  await world.informers.close();
});

test('a server without bookmarks is not asked anew every two minutes', async () => {
  const world = createWorld();
  world.server.next(status(422, 'Invalid'), list('20', []));
  await follow(world);
  await world.clock.advance(3_600_000);
  assert.ok(world.server.streams.length <= 13, `${world.server.streams.length} watches in an hour`);
  await world.informers.close();
});

test('a refused kind says why, keeps trying with pauses of at most 30 s, and recovers by itself', async () => {
  const world = createWorld();
  world.server.next(...Array.from({ length: 20 }, () => status(403, 'Forbidden', 'pods is forbidden')));
  const { told } = await follow(world);
  let tried = 1;
  for (let pause = 0; tried <= 20; pause++) {
    await world.clock.advance(1_000);
    if (world.server.transport.requests.length > tried) pause = 0;
    tried = world.server.transport.requests.length;
    assert.ok(pause <= 30, 'tried again within 30 s');
  }
  assert.deepEqual([...new Set(told)], ['failing: pods is forbidden', 'healthy']);
  world.server.stream.event('BOOKMARK', initialEventsEnd('7'));
  await settle();
  assert.equal(told.at(-1), 'synced');
  await world.informers.close();
});

test('one failing kind does not stop another', async () => {
  const world = createWorld();
  const { transport } = world.server;
  const healthy = await follow(world, { apiVersion: 'v1', kind: 'ConfigMap' });
  world.server.stream.event('BOOKMARK', initialEventsEnd('3'));
  const { stream } = world.server;
  transport.answer((request) => (request.path.includes('/pods') ? status(403, 'Forbidden') : { body: stream }));
  const failing = await follow(world);
  await world.clock.advance(30_000);
  stream.event('ADDED', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', resourceVersion: '4' } });
  await settle();
  assert.deepEqual(healthy.told, ['synced', 'added c']);
  assert.equal(failing.informer.synced, false);
  await world.informers.close();
});

test('a kind that does not exist yet is found as soon as the set of kinds changes', async () => {
  const world = createWorld();
  const { told } = await follow(world, { apiVersion: 'example.org/v1', kind: 'Widget' });
  await world.clock.advance(600_000);
  assert.match(told[0] ?? '', /failing: the cluster does not have the kind Widget of example.org\/v1/);
  assert.equal(world.server.transport.requests.length, 0);
  const [pods] = world.discovery.resources;
  assert.ok(pods);
  world.discovery.resources.push({ ...pods, apiVersion: 'example.org/v1', group: 'example.org', kind: 'Widget', plural: 'widgets' });
  world.discovery.change();
  await settle();
  assert.match(world.server.transport.lines[0] ?? '', /^GET \/apis\/example.org\/v1\/widgets\?watch=true/);
  world.server.stream.event('BOOKMARK', initialEventsEnd('7'));
  await settle();
  assert.ok(told.includes('synced'));
  await world.informers.close();
});

test('a 404 makes discovery look again', async () => {
  const world = createWorld();
  world.server.next(status(404, 'NotFound', 'the server could not find the requested resource'));
  const { told } = await follow(world);
  assert.equal(world.discovery.invalidated, 1);
  assert.match(told[0] ?? '', /failing/);
  await world.informers.close();
});

test('a transform that throws makes the informer failing, not the process', async () => {
  const world = createWorld();
  const { told } = await follow(world, {
    ...podSpec,
    transform: () => {
      throw new Error('cannot trim');
    },
  });
  world.server.stream.event('ADDED', pod('a', '5'));
  await world.clock.advance(5_000);
  assert.ok(world.server.streams.length > 1);
  assert.equal(told.includes('synced'), false);
  await world.informers.close();
});
