import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { annotations, apiVersion, revisionKind, templateKind, tenantKind } from '../../src/api/names.ts';
import { condition, isReady, namespace, rows, templateManifest, untilReady, type World, world } from './world.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };
const entry = (id: string, data: Record<string, string>, more: Record<string, unknown> = {}) => ({
  id,
  nameTemplate: `{{ .uid }}-${id}`,
  spec: { apiVersion: 'v1', kind: 'ConfigMap', data },
  ...more,
});
const apply = (it: World, object: KubeObject) => it.client.apply(object, { fieldManager: 'kubectl', force: true });
const applyTemplate = (it: World, spec: Record<string, unknown>) => apply(it, templateManifest(spec));
const dataOf = async (it: World, name: string) => (await it.get(configMap, name))?.['data'] as Record<string, string> | undefined;
const statusOf = (object: KubeObject | undefined) => (object?.['status'] ?? {}) as Record<string, number>;
const specOf = (object: KubeObject | undefined) => (object?.['spec'] ?? {}) as Record<string, unknown>;

test('a template change reaches all tenants by a patch of their revision', async () => {
  const it = await world({ rows: rows(5), template: { configMaps: [entry('settings', { v: '1' })], deployments: [] } });
  await untilReady(it, 5);
  const before = specOf(await it.tenant('c0-web'))['revision'];
  await applyTemplate(it, { configMaps: [entry('settings', { v: '2' })], deployments: [] });
  await it.until(
    'all have it',
    async () => (await Promise.all(rows(5).map((row) => dataOf(it, `${row['id']}-settings`)))).every((data) => data?.['v'] === '2'),
    30_000,
  );
  const after = specOf(await it.tenant('c0-web'))['revision'];
  assert.notEqual(after, before);
  const revision = await it.get(revisionKind, String(after));
  assert.equal(revision?.metadata.ownerReferences?.[0]?.kind, 'TenantTemplate');
  await it.until(
    'the template says so',
    async () => condition(await it.get(templateKind, 'web'), 'Applied').startsWith('True AllTenantsReady 5/5'),
    10_000,
  );
  assert.equal((await it.get(templateKind, 'web'))?.['status'] !== undefined, true);
  await it.close();
});

test('bad input: a template edit with a syntax error leaves the tenants on their revision and says where it is wrong', async () => {
  const it = await world({ rows: rows(2) });
  await untilReady(it, 2);
  const before = specOf(await it.tenant('c0-web'))['revision'];
  await applyTemplate(it, { configMaps: [entry('settings', { v: 'ok\n{{ .plan | nosuch }}' })] });
  await it.advance(90_000);
  const template = await it.get(templateKind, 'web');
  assert.equal(condition(template, 'Valid'), 'False ValidationFailed configMaps[settings] data.v line 2: function "nosuch" not defined');
  assert.equal(specOf(await it.tenant('c0-web'))['revision'], before);
  assert.ok(isReady(await it.tenant('c0-web')));
  assert.ok((await it.events('web')).includes('ValidationFailed: configMaps[settings] data.v line 2: function "nosuch" not defined'));
  await applyTemplate(it, { configMaps: [entry('settings', { v: '{{ .plan }}' })] });
  await it.until('mended, it rolls out', async () => (await dataOf(it, 'c0-settings'))?.['v'] === 'pro', 30_000);
  await it.close();
});

test('bad input: a template that was never valid makes no tenant; its rows count as failed', async () => {
  const it = await world({
    rows: rows(2),
    template: { deployments: [], configMaps: [entry('a', {}, { dependIds: ['b'] }), entry('b', {}, { dependIds: ['a'] })] },
  });
  await it.advance(35_000);
  assert.deepEqual(await it.tenants(), []);
  assert.match(condition(await it.get(templateKind, 'web'), 'Valid'), /^False ValidationFailed dependIds form a cycle: a -> b -> a/);
  const registry = await it.get({ apiVersion, kind: 'TenantRegistry' }, 'acme-saas');
  const { desired, ready, failed, pending } = statusOf(registry);
  assert.deepEqual([desired, ready, failed, pending], [2, 0, 2, 0]);
  await it.close();
});

