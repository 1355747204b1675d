import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, createLeaderElector, fencedTransport, type LeaderElector, silentLogger, TransportError } from '@caretaker/kube';
import { FakeTransport, seededRandom, settle, VirtualClock } from '@caretaker/kube/testing';
import { fixedDiscovery, leases } from '../client/resources.ts';
import { LeaseServer } from './lease-server.ts';

interface Candidate {
  elector: LeaderElector;
  transport: FakeTransport;
  /** What reached the server, with the candidate's own time. */
  sent: { line: string; at: number }[];
}

function candidate(server: LeaseServer, clock: VirtualClock, identity: string): Candidate {
  const sent: Candidate['sent'] = [];
  const transport = new FakeTransport((request) => {
    sent.push({ line: `${request.method} ${request.path.split('?')[0]}`, at: clock.monotonic() });
    return server.answer(request);
  });
  const client = createClient({ transport, clock, discovery: fixedDiscovery(leases), fieldManager: identity });
  const elector = createLeaderElector({
    client,
    clock,
    random: seededRandom(1),
    logger: silentLogger,
    namespace: 'n',
    name: 'l',
    identity,
  });
  return { elector, transport, sent };
}

test('the first candidate creates the lease and renews it every two seconds', async () => {
  const server = new LeaseServer();
  const clock = new VirtualClock();
  const { elector, sent } = candidate(server, clock, 'a');
  await elector.acquire(new AbortController().signal);
  assert.equal(elector.leading, true);
  assert.equal(server.spec['holderIdentity'], 'a');
  assert.equal(server.spec['leaseDurationSeconds'], 15);
  assert.match(String(server.spec['renewTime']), /^2026-01-01T00:00:00\.\d{6}Z$/);
  await clock.advance(20_000);
  assert.deepEqual(
    sent.map(({ line }) => line),
    ['GET', 'POST', ...Array(10).fill('PUT')].map(
      (verb) => `${verb} /apis/coordination.k8s.io/v1/namespaces/n/leases${verb === 'POST' ? '' : '/l'}`,
    ),
    'a renewal is one request',
  );
  assert.equal(elector.leading, true);
});

test('a second candidate waits while the lease is renewed and takes over when it has not changed for its duration', async () => {
  const server = new LeaseServer();
  const clock = new VirtualClock();
  const first = candidate(server, clock, 'a');
  const second = candidate(server, clock, 'b');
  await first.elector.acquire(new AbortController().signal);
  let acquired = false;
  void second.elector.acquire(new AbortController().signal).then(() => {
    acquired = true;
  });
  await clock.advance(60_000);
  assert.equal(acquired, false);
  first.transport.answer(() => {
    throw new TransportError('refused', '');
  });
  await clock.advance(14_000);
  assert.equal(acquired, false, 'not before the lease has run out');
  await clock.advance(6_000);
  assert.equal(acquired, true);
  assert.equal(server.spec['holderIdentity'], 'b');
  assert.equal(server.spec['leaseTransitions'], 1);
  assert.equal(first.elector.leading, false);
  assert.equal((await first.elector.lost).code, 'KUBE_LEADERSHIP_LOST');
});

test('a leader that cannot renew stops before others may start', async () => {
  const server = new LeaseServer();
  const clock = new VirtualClock();
  const { elector, transport } = candidate(server, clock, 'a');
  await elector.acquire(new AbortController().signal);
  transport.answer(() => new Promise(() => undefined));
  await clock.advance(9_900);
  assert.equal(elector.leading, true);
  await clock.advance(100);
  assert.equal(elector.fence.open, false, 'shut at the renew deadline, five seconds before the lease ends');
});

