import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, createEventRecorder, type EventRecord, type EventRecorder, TransportError } from '@caretaker/kube';
import { type FakeAnswer, FakeTransport, VirtualClock } from '@caretaker/kube/testing';
import { events, fixedDiscovery } from '../client/resources.ts';

const regarding = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'settings', uid: 'u1' };
const happened: EventRecord = { regarding, type: 'Warning', reason: 'Conflict', message: 'owned by somebody else' };

function setUp(): { recorder: EventRecorder; transport: FakeTransport; clock: VirtualClock; bodies: () => Record<string, unknown>[] } {
  const transport = new FakeTransport((request) => ({ status: 201, body: { metadata: {}, ...JSON.parse(String(request.body)) } }));
  const clock = new VirtualClock();
  const client = createClient({ transport, clock, discovery: fixedDiscovery(events), fieldManager: 'test' });
  const bodies = (): Record<string, unknown>[] => transport.requests.map((request) => JSON.parse(String(request.body)));
  return { recorder: createEventRecorder({ client, clock, component: 'tester' }), transport, clock, bodies };
}

test('an event is created in the namespace of what it is about, with what the runbooks sort by', async () => {
  const { recorder, transport, clock, bodies } = setUp();
  recorder.record(happened);
  assert.equal(transport.requests.length, 0, 'never inside the caller');
  await clock.advance(500);
  assert.match(transport.lines[0] ?? '', /^POST \/api\/v1\/namespaces\/shop\/events\?/);
  const [event] = bodies();
  assert.match(JSON.stringify(event?.['metadata']), /"name":"settings\.[0-9a-f]+","namespace":"shop"/);
  const { metadata, ...rest } = event ?? {};
  assert.ok(metadata);
  assert.deepEqual(rest, {
    apiVersion: 'v1',
    kind: 'Event',
    involvedObject: regarding,
    type: 'Warning',
    reason: 'Conflict',
    message: 'owned by somebody else',
    source: { component: 'tester' },
    reportingComponent: 'tester',
    reportingInstance: 'tester',
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:00:00Z',
    count: 1,
  });
});

test('equal events are counted in one object', async () => {
  const { recorder, transport, clock, bodies } = setUp();
  recorder.record(happened);
  recorder.record(happened);
  await clock.advance(500);
  assert.equal(bodies()[0]?.['count'], 2);
  await clock.advance(60_000);
  recorder.record(happened);
  await clock.advance(500);
  assert.match(transport.lines[1] ?? '', /^PATCH \/api\/v1\/namespaces\/shop\/events\/settings\.[0-9a-f]+\?/);
  assert.deepEqual(bodies()[1], { count: 3, lastTimestamp: '2026-01-01T00:01:00Z' });
});

test('an event that expired on the server is created anew', async () => {
  const { recorder, transport, clock, bodies } = setUp();
  recorder.record(happened);
  await clock.advance(500);
  transport.answer((request): FakeAnswer => (request.method === 'PATCH' ? { status: 404 } : { status: 201, body: { metadata: {} } }));
  recorder.record(happened);
  await clock.advance(500);
  assert.equal(transport.requests.at(-1)?.method, 'POST');
  assert.equal(bodies().at(-1)?.['count'], 1);
});

test('an event about a cluster-scoped object lives in default', async () => {
  const { recorder, transport } = setUp();
  recorder.record({ ...happened, regarding: { apiVersion: 'v1', kind: 'Namespace', name: 'shop' } });
  await recorder.flush();
  assert.match(transport.lines[0] ?? '', /namespaces\/default\/events/);
});

test('a message is cut to 1024 bytes at the border of a character', async () => {
  const { recorder, bodies } = setUp();
  recorder.record({ ...happened, message: '€'.repeat(1000) });
  await recorder.flush();
  const message = String(bodies()[0]?.['message']);
  assert.ok(Buffer.byteLength(message) <= 1024 && Buffer.byteLength(message) > 1018);
  assert.match(message, /^€+…$/);
});

test('a flood about one object is cut after 25 events, other objects are not affected', async () => {
  const { recorder, transport, clock } = setUp();
  for (let number = 0; number < 100; number++) recorder.record({ ...happened, message: `number ${number}` });
  recorder.record({ ...happened, regarding: { ...regarding, name: 'other' } });
  await recorder.flush();
  assert.equal(transport.requests.length, 26);
  await clock.advance(300_000);
  recorder.record({ ...happened, message: 'later' });
  await recorder.flush();
  assert.equal(transport.requests.length, 27);
});

test('a failure is retried, then dropped, and never reaches the caller', async () => {
  const { recorder, transport, clock } = setUp();
  transport.answer(() => {
    throw new TransportError('refused', '');
  });
  recorder.record(happened);
  await clock.advance(20_000);
  assert.equal(transport.requests.length, 3);
  transport.answer(() => ({ status: 403, body: { kind: 'Status', code: 403, reason: 'Forbidden', message: 'no' } }));
  recorder.record({ ...happened, message: 'again' });
  await clock.advance(20_000);
  assert.equal(transport.requests.length, 4, 'a refusal is not retried');
});
