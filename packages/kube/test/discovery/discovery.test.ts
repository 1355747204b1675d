import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDiscovery, type Discovery } from '@caretaker/kube';
import { type FakeAnswer, FakeTransport, VirtualClock } from '@caretaker/kube/testing';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };
const widget = { apiVersion: 'example.org/v1', kind: 'Widget' };

function resource(plural: string, kind: string, more: object = {}): object {
  return {
    resource: plural,
    responseKind: { group: '', version: '', kind },
    scope: 'Namespaced',
    singularResource: kind.toLowerCase(),
    verbs: ['get', 'list', 'watch'],
    ...more,
  };
}

function group(name: string, version: string, resources: object[]): object {
  return { metadata: { name }, versions: [{ version, resources, freshness: 'Current' }] };
}

const aggregated = (items: object[]): object => ({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', items });

function setUp(answer: (path: string) => FakeAnswer): { discovery: Discovery; transport: FakeTransport; clock: VirtualClock } {
  const transport = new FakeTransport((request) => answer(request.path));
  const clock = new VirtualClock();
  return { discovery: createDiscovery({ transport, clock }), transport, clock };
}

function cluster(groups: object[]): (path: string) => FakeAnswer {
  return (path) => {
    const core = group('', 'v1', [
      resource('configmaps', 'ConfigMap', { shortNames: ['cm'] }),
      resource('namespaces', 'Namespace', { scope: 'Cluster' }),
    ]);
    return { body: aggregated(path === '/api' ? [core] : groups) };
  };
}

const apps = group('apps', 'v1', [
  resource('deployments', 'Deployment', {
    responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    subresources: [{ subresource: 'status' }, { subresource: 'scale' }],
  }),
]);

test('two requests tell everything: plural, scope, verbs, subresources', async () => {
  const { discovery, transport } = setUp(cluster([apps]));
  assert.equal(discovery.peek(configMap), undefined);
  const found = await discovery.find(deployment);
  assert.deepEqual(found, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    group: 'apps',
    version: 'v1',
    plural: 'deployments',
    singular: 'deployment',
    namespaced: true,
    verbs: ['get', 'list', 'watch'],
    shortNames: [],
    subresources: ['status', 'scale'],
  });
  assert.equal((await discovery.find({ apiVersion: 'v1', kind: 'Namespace' }))?.namespaced, false);
  assert.equal(discovery.peek(configMap)?.plural, 'configmaps');
  assert.equal((await discovery.list()).length, 3);
  assert.deepEqual(transport.lines, ['GET /api', 'GET /apis']);
  assert.match(transport.requests[0]?.headers['accept'] ?? '', /v=v2;as=APIGroupDiscoveryList.*v=v2beta1.*application\/json$/);
});

test('an unknown kind leads to one fresh look, at most every five seconds', async () => {
  const { discovery, transport, clock } = setUp(cluster([apps]));
  assert.equal(await discovery.find(widget), undefined);
  assert.equal(transport.requests.length, 2);
  assert.equal(await discovery.find(widget), undefined);
  assert.equal(transport.requests.length, 2);
  transport.answer((request) => cluster([apps, group('example.org', 'v1', [resource('widgets', 'Widget')])])(request.path));
  await clock.advance(5_000);
  const [a, b] = await Promise.all([discovery.find(widget), discovery.find(widget)]);
  assert.equal(a?.plural, 'widgets');
  assert.equal(b?.plural, 'widgets');
  assert.equal(transport.requests.length, 4, 'one look serves all who wait');
});

test('listeners hear of changes, and only of changes', async () => {
  const { discovery, transport } = setUp(cluster([apps]));
  let changes = 0;
  const off = discovery.onChange(() => changes++);
  await discovery.list();
  assert.equal(changes, 1);
  discovery.invalidate();
  await discovery.list();
  assert.equal(changes, 1);
  transport.answer((request) => cluster([])(request.path));
  discovery.invalidate();
  assert.equal(await discovery.find(deployment), undefined);
  assert.equal(changes, 2);
  off();
  transport.answer((request) => cluster([apps])(request.path));
  discovery.invalidate();
  await discovery.list();
  assert.equal(changes, 2);
});

test('a re-read costs nothing when nothing changed', async () => {
  const { discovery, transport } = setUp(() => ({ headers: { etag: '"e1"' }, body: aggregated([apps]) }));
  await discovery.list();
  transport.answer((request) => (request.headers['if-none-match'] === '"e1"' ? { status: 304 } : { status: 500 }));
  discovery.invalidate();
  assert.equal((await discovery.find(deployment))?.plural, 'deployments');
});

test('a server without aggregated discovery is asked group by group', async () => {
  const lists: Record<string, object> = {
    '/api': { kind: 'APIVersions', versions: ['v1'] },
    '/apis': { kind: 'APIGroupList', groups: [{ name: 'apps', versions: [{ groupVersion: 'apps/v1' }] }] },
    '/api/v1': {
      kind: 'APIResourceList',
      resources: [{ name: 'configmaps', singularName: '', namespaced: true, kind: 'ConfigMap', verbs: ['get'], shortNames: ['cm'] }],
    },
    '/apis/apps/v1': {
      kind: 'APIResourceList',
      resources: [
        { name: 'deployments', singularName: 'deployment', namespaced: true, kind: 'Deployment', verbs: ['get'] },
        { name: 'deployments/scale', namespaced: true, kind: 'Scale', verbs: ['get'] },
      ],
    },
  };
  const { discovery } = setUp((path) => ({ body: lists[path] }));
  assert.deepEqual((await discovery.find(deployment))?.subresources, ['scale']);
  assert.deepEqual((await discovery.find(configMap))?.shortNames, ['cm']);
});

test('a failed read is an error, keeps what was known, and is tried again', async () => {
  const { discovery, transport } = setUp(cluster([apps]));
  await discovery.list();
  transport.answer(() => ({ status: 403, body: { kind: 'Status', code: 403, reason: 'Forbidden', message: 'no' } }));
  discovery.invalidate();
  await assert.rejects(discovery.find(deployment), { code: 'KUBE_API_FORBIDDEN' });
  assert.equal(discovery.peek(deployment)?.plural, 'deployments');
  transport.answer((request) => cluster([apps])(request.path));
  assert.equal((await discovery.find(deployment))?.plural, 'deployments');
});