test('a process that was stopped sends nothing after it goes on, whatever was about to be sent', async () => {
  const server = new LeaseServer();
  const clock = new VirtualClock();
  const { elector, sent } = candidate(server, clock, 'a');
  await elector.acquire(new AbortController().signal);
  const work = new FakeTransport(() => ({ body: {} }));
  const fenced = fencedTransport(work, elector.fence);
  await fenced.send({ method: 'PATCH', path: '/x', headers: {} });
  assert.equal(work.requests.length, 1);
  const before = sent.length;
  clock.freeze(30_000);
  await assert.rejects(fenced.send({ method: 'PATCH', path: '/x', headers: {} }), { code: 'KUBE_TRANSPORT_FENCED' });
  await clock.advance(5_000);
  assert.equal(work.requests.length, 1);
  assert.equal(sent.length, before, 'not even a renewal');
  assert.equal((await elector.lost).code, 'KUBE_LEADERSHIP_LOST');
});

test('writes under way are ended when the fence shuts, reads pass always', async () => {
  const clock = new VirtualClock();
  const { elector, transport } = candidate(new LeaseServer(), clock, 'a');
  await elector.acquire(new AbortController().signal);
  const work = new FakeTransport((request) => (request.method === 'GET' ? { body: {} } : new Promise(() => undefined)));
  const fenced = fencedTransport(work, elector.fence);
  const write = assert.rejects(fenced.send({ method: 'PUT', path: '/x', headers: {} }), { code: 'KUBE_TRANSPORT_FENCED' });
  transport.answer(() => new Promise(() => undefined));
  await clock.advance(10_000);
  await write;
  assert.equal((await fenced.send({ method: 'GET', path: '/x', headers: {} })).status, 200);
});

test('a wall clock that jumps far ahead shuts the fence until the next renewal, and leadership stays', async () => {
  const server = new LeaseServer();
  const clock = new VirtualClock();
  const { elector } = candidate(server, clock, 'a');
  await elector.acquire(new AbortController().signal);
  clock.jump(3_600_000);
  assert.equal(elector.fence.open, false);
  await clock.advance(2_000);
  assert.equal(elector.leading, true);
  clock.jump(-7_200_000);
  await clock.advance(20_000);
  assert.equal(elector.leading, true);
});

test('giving back frees the lease at once', async () => {
  const server = new LeaseServer();
  const clock = new VirtualClock();
  const first = candidate(server, clock, 'a');
  const second = candidate(server, clock, 'b');
  await first.elector.acquire(new AbortController().signal);
  const acquired = second.elector.acquire(new AbortController().signal);
  await first.elector.release();
  assert.equal(server.spec['holderIdentity'], '');
  assert.equal(first.elector.fence.open, false);
  await clock.advance(2_400);
  await acquired;
  assert.equal(server.spec['holderIdentity'], 'b');
});

test('a lease that was deleted is made again by its leader', async () => {
  const server = new LeaseServer();
  const clock = new VirtualClock();
  const { elector } = candidate(server, clock, 'a');
  await elector.acquire(new AbortController().signal);
  server.lease = undefined;
  await clock.advance(5_000);
  assert.equal(server.spec['holderIdentity'], 'a');
  assert.equal(elector.leading, true);
});

test('a lease that was stolen ends leadership at the next renewal', async () => {
  const server = new LeaseServer();
  const clock = new VirtualClock();
  const { elector } = candidate(server, clock, 'a');
  await elector.acquire(new AbortController().signal);
  server.steal('thief');
  await clock.advance(2_000);
  assert.equal(elector.leading, false);
  assert.match((await elector.lost).message, /held by thief/);
  assert.equal(server.spec['holderIdentity'], 'thief');
});

test('of two candidates that race for a free lease one wins', async () => {
  const server = new LeaseServer();
  const clock = new VirtualClock();
  const all = ['a', 'b', 'c'].map((name) => candidate(server, clock, name));
  for (const { elector } of all) void elector.acquire(new AbortController().signal).catch(() => undefined);
  await settle();
  await clock.advance(30_000);
  assert.equal(all.filter(({ elector }) => elector.leading).length, 1);
});

test('waiting for leadership ends with the signal', async () => {
  const server = new LeaseServer();
  const clock = new VirtualClock();
  await candidate(server, clock, 'a').elector.acquire(new AbortController().signal);
  const abort = new AbortController();
  const waiting = assert.rejects(candidate(server, clock, 'b').elector.acquire(abort.signal));
  await clock.advance(5_000);
  abort.abort();
  await clock.advance(5_000);
  await waiting;
});
