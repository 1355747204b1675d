/** Traps of DESIGN §10 that are not told by another file: 1, 4, 10, 14, 18. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '@caretaker/kube';
import { registryKind, revisionKind, tenantKind } from '../../src/api/names.ts';
import { condition, isReady, namespace, row, rows, templateManifest, untilReady, type World, world } from './world.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };
const specOf = (object: KubeObject | undefined) => (object?.['spec'] ?? {}) as Record<string, unknown>;
const dataOf = (object: KubeObject | undefined) => (object?.['data'] ?? {}) as Record<string, string>;
const statusOf = (object: KubeObject | undefined) => (object?.['status'] ?? {}) as Record<string, unknown>;
const workload = (over: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  id: 'web',
  nameTemplate: '{{ .uid }}-web',
  ...more,
  spec: {
    ...deployment,
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: '{{ .uid }}' } },
      template: { metadata: { labels: { app: '{{ .uid }}' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
      ...over,
    },
  },
});
const merge = (it: World, kind: { apiVersion: string; kind: string }, name: string, body: JsonObject) =>
  it.client.patch({ ...kind, namespace, name }, { type: 'merge', body }, { fieldManager: 'somebody' });

test('trap 1: an ignored field is set at creation, then the live value stays, also over a template change', async () => {
  const ignored = { ignoreFields: ['$.spec.replicas'] };
  const it = await world({ rows: [row('c0')], template: { configMaps: [], deployments: [workload({ replicas: 2 }, ignored)] } });
  await untilReady(it, 1);
  assert.equal(specOf(await it.get(deployment, 'c0-web'))['replicas'], 2);
  await merge(it, deployment, 'c0-web', { spec: { replicas: 4 } });
  await it.advance(30_000);
  assert.equal(specOf(await it.get(deployment, 'c0-web'))['replicas'], 4);
  const changed = templateManifest({ configMaps: [], deployments: [workload({ replicas: 2, minReadySeconds: 1 }, ignored)] });
  await it.client.apply(changed, { fieldManager: 'kubectl', force: true });
  await it.until('the change is there', async () => specOf(await it.get(deployment, 'c0-web'))['minReadySeconds'] === 1, 30_000);
  assert.equal(specOf(await it.get(deployment, 'c0-web'))['replicas'], 4);
  await it.close();
});

test('trap 4: cleanup works from the inventory alone, also when the revision is gone', async () => {
  const it = await world({ rows: rows(8) });
  await untilReady(it, 8);
  const inventory = statusOf(await it.tenant('c0-web'))['resources'] as Record<string, unknown>[];
  for (const entry of inventory)
    for (const field of ['apiVersion', 'kind', 'namespace', 'name', 'uid', 'deletionPolicy', 'dependIds']) assert.ok(field in entry, field);
  const revision = String(specOf(await it.tenant('c0-web'))['revision']);
  await it.client.delete({ ...revisionKind, namespace, name: revision });
  await it.restart();
  await it.client.delete({ apiVersion: 'operator.kubernetes-tenants.org/v1', kind: 'TenantTemplate', namespace, name: 'web' });
  await it.client.delete({ ...tenantKind, namespace, name: 'c0-web' });
  await it.until(
    'its children are gone',
    async () => (await it.get(configMap, 'c0-settings')) === undefined && (await it.get(deployment, 'c0-web')) === undefined,
    60_000,
  );
  await it.close();
});

test('trap 4: a Tenant whose revision is not there stays as it is and says what to do', async () => {
  const it = await world({ rows: [row('c0')] });
  await untilReady(it, 1);
  const copy = { ...(specOf(await it.tenant('c0-web')) as JsonObject), revision: 'web-0000000000' };
  await it.client.create({
    apiVersion: 'operator.kubernetes-tenants.org/v1',
    kind: 'Tenant',
    metadata: { name: 'odd', namespace },
    spec: copy,
  });
  await it.advance(3_000);
  assert.match(
    condition(await it.tenant('odd'), 'Ready'),
    /^False RevisionNotFound ControllerRevision web-0000000000 is not in namespace tenants; the tenant stays as it is/,
  );
  await it.close();
});

test('trap 10: replicas 0 and an empty DaemonSet count as satisfied, so what depends on them is applied', async () => {
  const daemon = {
    id: 'agent',
    nameTemplate: '{{ .uid }}-agent',
    spec: {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      spec: {
        selector: { matchLabels: { app: 'a' } },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: { nodeSelector: { no: 'such-node' }, containers: [{ name: 'a', image: 'x' }] },
        },
      },
    },
  };
  const last = { id: 'last', nameTemplate: '{{ .uid }}-last', dependIds: ['web', 'agent'], spec: { ...configMap, data: { a: 'b' } } };
  const it = await world({
    rows: [row('c0')],
    template: { configMaps: [last], deployments: [workload({ replicas: 0 })], daemonSets: [daemon] },
  });
  await untilReady(it, 1);
  assert.ok(await it.get(configMap, 'c0-last'));
  await it.close();
});

test('trap 10: a dependency that is not ready holds the first apply of a new revision', async () => {
  const stuck = workload({
    template: {
      metadata: { labels: { app: '{{ .uid }}' } },
      spec: { nodeSelector: { no: 'such-node' }, containers: [{ name: 'web', image: 'nginx' }] },
    },
  });
  const after = { id: 'after', nameTemplate: '{{ .uid }}-after', dependIds: ['web'], spec: { ...configMap, data: { a: 'b' } } };
  const it = await world({ rows: [row('c0')], template: { configMaps: [after], deployments: [workload({})] } });
  await untilReady(it, 1);
  await it.client.apply(
    templateManifest({ configMaps: [{ ...after, spec: { ...configMap, data: { a: 'new' } } }], deployments: [stuck] }),
    { fieldManager: 'kubectl', force: true },
  );
  await it.until(
    'waiting',
    async () =>
      (statusOf(await it.tenant('c0-web'))['resources'] as { phase: string }[]).some(({ phase }) => phase === 'WaitingForDependency'),
    40_000,
  );
  assert.equal(dataOf(await it.get(configMap, 'c0-after'))['a'], 'b');
  await it.close();
});

test('trap 14: the Ready reason is AllResourcesReady and every sync prints its line', async () => {
  const it = await world({ rows: [row('c0')] });
  await untilReady(it, 1);
  assert.match(condition(await it.tenant('c0-web'), 'Ready'), /^True AllResourcesReady/);
  const before = it.log.filter((line) => line.includes('msg=synced')).length;
  await it.advance(5 * 60_000);
  const synced = it.log.filter((line) => /msg=synced .*registry=acme-saas .*complete/.test(line)).length - before;
  assert.ok(synced >= 9 && synced <= 11, `${synced} lines in 5 minutes`);
  assert.ok(isReady(await it.get(registryKind, 'acme-saas')));
  await it.close();
});

for (const patchStrategy of ['merge', 'replace'] as const)
  test(`trap 18: with patchStrategy ${patchStrategy} drift is noticed and repaired, and nothing is sent when there is none`, async () => {
    const entry = {
      id: 'settings',
      patchStrategy,
      nameTemplate: '{{ .uid }}-settings',
      spec: { ...configMap, data: { plan: '{{ .plan }}' } },
    };
    const it = await world({ rows: [row('c0')], template: { configMaps: [entry], deployments: [] } });
    await untilReady(it, 1);
    await it.advance(5_000);
    it.requests.length = 0;
    await it.advance(25 * 60_000);
    assert.deepEqual(
      it.requests.filter(({ method, path }) => method !== 'GET' && path.includes('/configmaps')),
      [],
    );
    await merge(it, configMap, 'c0-settings', { data: { plan: 'hacked' } });
    await it.until('repaired', async () => dataOf(await it.get(configMap, 'c0-settings'))['plan'] === 'pro', 10_000);
    await it.close();
  });

test('trap 18: an object that is being deleted is never ready', async () => {
  const held = {
    id: 'settings',
    nameTemplate: '{{ .uid }}-settings',
    spec: { ...configMap, metadata: { finalizers: ['example.com/hold'] }, data: { a: 'b' } },
  };
  const it = await world({ rows: [row('c0')], template: { configMaps: [held], deployments: [] } });
  await untilReady(it, 1);
  await it.client.delete({ ...configMap, namespace, name: 'c0-settings' });
  await it.until('not ready', async () => !isReady(await it.tenant('c0-web')), 10_000);
  await it.close();
});

test('trap 19: a Tenant deleted with --cascade=orphan releases its objects', async () => {
  const it = await world({
    rows: [row('c0')],
    registry: { source: { type: 'sqlite', syncInterval: '0s', sqlite: { path: 'x', table: 'y' } } },
  });
  await untilReady(it, 1);
  await merge(it, registryKind, 'acme-saas', { metadata: { annotations: { 'tenant.operator.kubernetes-tenants.org/pause': 'true' } } });
  await it.advance(1_000);
  await it.client.delete({ ...tenantKind, namespace, name: 'c0-web' }, { propagationPolicy: 'Orphan' });
  await it.until('the tenant is gone', async () => (await it.tenant('c0-web')) === undefined, 30_000);
  await it.advance(10_000);
  for (const [kind, name] of [
    [configMap, 'c0-settings'],
    [deployment, 'c0-web'],
  ] as const) {
    const object = await it.get(kind, name);
    assert.ok(object, name);
    assert.deepEqual([object.metadata.ownerReferences, object.metadata.labels?.['kubernetes-tenants.org/orphaned']], [undefined, 'true']);
  }
  await it.close();
});
