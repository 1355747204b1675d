import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, createClient, isConflict, isNotFound, type KubeClient, TransportError, UnknownKindError } from '@caretaker/kube';
import { type FakeAnswer, FakeStream, FakeTransport, settle, VirtualClock } from '@caretaker/kube/testing';
import { deployments, fixedDiscovery, namespaces, pods } from './resources.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'n' } };
const podRef = { apiVersion: 'v1', kind: 'Pod', name: 'a', namespace: 'n' };

function setUp(answer: (line: string) => FakeAnswer): { client: KubeClient; transport: FakeTransport; clock: VirtualClock } {
  const transport = new FakeTransport((request) => answer(`${request.method} ${request.path}`));
  const clock = new VirtualClock();
  const discovery = fixedDiscovery(pods, namespaces, deployments);
  return { client: createClient({ transport, clock, discovery, fieldManager: 'tester' }), transport, clock };
}

test('each verb becomes the request that the API documents', async () => {
  const { client, transport } = setUp(() => ({ body: { ...pod, items: [] } }));
  await client.get(podRef);
  await client.get(podRef, { subresource: 'status' });
  await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'n', namespace: 'ignored' });
  await client.list({ apiVersion: 'v1', kind: 'Pod' }, { labelSelector: 'a=b,c in (d)', limit: 5 });
  await client.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace: 'n', resourceVersion: '7', resourceVersionMatch: 'Exact' });
  await client.create(pod);
  await client.update(pod, { subresource: 'status', fieldManager: 'other', fieldValidation: 'Warn' });
  await client.patch(podRef, { type: 'merge', body: {} }, { dryRun: true });
  await client.patch(podRef, { type: 'json', body: [] });
  await client.patch(podRef, { type: 'strategic', body: {} });
  await client.apply(pod, { fieldManager: 'owner', force: true });
  await client.delete(podRef);
  await client.deleteCollection({ apiVersion: 'v1', kind: 'Pod' }, { namespace: 'n', labelSelector: 'x' });
  assert.deepEqual(transport.lines, [
    'GET /api/v1/namespaces/n/pods/a',
    'GET /api/v1/namespaces/n/pods/a/status',
    'GET /api/v1/namespaces/n',
    'GET /api/v1/pods?labelSelector=a%3Db%2Cc%20in%20(d)&limit=5',
    'GET /apis/apps/v1/namespaces/n/deployments?resourceVersion=7&resourceVersionMatch=Exact',
    'POST /api/v1/namespaces/n/pods?fieldManager=tester&fieldValidation=Strict',
    'PUT /api/v1/namespaces/n/pods/a/status?fieldManager=other&fieldValidation=Warn',
    'PATCH /api/v1/namespaces/n/pods/a?fieldManager=tester&fieldValidation=Strict&dryRun=All',
    'PATCH /api/v1/namespaces/n/pods/a?fieldManager=tester&fieldValidation=Strict',
    'PATCH /api/v1/namespaces/n/pods/a?fieldManager=tester&fieldValidation=Strict',
    'PATCH /api/v1/namespaces/n/pods/a?fieldManager=owner&fieldValidation=Strict&force=true',
    'DELETE /api/v1/namespaces/n/pods/a',
    'DELETE /api/v1/namespaces/n/pods?labelSelector=x',
  ]);
  const types = transport.requests.filter((request) => request.method === 'PATCH').map((request) => request.headers['content-type']);
  assert.deepEqual(types, [
    'application/merge-patch+json',
    'application/json-patch+json',
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml',
  ]);
});

test('members that no schema knows survive a read and a write', async () => {
  const stored = { ...pod, metadata: { ...pod.metadata, newField: 1 }, brandNew: { deep: [null, true] } };
  const { client, transport } = setUp(() => ({ body: stored }));
  const read = await client.get(podRef);
  assert.deepEqual(read, stored);
  await client.update(read);
  assert.deepEqual(JSON.parse(String(transport.requests.at(-1)?.body)), stored);
});

test('items of a list get the kind that the API leaves out', async () => {
  const { client } = setUp(() => ({
    body: { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '9', continue: 'c' }, items: [{ metadata: { name: 'a' } }] },
  }));
  const list = await client.list(pods);
  assert.deepEqual(list.items, [{ metadata: { name: 'a' }, apiVersion: 'v1', kind: 'Pod' }]);
  assert.deepEqual(list.metadata, { resourceVersion: '9', continue: 'c' });
});

test('metadata-only answers carry the real kind and nothing but metadata', async () => {
  const partial = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata: { name: 'a' } };
  const { client, transport } = setUp(() => ({ body: { metadata: {}, items: [partial, { metadata: { name: 'b' }, spec: {} }] } }));
  const list = await client.list(pods, { metadataOnly: true });
  assert.deepEqual(list.items, [
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' } },
  ]);
  assert.match(transport.requests[0]?.headers['accept'] ?? '', /as=PartialObjectMetadataList/);
});

test('apply tells a creation from a change and reads warnings', async () => {
  const { client } = setUp(() => ({ status: 201, headers: { warning: ['299 - "use \\"b\\""', '299 - "second"'] }, body: pod }));
  const result = await client.apply(pod, { fieldManager: 'm' });
  assert.equal(result.created, true);
  assert.deepEqual(result.warnings, ['use "b"', 'second']);
});

