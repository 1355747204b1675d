import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byLabel, byOwner } from '@caretaker/kube';
import { settle } from '@caretaker/kube/testing';
import { initialEventsEnd, pod } from './fake-server.ts';
import { createWorld, follow, podSpec } from './set-up.ts';

test('equal specs share one watch; it stops with the last hold', async () => {
  const world = createWorld();
  const first = world.informers.acquire(podSpec);
  const second = world.informers.acquire({ ...podSpec });
  await settle();
  assert.equal(world.server.streams.length, 1);
  first.release();
  first.release();
  await settle();
  assert.equal(world.server.stream.ended, false, 'releasing twice counts once');
  second.release();
  await settle();
  assert.equal(world.server.stream.ended, true);
  world.informers.acquire(podSpec);
  await settle();
  assert.equal(world.server.streams.length, 2);
  await world.informers.close();
  assert.equal(world.server.stream.ended, true);
});

test('other namespaces, selectors, variants and metadata-only are watches of their own', async () => {
  const world = createWorld();
  for (const more of [
    {},
    { namespace: 'a' },
    { labelSelector: 'x' },
    { fieldSelector: 'metadata.name=a' },
    { metadataOnly: true },
    { variant: 'v' },
  ]) {
    world.informers.acquire({ ...podSpec, ...more });
  }
  await settle();
  assert.equal(world.server.streams.length, 6);
  assert.deepEqual(
    world.server.transport.requests.map((request) => request.path.split('?')[0]),
    ['/api/v1/pods', '/api/v1/namespaces/a/pods', '/api/v1/pods', '/api/v1/pods', '/api/v1/pods', '/api/v1/pods'],
  );
  await world.informers.close();
});

test('a late handler is first told all that is there', async () => {
  const world = createWorld();
  const { informer } = await follow(world);
  world.server.stream.event('ADDED', pod('a', '5'));
  world.server.stream.event('BOOKMARK', initialEventsEnd('7'));
  await settle();
  const told: string[] = [];
  const off = informer.subscribe({
    added: (object, initial) => told.push(`${object.metadata.name} ${initial}`),
    synced: () => told.push('synced'),
  });
  assert.deepEqual(told, ['a true', 'synced']);
  world.server.stream.event('ADDED', pod('b', '8'));
  await settle();
  off();
  world.server.stream.event('ADDED', pod('c', '9'));
  await settle();
  assert.deepEqual(told, ['a true', 'synced', 'b false']);
  await world.informers.close();
});

test('indexes follow every change, also those added later', async () => {
  const world = createWorld();
  const { informer } = await follow(world, { ...podSpec, indexes: { app: byLabel('app') } });
  const labelled = (name: string, version: string, app: string, owner?: string) => {
    const object = pod(name, version);
    object.metadata.labels = { app };
    if (owner !== undefined) object.metadata.ownerReferences = [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: owner }];
    return object;
  };
  const { stream } = world.server;
  stream.event('ADDED', labelled('a', '1', 'web', 'o1'));
  stream.event('ADDED', labelled('b', '2', 'web'));
  stream.event('BOOKMARK', initialEventsEnd('3'));
  await settle();
  const names = (index: string, key: string) => informer.byIndex(index, key).map((object) => object.metadata.name);
  assert.deepEqual(names('app', 'web'), ['a', 'b']);
  stream.event('MODIFIED', labelled('a', '4', 'db', 'o1'));
  stream.event('DELETED', labelled('b', '5', 'web'));
  await settle();
  assert.deepEqual([names('app', 'web'), names('app', 'db')], [[], ['a']]);
  const second = world.informers.acquire({ ...podSpec, indexes: { owner: byOwner } });
  assert.deepEqual(
    second.byIndex('owner', 'o1').map((object) => object.metadata.name),
    ['a'],
  );
  await world.informers.close();
});

test('a handler that throws does not keep the others from their events', async () => {
  const world = createWorld();
  const informer = world.informers.acquire(podSpec);
  const told: string[] = [];
  informer.subscribe({
    added: () => {
      throw new Error('broken reader');
    },
  });
  informer.subscribe({ added: (object) => told.push(object.metadata.name ?? '') });
  await settle();
  world.server.stream.event('ADDED', pod('a', '5'));
  await settle();
  assert.deepEqual(told, ['a']);
  await world.informers.close();
});

test('waiting for sync ends when the signal aborts or the informer is closed', async () => {
  const world = createWorld();
  const { informer } = await follow(world);
  const abort = new AbortController();
  const waiting = assert.rejects(informer.waitForSync(abort.signal), /enough/);
  abort.abort(new Error('enough'));
  await waiting;
  const closed = assert.rejects(informer.waitForSync(), { code: 'KUBE_INFORMER_CLOSED' });
  await world.informers.close();
  await closed;
});

test('progress is told for events and bookmarks', async () => {
  const world = createWorld();
  const { informer } = await follow(world);
  const versions: string[] = [];
  informer.subscribe({ progress: (version) => versions.push(version) });
  const { stream } = world.server;
  stream.event('BOOKMARK', initialEventsEnd('3'));
  stream.event('ADDED', pod('a', '4'));
  stream.event('BOOKMARK', { apiVersion: 'v1', kind: 'Pod', metadata: { resourceVersion: '9' } });
  await settle();
  assert.deepEqual(versions, ['3', '4', '9']);
  await world.informers.close();
});
