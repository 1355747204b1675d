import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@caretaker/kube/testing';
import { bookmark, initialEventsEnd, pod } from './fake-server.ts';
import { createWorld, follow, podSpec } from './set-up.ts';

test('one watch streams what is there and then what changes', async () => {
  const world = createWorld();
  const { informer, told } = await follow(world);
  const { stream } = world.server;
  stream.event('ADDED', pod('a', '5'));
  stream.event('ADDED', pod('b', '6'));
  await settle();
  assert.equal(informer.synced, false);
  stream.event('BOOKMARK', initialEventsEnd('7'));
  await informer.waitForSync();
  assert.equal(informer.resourceVersion, '7');
  stream.event('MODIFIED', pod('a', '8'));
  stream.event('ADDED', pod('c', '9'));
  stream.event('DELETED', pod('b', '10'));
  stream.event('BOOKMARK', bookmark('12'));
  await settle();
  assert.deepEqual(told, ['added a initially', 'added b initially', 'synced', 'modified a 5->8', 'added c', 'deleted b']);
  assert.equal(informer.resourceVersion, '12');
  assert.deepEqual(
    [...informer.list()].map((object) => object.metadata.name),
    ['a', 'c'],
  );
  assert.equal(informer.get('n', 'a')?.metadata.resourceVersion, '8');
  assert.equal(world.server.transport.requests.length, 1);
  assert.equal(world.server.queries[0]?.get('sendInitialEvents'), 'true');
  assert.equal(world.server.queries[0]?.get('resourceVersionMatch'), 'NotOlderThan');
  assert.equal(world.server.queries[0]?.get('allowWatchBookmarks'), 'true');
  await world.informers.close();
});

test('a watch that ends goes on from the last bookmark, without listing again', async () => {
  const world = createWorld();
  const { informer, told } = await follow(world);
  world.server.stream.event('BOOKMARK', initialEventsEnd('7'));
  await world.clock.advance(300_000);
  assert.equal(world.server.streams.length, 2, 'silence was noticed once, and then expected');
  world.server.stream.event('BOOKMARK', bookmark('40'));
  await world.clock.advance(60_000);
  world.server.stream.end();
  await settle();
  assert.equal(world.server.queries.at(-1)?.get('resourceVersion'), '40');
  assert.equal(world.server.queries.at(-1)?.has('sendInitialEvents'), false);
  world.server.stream.event('ADDED', pod('a', '41'));
  await settle();
  assert.deepEqual(told, ['synced', 'added a']);
  assert.equal(informer.size, 1);
  await world.informers.close();
});

test('a quiet kind costs at most two watch openings in five minutes, and no list', async () => {
  const world = createWorld();
  await follow(world);
  world.server.stream.event('BOOKMARK', initialEventsEnd('7'));
  let before = world.server.transport.requests.length;
  for (let window = 0; window < 24; window++) {
    for (let minute = 0; minute < 5; minute++) {
      await world.clock.advance(60_000);
      world.server.stream.event('BOOKMARK', bookmark(String(100 + window * 5 + minute)));
      await settle();
      const opened = Number(world.server.queries.at(-1)?.get('timeoutSeconds'));
      assert.ok(opened >= 300 && opened < 600);
    }
    // The server ends a watch after at least five minutes.
    world.server.stream.end();
    await settle();
    const requests = world.server.transport.requests.length - before;
    before = world.server.transport.requests.length;
    assert.ok(requests <= 2, `${requests} requests in window ${window}`);
  }
  assert.ok(world.server.queries.every((query) => query.get('watch') === 'true'));
  await world.informers.close();
});

test('a kind that gets no bookmarks costs no more', async () => {
  const world = createWorld();
  await follow(world);
  world.server.stream.event('BOOKMARK', initialEventsEnd('7'));
  const opened: number[] = [];
  for (let second = 0; second < 7_200; second++) {
    await world.clock.advance(1_000);
    if (world.server.streams.length > opened.length) opened.push(second);
  }
  for (const start of opened) assert.ok(opened.filter((at) => at >= start && at < start + 300).length <= 2, opened.join());
  assert.ok(opened.length < 24, `${opened.length} openings in two hours`);
  await world.informers.close();
});

test('a transform is applied before anything is kept', async () => {
  const world = createWorld();
  const informer = world.informers.acquire({ ...podSpec, transform: (object) => ({ ...object, spec: undefined }) });
  await settle();
  world.server.stream.event('ADDED', { ...pod('a', '5'), spec: { secret: 1 } });
  world.server.stream.event('BOOKMARK', initialEventsEnd('7'));
  await informer.waitForSync();
  assert.equal(informer.get('n', 'a')?.['spec'], undefined);
  await world.informers.close();
});
