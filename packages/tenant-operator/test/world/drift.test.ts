import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { annotations, apiVersion, registryKind, tenantKind } from '../../src/api/names.ts';
import { condition, isReady, namespace, row, rows, untilReady, type World, world } from './world.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };
const dataOf = async (it: World, name: string) => (await it.get(configMap, name))?.['data'] as Record<string, string> | undefined;
const merge = (it: World, ref: { apiVersion: string; kind: string; name: string }, body: Record<string, never> | object) =>
  it.client.patch({ ...ref, namespace }, { type: 'merge', body: JSON.parse(JSON.stringify(body)) }, { fieldManager: 'kubectl-edit' });

test('a child changed by hand comes back at once, a deleted one too; their neighbours are not written', async () => {
  const it = await world({ rows: rows(2) });
  await untilReady(it, 2);
  await it.advance(3_000);
  it.requests.length = 0;
  await merge(it, { ...configMap, name: 'c0-settings' }, { data: { plan: 'hacked' } });
  await it.until('repaired', async () => (await dataOf(it, 'c0-settings'))?.['plan'] === 'pro', 2_000);
  await it.client.delete({ ...configMap, namespace, name: 'c0-settings' });
  await it.until('made again', async () => (await dataOf(it, 'c0-settings')) !== undefined, 2_000);
  await it.advance(3_000);
  assert.deepEqual(
    it.requests.filter(({ method, path }) => method !== 'GET' && path.includes('/c1-')),
    [],
  );
  assert.ok((await it.events('c0-web')).some((event) => event.startsWith('DriftRepaired: ')));
  await it.close();
});

test('what others add to a child is left alone', async () => {
  const it = await world({ rows: rows(1) });
  await untilReady(it, 1);
  await merge(it, { ...configMap, name: 'c0-settings' }, { metadata: { labels: { team: 'blue' } }, data: { extra: 'theirs' } });
  await it.advance(60_000);
  const object = await it.get(configMap, 'c0-settings');
  assert.deepEqual([object?.metadata.labels?.['team'], (await dataOf(it, 'c0-settings'))?.['extra']], ['blue', 'theirs']);
  await it.close();
});

const foreign: KubeObject = { ...configMap, metadata: { name: 'c0-settings', namespace }, data: { plan: 'theirs' } };

test('trap 5: an object that belongs to somebody else is a conflict, and is neither changed nor deleted with the tenant', async () => {
  const it = await world({ rows: [row('c0'), row('c1'), ...rows(8).slice(2)], objects: [foreign] });
  await it.until('judged', async () => condition(await it.tenant('c0-web'), 'Conflicted').startsWith('True'), 20_000);
  const tenant = await it.tenant('c0-web');
  assert.match(condition(tenant, 'Ready'), /^False ResourcesConflicted .*ConfigMap c0-settings/);
  const status = tenant?.['status'] as Record<string, number>;
  assert.deepEqual([status['failedResources'], status['conflictedResources']], [1, 1]);
  await it.advance(2_000);
  assert.ok(isReady(await it.tenant('c1-web')), 'neighbours are unaffected');
  assert.ok((await it.events('c0-web')).some((event) => event.startsWith('ResourceConflict: ')));
  assert.match(
    it.metrics.render(),
    /tenant_conflicts_total\{tenant="c0-web",namespace="tenants",resource_kind="ConfigMap",conflict_policy="Stuck"\} [1-9]/,
  );
  it.table.rows = it.table.rows.filter((each) => each['id'] !== 'c0');
  await it.until('the tenant is gone', async () => (await it.tenant('c0-web')) === undefined, 60_000);
  assert.deepEqual(await dataOf(it, 'c0-settings'), { plan: 'theirs' });
  const after = await it.get(configMap, 'c0-settings');
  assert.deepEqual([after?.metadata.ownerReferences, after?.metadata.labels], [undefined, undefined]);
  await it.close();
});

