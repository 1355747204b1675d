import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, createLogger, createMetrics, TransportError } from '@caretaker/kube';
import { FakeTransport, VirtualClock } from '@caretaker/kube/testing';
import { fixedDiscovery, pods } from './resources.ts';

const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'n', name: 'a' };

test('requests are counted by code and method, those without an answer as <error>', async () => {
  const metrics = createMetrics();
  const clock = new VirtualClock();
  const transport = new FakeTransport((request) => ({ status: request.method === 'GET' ? 404 : 200, body: { metadata: {} } }));
  const client = createClient({ transport, clock, discovery: fixedDiscovery(pods), fieldManager: 'x', metrics, host: 'h:1' });
  await assert.rejects(client.get(ref));
  await client.patch(ref, { type: 'merge', body: {} });
  transport.answer(() => {
    throw new TransportError('refused', '');
  });
  await assert.rejects(client.delete(ref));
  const text = metrics.render();
  assert.match(text, /rest_client_requests_total\{code="404",host="h:1",method="GET"\} 1\n/);
  assert.match(text, /rest_client_requests_total\{code="200",host="h:1",method="PATCH"\} 1\n/);
  assert.match(text, /rest_client_requests_total\{code="<error>",host="h:1",method="DELETE"\} 1\n/);
  assert.match(text, /rest_client_request_duration_seconds_count\{host="h:1",verb="GET"\} 1\n/);
});

test('slow answers are told with their duration, not each one', async () => {
  const lines: string[] = [];
  const clock = new VirtualClock();
  const logger = createLogger({ write: (line) => lines.push(line), clock });
  const answerAfter = (ms: number) =>
    new FakeTransport(() => new Promise((resolve) => void clock.after(ms, () => resolve({ body: { metadata: {} } }))));
  const clientOver = (transport: FakeTransport) =>
    createClient({ transport, clock, discovery: fixedDiscovery(pods), fieldManager: 'x', logger });
  const slow = clientOver(answerAfter(3_000));
  const all = Promise.all([slow.get(ref), slow.get(ref), clientOver(answerAfter(1_000)).get(ref)]);
  await clock.advance(3_000);
  await all;
  await clock.advance(10_000);
  const again = slow.get(ref);
  await clock.advance(3_000);
  await again;
  assert.equal(lines.length, 2);
  assert.match(
    lines[0] ?? '',
    /level=WARN msg="API request took long" verb=GET path=\/api\/v1\/namespaces\/n\/pods\/a status=200 durationSeconds=3\n/,
  );
  assert.match(lines[1] ?? '', /others=1/);
});
