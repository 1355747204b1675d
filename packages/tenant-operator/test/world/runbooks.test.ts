/** What the four tenant runbooks read: metrics, log lines, status fields. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { parse } from 'yaml';
import { annotations, registryKind, tenantKind } from '../../src/api/names.ts';
import { namespace, row, rows, untilReady, world } from './world.ts';

const statusOf = (object: KubeObject | undefined) => (object?.['status'] ?? {}) as Record<string, unknown>;

test('counters are there at zero and Ready is conditions[0]', async () => {
  const it = await world({ rows: rows(1) });
  await it.until('a status', async () => statusOf(await it.tenant('c0-web'))['conditions'] !== undefined, 10_000);
  const status = statusOf(await it.tenant('c0-web'));
  for (const field of ['desiredResources', 'readyResources', 'failedResources', 'skippedResources', 'conflictedResources'])
    assert.equal(typeof status[field], 'number', field);
  await untilReady(it, 1);
  assert.deepEqual(
    (statusOf(await it.tenant('c0-web'))['conditions'] as { type: string }[]).map(({ type }) => type),
    ['Ready', 'Progressing', 'Conflicted', 'Degraded'],
  );
  await it.advance(3_000);
  const registry = statusOf(await it.get(registryKind, 'acme-saas'));
  for (const field of ['desired', 'ready', 'failed', 'pending', 'rejectedRows']) assert.equal(typeof registry[field], 'number', field);
  assert.match(String(registry['lastSyncTime']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  await it.close();
});

test('spec.resources[*].timeoutSeconds and dependIds are on the Tenant', async () => {
  const it = await world({ rows: rows(1) });
  await untilReady(it, 1);
  const { resources } = ((await it.tenant('c0-web'))?.['spec'] ?? {}) as { resources?: unknown };
  assert.deepEqual(resources, [
    { id: 'web', apiVersion: 'apps/v1', kind: 'Deployment', dependIds: ['settings'], timeoutSeconds: 300 },
    { id: 'settings', apiVersion: 'v1', kind: 'ConfigMap', dependIds: [], timeoutSeconds: 300 },
  ]);
  await it.close();
});

test('every metric that a runbook or an alert names is exposed', async () => {
  const foreign = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c0-settings', namespace }, data: { plan: 'theirs' } };
  const it = await world({ rows: rows(2), objects: [foreign] });
  await it.advance(20_000);
  const text = it.metrics.render();
  const rules = readFileSync(join(import.meta.dirname, '..', '..', '..', '..', 'config', 'prometheus', 'rules.yaml'), 'utf8');
  const parsed = parse(rules) as { spec: { groups: { rules: { expr: string }[] }[] } };
  const named = parsed.spec.groups.flatMap((group) =>
    group.rules.flatMap(({ expr }) => expr.match(/\b(tenant|registry|apply|datasource|template)_[a-z_]+\b/g) ?? []),
  );
  const extra = [
    'datasource_query_duration_seconds',
    'template_render_errors_total',
    'registry_last_sync_time',
    'tenant_reconcile_duration_seconds',
    'workqueue_depth',
    'rest_client_requests_total',
  ];
  for (const name of new Set([...named, ...extra])) assert.ok(text.includes(`# TYPE ${name.replace(/_(count|bucket)$/, '')} `), name);
  for (const line of [
    'registry_desired{registry="acme-saas",namespace="tenants"} 2',
    'registry_ready{registry="acme-saas",namespace="tenants"} 1',
    'registry_failed{registry="acme-saas",namespace="tenants"} 1',
  ])
    assert.ok(text.includes(line), line);
  assert.match(text, /datasource_query_duration_seconds\{registry="acme-saas",namespace="tenants"\} \d/);
  await it.close();
});

test('log lines hold the words that the runbooks look for', async () => {
  const it = await world({ rows: [row('c0'), row('c1')] });
  await untilReady(it, 2);
  const passes = it.log.filter((line) => line.includes('Reconciling Tenant'));
  assert.ok(passes.length >= 2);
  for (const line of passes) {
    assert.match(line, /reconciliation/i);
    assert.match(line, /reconcile|sync/i, 'RegistryDesiredCountMismatch follows the log for these');
    assert.equal(line.split(' ').at(-1), 'result=success', 'the last word is the result');
    assert.doesNotMatch(line, /error/);
    assert.match(line, /registry=acme-saas/);
  }
  assert.ok(passes.some((line) => /waiting|depend/i.test(line)));
  assert.ok(it.log.some((line) => /synced.*acme-saas/.test(line) && /sync.*complete/.test(line)));
  assert.ok(!it.log.some((line) => /panic|fatal|stack trace/i.test(line)));
  await it.close();
});

test('trap 12: a failing tenant of its own fault is result=failed, a failing API is result=error', async () => {
  const it = await world({
    rows: rows(1),
    objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c0-settings', namespace }, data: { plan: 'theirs' } }],
  });
  await it.advance(20_000);
  assert.match(it.metrics.render(), /tenant_reconcile_duration_seconds_count\{controller="tenant",result="failed"\} [1-9]/);
  assert.doesNotMatch(it.metrics.render(), /tenant_reconcile_duration_seconds_count\{controller="tenant",result="error"\} [1-9]/);
  assert.ok(it.log.some((line) => line.includes('Reconciling Tenant') && line.endsWith('result=failed')));
  await it.client.delete({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'tenant-operator-manager-role' });
  await it.client.patch(
    { ...tenantKind, namespace, name: 'c0-web' },
    { type: 'merge', body: { metadata: { annotations: { [annotations.reconcile]: '1' } } } },
  );
  await it.advance(20_000);
  assert.match(it.metrics.render(), /tenant_reconcile_duration_seconds_count\{controller="tenant",result="error"\} [1-9]/);
  const line = it.log.find((each) => each.includes('Reconciling Tenant') && each.endsWith('result=error'));
  assert.match(line ?? '', /forbidden/, 'API reasons are in lower case');
  await it.close();
});

test('trap 12: each tenant has a request-free pass about every ten minutes that counts', async () => {
  const it = await world({ rows: rows(10) });
  await untilReady(it, 10);
  await it.advance(60_000);
  const count = () =>
    Number(/tenant_reconcile_duration_seconds_count\{controller="tenant",result="success"\} (\d+)/.exec(it.metrics.render())?.[1] ?? 0);
  const before = count();
  await it.advance(30 * 60_000);
  const passes = count() - before;
  assert.ok(passes >= 20 && passes <= 40, `${passes} passes of 10 tenants in 30 minutes`);
  await it.close();
});