test('a conflict ends when the other object goes away', async () => {
  const it = await world({ rows: [row('c0')], objects: [foreign] });
  await it.until('judged', async () => condition(await it.tenant('c0-web'), 'Conflicted').startsWith('True'), 20_000);
  await it.client.delete({ ...configMap, namespace, name: 'c0-settings' });
  await it.until('ready', async () => isReady(await it.tenant('c0-web')), 90_000);
  assert.match(condition(await it.tenant('c0-web'), 'Conflicted'), /^False NoConflict/);
  assert.doesNotMatch(it.metrics.render(), /tenant_degraded_status\{tenant="c0-web"/);
  await it.close();
});

test('conflictPolicy Force takes the object over and reports the adoption', async () => {
  const it = await world({
    rows: [row('c0')],
    objects: [foreign],
    template: {
      configMaps: [
        {
          id: 'settings',
          conflictPolicy: 'Force',
          nameTemplate: '{{ .uid }}-settings',
          spec: { ...configMap, data: { plan: '{{ .plan }}' } },
        },
      ],
      deployments: [],
    },
  });
  await untilReady(it, 1);
  assert.equal((await dataOf(it, 'c0-settings'))?.['plan'], 'pro');
  await it.advance(2_000);
  assert.ok((await it.events('c0-web')).some((event) => event.startsWith('ResourceAdopted: ')));
  await it.close();
});

test("trap 2: two tenants that want one object conflict under Force too, and neither deletes the other one's", async () => {
  const shared = { id: 's', conflictPolicy: 'Force', nameTemplate: 'shared', spec: { ...configMap, data: { who: '{{ .uid }}' } } };
  const it = await world({ rows: rows(8).slice(0, 2), template: { configMaps: [shared], deployments: [] } });
  await it.until(
    'one has it and one does not',
    async () => {
      const states = await Promise.all(['c0-web', 'c1-web'].map(async (name) => condition(await it.tenant(name), 'Ready')));
      return (
        states.filter((state) => state.startsWith('True')).length === 1 &&
        states.filter((state) => state.startsWith('False ResourcesConflicted')).length === 1
      );
    },
    30_000,
  );
  const owner = (await dataOf(it, 'shared'))?.['who'] ?? '';
  const loser = owner === 'c0' ? 'c1' : 'c0';
  it.requests.length = 0;
  await it.advance(120_000);
  assert.equal((await dataOf(it, 'shared'))?.['who'], owner, 'the content does not flip');
  it.table.rows = rows(8).filter((each) => each['id'] === owner);
  await it.until('the loser is gone', async () => (await it.tenant(`${loser}-web`)) === undefined, 60_000);
  await it.advance(10_000);
  assert.equal((await dataOf(it, 'shared'))?.['who'], owner);
  await it.close();
});

test('trap 6: replicas taken through the scale subresource are yielded', async () => {
  const it = await world({ rows: [row('c0')] });
  await untilReady(it, 1);
  await it.client.patch(
    { ...deployment, namespace, name: 'c0-web' },
    { type: 'merge', body: { spec: { replicas: 3 } } },
    { subresource: 'scale', fieldManager: 'hpa' },
  );
  await it.advance(60_000);
  const live = await it.get(deployment, 'c0-web');
  assert.equal((live?.['spec'] as { replicas?: number } | undefined)?.replicas, 3);
  await it.close();
});

test('trap 6: the pause annotation on a child leaves it alone until it is taken off', async () => {
  const it = await world({ rows: [row('c0')] });
  await untilReady(it, 1);
  await merge(
    it,
    { ...configMap, name: 'c0-settings' },
    { metadata: { annotations: { [annotations.pause]: 'true' } }, data: { plan: 'mine' } },
  );
  await it.advance(60_000);
  assert.equal((await dataOf(it, 'c0-settings'))?.['plan'], 'mine');
  await merge(it, { ...configMap, name: 'c0-settings' }, { metadata: { annotations: { [annotations.pause]: null } } });
  await it.until('repaired', async () => (await dataOf(it, 'c0-settings'))?.['plan'] === 'pro', 30_000);
  await it.close();
});

test('trap 7: children and the pods of workloads carry the tenant label, selectors do not', async () => {
  const it = await world({ rows: [row('c0')] });
  await untilReady(it, 1);
  const pods = await it.client.list(
    { apiVersion: 'v1', kind: 'Pod' },
    { namespace, labelSelector: 'kubernetes-tenants.org/tenant=c0-web' },
  );
  assert.equal(pods.items.length, 1);
  const spec = (await it.get(deployment, 'c0-web'))?.['spec'] as { selector: { matchLabels: Record<string, string> } };
  assert.deepEqual(spec.selector.matchLabels, { app: 'c0' });
  await it.close();
});

test('trap 17: a finished Job that its TTL removed stays done', async () => {
  const job = {
    id: 'init',
    nameTemplate: '{{ .uid }}-init',
    spec: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      spec: { ttlSecondsAfterFinished: 30, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'i', image: 'busybox' }] } } },
    },
  };
  const it = await world({ rows: [row('c0')], template: { jobs: [job], configMaps: [], deployments: [] } });
  await untilReady(it, 1);
  await it.client.delete({ apiVersion: 'batch/v1', kind: 'Job', namespace, name: 'c0-init' });
  await it.advance(120_000);
  assert.equal(await it.get({ apiVersion: 'batch/v1', kind: 'Job' }, 'c0-init'), undefined);
  assert.ok(isReady(await it.tenant('c0-web')));
  await it.close();
});

