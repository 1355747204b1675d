import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, generationChanged, type Priority } from '@caretaker/kube';
import { settle } from '@caretaker/kube/testing';
import { initialEventsEnd, pod } from '../informer/fake-server.ts';
import { createWorld, podSpec } from '../informer/set-up.ts';

function recordingQueue(): { added: string[]; add(key: string, priority?: Priority): void; addAfter(): void; depth: number } {
  const added: string[] = [];
  return { added, depth: 0, addAfter: () => undefined, add: (key, priority) => added.push(`${key} ${priority}`) };
}

test('changes become keys: what was there at the start as resync, news as change', async () => {
  const world = createWorld();
  const queue = recordingQueue();
  const informer = world.informers.acquire(podSpec);
  const off = connect(informer, queue);
  await settle();
  const { stream } = world.server;
  stream.event('ADDED', pod('a', '1'));
  stream.event('BOOKMARK', initialEventsEnd('2'));
  stream.event('ADDED', pod('b', '3'));
  stream.event('DELETED', pod('a', '4'));
  await settle();
  off();
  stream.event('ADDED', pod('c', '5'));
  await settle();
  assert.deepEqual(queue.added, ['n/a resync', 'n/b change', 'n/a change']);
  await world.informers.close();
});

test('a predicate drops changes, a mapping finds owners', async () => {
  const world = createWorld();
  const queue = recordingQueue();
  const informer = world.informers.acquire(podSpec);
  connect(informer, queue, {
    predicate: generationChanged,
    keys: ({ object }) => [`owner-of-${object.metadata.name}`],
    priority: ({ type }) => (type === 'deleted' ? 'user' : 'drift'),
  });
  await settle();
  const { stream } = world.server;
  const versioned = (version: string, generation: number) => ({
    ...pod('a', version),
    metadata: { ...pod('a', version).metadata, generation },
  });
  stream.event('ADDED', versioned('1', 1));
  stream.event('BOOKMARK', initialEventsEnd('2'));
  stream.event('MODIFIED', versioned('3', 1));
  stream.event('MODIFIED', versioned('4', 2));
  stream.event('DELETED', versioned('5', 2));
  await settle();
  assert.deepEqual(queue.added, ['owner-of-a drift', 'owner-of-a drift', 'owner-of-a user']);
  await world.informers.close();
});