test('bad input: a missing variable fails that resource of the tenant with its name, place and remedy; the neighbours are applied', async () => {
  const it = await world({
    rows: rows(1),
    template: { deployments: [], configMaps: [entry('bad', { x: '{{ .nosuch }}' }), entry('good', { x: '{{ .uid }}' })] },
  });
  await it.until('judged', async () => condition(await it.tenant('c0-web'), 'Degraded').startsWith('True TemplateRenderError'), 10_000);
  const tenant = await it.tenant('c0-web');
  const message =
    'configMaps[bad] data.x line 1: variable "nosuch" is missing: map a column to it in extraValueMappings of the registry, or write {{ .nosuch | default "value" }}';
  assert.ok(condition(tenant, 'Ready').includes(message), condition(tenant, 'Ready'));
  assert.equal((await dataOf(it, 'c0-good'))?.['x'], 'c0');
  await it.advance(5_000);
  assert.ok(
    (await it.events('c0-web')).some((event) => event.startsWith('TemplateRenderError: ')),
    (await it.events('c0-web')).join('\n'),
  );
  assert.match(it.metrics.render(), /template_render_errors_total\{template="web",namespace="tenants"\} [1-9]/);
  assert.match(it.metrics.render(), /tenant_degraded_status\{tenant="c0-web",namespace="tenants",reason="TemplateRenderError"\} 1/);
  assert.ok((await it.events('web')).some((event) => event.startsWith('UnmappedVariable: resource bad reads variable "nosuch"')));
  await it.close();
});

test('bad input: an unknown field of a manifest is told by resource and field, neighbours are applied', async () => {
  const wrong = { id: 'typo', nameTemplate: '{{ .uid }}-typo', spec: { apiVersion: 'v1', kind: 'ConfigMap', dta: { a: 'b' } } };
  const it = await world({ rows: rows(1), template: { deployments: [], configMaps: [wrong, entry('good', { x: '1' })] } });
  await it.until('judged', async () => condition(await it.tenant('c0-web'), 'Degraded').startsWith('True'), 10_000);
  assert.match(condition(await it.tenant('c0-web'), 'Ready'), /^False ResourcesFailed .*ConfigMap c0-typo .*dta/);
  assert.equal((await dataOf(it, 'c0-good'))?.['x'], '1');
  await it.close();
});

test('bad input: a kind that the cluster does not have is named; it is applied when the kind comes', async () => {
  const widget = {
    id: 'w',
    nameTemplate: '{{ .uid }}-w',
    spec: { apiVersion: 'example.com/v1', kind: 'Widget', spec: { size: '{{ .plan }}' } },
  };
  const it = await world({ rows: rows(1), template: { deployments: [], configMaps: [entry('good', { x: '1' })], manifests: [widget] } });
  await it.until('judged', async () => condition(await it.tenant('c0-web'), 'Ready').startsWith('False ResourcesFailed'), 10_000);
  assert.match(condition(await it.tenant('c0-web'), 'Ready'), /Widget c0-w .*example\.com\/v1/);
  await apply(it, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'widgets', labels: { 'kubernetes-tenants.org/aggregate-to-tenant-operator': 'true' } },
    rules: [{ apiGroups: ['example.com'], resources: ['widgets'], verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'] }],
  });
  await apply(it, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  });
  await it.until('the widget is there', async () => isReady(await it.tenant('c0-web')), 180_000);
  await it.close();
});

test('a resource taken out of the template is deleted, or released when it is Retain', async () => {
  const it = await world({
    rows: rows(1),
    template: {
      configMaps: [entry('keep', { x: '1' }), entry('gone', { x: '1' }), entry('kept', { x: '1' }, { deletionPolicy: 'Retain' })],
      deployments: [],
    },
  });
  await untilReady(it, 1);
  assert.equal(
    (await it.get(configMap, 'c0-kept'))?.metadata.ownerReferences,
    undefined,
    'trap 4: Retain objects never carry an ownerReference',
  );
  await applyTemplate(it, { configMaps: [entry('keep', { x: '1' })], deployments: [] });
  await it.until('gone', async () => (await it.get(configMap, 'c0-gone')) === undefined, 30_000);
  await it.advance(2_000);
  const kept = await it.get(configMap, 'c0-kept');
  assert.equal(kept?.metadata.labels?.['kubernetes-tenants.org/orphaned'], 'true');
  assert.equal(kept?.metadata.labels?.['kubernetes-tenants.org/tenant'], undefined);
  assert.ok(await it.get(configMap, 'c0-keep'));
  await it.close();
});

test('trap 4: renaming the id of a resource deletes nothing', async () => {
  const it = await world({
    rows: rows(1),
    template: { configMaps: [entry('old', { x: '1' }, { nameTemplate: '{{ .uid }}-same' })], deployments: [] },
  });
  await untilReady(it, 1);
  const uid = (await it.get(configMap, 'c0-same'))?.metadata.uid;
  await applyTemplate(it, { configMaps: [entry('new', { x: '2' }, { nameTemplate: '{{ .uid }}-same' })], deployments: [] });
  await it.until('applied', async () => (await dataOf(it, 'c0-same'))?.['x'] === '2', 30_000);
  await it.advance(5_000);
  assert.equal((await it.get(configMap, 'c0-same'))?.metadata.uid, uid);
  await it.close();
});