test('a refusal is an ApiError with reason, causes and a grep-able word', async () => {
  const status = {
    kind: 'Status',
    code: 409,
    reason: 'Conflict',
    message: 'Apply failed with 1 conflict',
    details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "x"', field: '.spec.replicas' }] },
  };
  const { client } = setUp(() => ({ status: 409, body: status }));
  await assert.rejects(client.apply(pod, { fieldManager: 'm' }), (error) => {
    assert.ok(error instanceof ApiError && isConflict(error) && !isNotFound(error));
    assert.equal(error.code, 'KUBE_API_CONFLICT');
    assert.equal(error.retryable, false);
    assert.deepEqual(error.status.causes, [{ reason: 'FieldManagerConflict', message: 'conflict with "x"', field: '.spec.replicas' }]);
    assert.match(error.message, /conflict/);
    return true;
  });
});

test('a refusal without a Status body still has a reason', async () => {
  const { client } = setUp(() => ({ status: 503, body: 'no backend' }));
  await assert.rejects(client.get(podRef), {
    code: 'KUBE_API_SERVICE_UNAVAILABLE',
    message: 'service unavailable: no backend',
    retryable: true,
  });
});

test('a kind that the cluster does not have is an error before any request', async () => {
  const { client, transport } = setUp(() => ({}));
  await assert.rejects(client.list({ apiVersion: 'x/v1', kind: 'Y' }), UnknownKindError);
  assert.equal(transport.requests.length, 0);
});

test('an object of a namespaced kind needs a namespace, a written one a name', async () => {
  const { client } = setUp(() => ({}));
  await assert.rejects(client.get({ ...podRef, namespace: '' }), { code: 'KUBE_NAMESPACE_REQUIRED' });
  await assert.rejects(client.update({ ...pod, metadata: { namespace: 'n' } }), { code: 'KUBE_NAME_REQUIRED' });
});

test('a 429 with Retry-After is repeated after that time, for any verb', async () => {
  let calls = 0;
  const { client, clock } = setUp(() => (++calls < 3 ? { status: 429, headers: { 'retry-after': '2' } } : { body: pod }));
  const created = client.create(pod);
  await clock.advance(1_999);
  assert.equal(calls, 1);
  await clock.advance(1);
  assert.equal(calls, 2);
  await clock.advance(2_000);
  assert.deepEqual(await created, pod);
});

test('a 429 without end is given up', async () => {
  const { client, clock, transport } = setUp(() => ({ status: 429, headers: { 'retry-after': '1' } }));
  const read = assert.rejects(client.get(podRef), { code: 'KUBE_API_TOO_MANY_REQUESTS' });
  await clock.advance(10_000);
  await read;
  assert.equal(transport.requests.length, 6);
});

test('after a broken connection a read is sent again once, a write never', async () => {
  const { client, transport } = setUp(() => {
    throw new TransportError('reset', '');
  });
  await assert.rejects(client.get(podRef), { code: 'KUBE_TRANSPORT_RESET' });
  assert.equal(transport.requests.length, 2);
  await assert.rejects(client.create(pod), { code: 'KUBE_TRANSPORT_RESET' });
  assert.equal(transport.requests.length, 3);
});

test('a request without an answer times out', async () => {
  const { client, clock, transport } = setUp(() => ({ body: pod }));
  transport.answer(() => new Promise(() => undefined));
  const read = assert.rejects(client.get(podRef), { code: 'KUBE_TRANSPORT_TIMEOUT' });
  await clock.advance(65_000);
  await read;
});

test('an aborted signal ends a request', async () => {
  const { client, transport } = setUp(() => ({}));
  transport.answer(() => new Promise(() => undefined));
  const abort = new AbortController();
  const read = assert.rejects(client.get(podRef, { signal: abort.signal }), { code: 'KUBE_TRANSPORT_ABORTED' });
  await settle();
  abort.abort();
  await read;
});

test('a watch yields events as they come, wherever the chunks are cut', async () => {
  const stream = new FakeStream();
  const { client, transport, clock } = setUp(() => ({ body: stream }));
  const seen: string[] = [];
  const done = (async () => {
    for await (const event of client.watch(pods, {
      namespace: 'n',
      resourceVersion: '5',
      allowWatchBookmarks: true,
      timeoutSeconds: 300,
    })) {
      seen.push(
        event.type === 'ERROR'
          ? `ERROR ${event.status.code}`
          : `${event.type} ${event.object.metadata.name ?? event.object.metadata.resourceVersion}`,
      );
    }
  })();
  const bytes = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: { ...pod, metadata: { name: 'ä' } } })}\n`);
  const cut = bytes.indexOf(0xc3) + 1;
  stream.push(bytes.subarray(0, cut));
  await settle();
  stream.push(bytes.subarray(cut));
  stream.event('BOOKMARK', { kind: 'Pod', apiVersion: 'v1', metadata: { resourceVersion: '8' } });
  // Far beyond the deadline for heads: a body may stream for ever.
  await clock.advance(200_000);
  stream.push(JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }));
  stream.end();
  await done;
  assert.deepEqual(seen, ['ADDED ä', 'BOOKMARK 8', 'ERROR 410']);
  assert.equal(transport.requests[0]?.lane, 'watch');
  assert.equal(
    transport.lines[0],
    'GET /api/v1/namespaces/n/pods?watch=true&resourceVersion=5&timeoutSeconds=300&allowWatchBookmarks=true',
  );
});

test('a refused watch is an ApiError', async () => {
  const { client } = setUp(() => ({ status: 410, body: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } }));
  await assert.rejects(client.watch(pods, { resourceVersion: '1' })[Symbol.asyncIterator]().next(), { code: 'KUBE_API_EXPIRED' });
});

test('bodies of other kinds go to the parent of their subresource', async () => {
  const { client, transport } = setUp(() => ({ status: 201, body: { metadata: {} } }));
  await client.create({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'a', namespace: 'n' } }, { subresource: 'eviction' });
  assert.equal(transport.lines[0], 'POST /api/v1/namespaces/n/pods/a/eviction?fieldManager=tester&fieldValidation=Strict');
});