test('trap 11: past timeoutSeconds a resource is TimedOut, the tenant degraded with ReadinessTimeout, and nothing counts as failed', async () => {
  const slow = {
    id: 'slow',
    nameTemplate: '{{ .uid }}-slow',
    timeoutSeconds: 60,
    spec: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 's' } },
        template: {
          metadata: { labels: { app: 's' } },
          spec: { nodeSelector: { no: 'such-node' }, containers: [{ name: 'w', image: 'x' }] },
        },
      },
    },
  };
  const it = await world({ rows: [row('c0')], template: { deployments: [slow] } });
  await it.advance(30_000);
  assert.match(condition(await it.tenant('c0-web'), 'Degraded'), /^False Healthy/);
  assert.match(condition(await it.tenant('c0-web'), 'Ready'), /^False NotAllResourcesReady 1\/2 ready: waiting for Deployment c0-slow/);
  await it.advance(60_000);
  const tenant = await it.tenant('c0-web');
  assert.match(condition(tenant, 'Degraded'), /^True ReadinessTimeout/);
  assert.match(condition(tenant, 'Ready'), /^False NotAllResourcesReady 1\/2 ready: timed out Deployment c0-slow/);
  const registry = (await it.get(registryKind, 'acme-saas'))?.['status'] as Record<string, number>;
  assert.deepEqual([registry['desired'], registry['ready'], registry['failed'], registry['pending']], [1, 0, 0, 1]);
  assert.match(it.metrics.render(), /tenant_resources_failed\{tenant="c0-web",namespace="tenants"\} 0/);
  await it.close();
});

test('a Tenant copied under another name is a tenant with children of its own (runbook RegistryManyTenantsFailure)', async () => {
  const it = await world({ rows: [row('c0')] });
  await untilReady(it, 1);
  const original = await it.tenant('c0-web');
  const copy: KubeObject = {
    apiVersion,
    kind: 'Tenant',
    metadata: { name: 'test-tenant', namespace, annotations: { [annotations.uid]: 'test-123', [annotations.host]: 'test.example.com' } },
    spec: original?.['spec'],
  };
  await it.client.create(copy);
  await it.until('it is ready', async () => isReady(await it.tenant('test-tenant')), 30_000);
  assert.deepEqual(await dataOf(it, 'test-123-settings'), { plan: 'pro', host: 'test.example.com' });
  await it.advance(120_000);
  assert.ok(await it.tenant('test-tenant'), 'no registry removes it');
  await it.client.delete({ ...tenantKind, namespace, name: 'test-tenant' });
  await it.until('its children are gone', async () => (await it.get(configMap, 'test-123-settings')) === undefined, 30_000);
  assert.ok(await it.get(configMap, 'c0-settings'), 'the original keeps its own');
  await it.close();
});

test('a deleted registry takes its tenants and their children along', async () => {
  const it = await world({ rows: rows(3) });
  await untilReady(it, 3);
  await it.client.delete({ ...registryKind, namespace, name: 'acme-saas' });
  await it.until(
    'all gone',
    async () => (await it.tenants()).length === 0 && (await it.get(configMap, 'c0-settings')) === undefined,
    120_000,
  );
  assert.doesNotMatch(it.metrics.render(), /registry_desired\{registry="acme-saas"/);
  await it.close();
});