test('maxSkew lets a new revision reach so many tenants at once, and goes on as they become ready', async () => {
  const it = await world({ rows: rows(6), template: { rollout: { maxSkew: 2 } } });
  await untilReady(it, 6);
  // Longer than progressDeadlineSeconds: how long a tenant has been ready says nothing about its way to the new revision.
  await it.advance(20 * 60_000);
  const manifest = templateManifest({ rollout: { maxSkew: 2 } });
  const deployments = specOf(manifest)['deployments'] as { spec: { spec: { template: { spec: { containers: { image: string }[] } } } } }[];
  const [container] = deployments[0]?.spec.spec.template.spec.containers ?? [];
  if (container) container.image = 'nginx:1.28';
  const old = specOf(await it.tenant('c0-web'))['revision'];
  await apply(it, manifest);
  let most = 0;
  await it.until('all updated and ready', async () => {
    const { items } = await it.client.list(tenantKind, { namespace });
    const updating = items.filter(
      (tenant) =>
        specOf(tenant)['revision'] !== old &&
        !(isReady(tenant) && (tenant['status'] as { observedGeneration?: number }).observedGeneration === tenant.metadata.generation),
    );
    most = Math.max(most, updating.length);
    return items.every((tenant) => specOf(tenant)['revision'] !== old && isReady(tenant));
  });
  assert.ok(most <= 2, `${most} tenants at once`);
  await it.close();
});

test('a paused template keeps its tenants on their revision', async () => {
  const it = await world({ rows: rows(1), template: { configMaps: [entry('settings', { v: '1' })], deployments: [] } });
  await untilReady(it, 1);
  await apply(it, {
    ...templateManifest({ configMaps: [entry('settings', { v: '2' })], deployments: [] }),
    metadata: { name: 'web', namespace, annotations: { [annotations.pause]: 'true' } },
  });
  await it.advance(90_000);
  assert.equal((await dataOf(it, 'c0-settings'))?.['v'], '1');
  await it.client.patch(
    { ...templateKind, namespace, name: 'web' },
    { type: 'merge', body: { metadata: { annotations: { [annotations.pause]: null } } } },
  );
  await it.until('rolled out', async () => (await dataOf(it, 'c0-settings'))?.['v'] === '2', 40_000);
  await it.close();
});

test('a deleted template takes its tenants away within the deletion guard', async () => {
  const it = await world({ rows: rows(3) });
  await untilReady(it, 3);
  await it.client.delete({ ...templateKind, namespace, name: 'web' });
  await it.until('its tenants are gone', async () => (await it.tenants()).length === 0, 60_000);
  await it.close();
});

test('a template made before its registry becomes valid when the registry comes', async () => {
  const it = await world({ rows: rows(1), registry: false });
  await it.advance(2_000);
  assert.match(
    condition(await it.get(templateKind, 'web'), 'Valid'),
    /^False ValidationFailed TenantRegistry acme-saas does not exist in namespace tenants/,
  );
  const { registryManifest } = await import('./world.ts');
  await apply(it, registryManifest());
  await untilReady(it, 1);
  assert.match(condition(await it.get(templateKind, 'web'), 'Valid'), /^True ValidationPassed/);
  await it.close();
});

test('a template that is deleted and made again at once keeps its tenants', async () => {
  const it = await world({ rows: rows(3) });
  await untilReady(it, 3);
  const before = (await it.tenant('c0-web'))?.metadata.uid;
  await it.client.delete({ ...templateKind, namespace, name: 'web' });
  await it.advance(1_000);
  await apply(it, templateManifest());
  await it.advance(60_000);
  assert.equal((await it.tenant('c0-web'))?.metadata.uid, before);
  assert.ok(isReady(await it.tenant('c0-web')));
  await it.close();
});

test('registryId cannot be changed, and a source needs the block of its type', async () => {
  const it = await world({ rows: [] });
  await assert.rejects(apply(it, templateManifest({ registryId: 'other' })), /registryId is immutable/);
  const registry = {
    apiVersion,
    kind: 'TenantRegistry',
    metadata: { name: 'r', namespace },
    spec: { source: { type: 'mysql' }, valueMappings: { uid: 'u', activate: 'a' } },
  };
  await assert.rejects(apply(it, registry), /spec\.source\.mysql is required when the type is mysql/);
  await it.close();
});
