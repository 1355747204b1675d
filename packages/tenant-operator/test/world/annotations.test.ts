import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { annotations, registryKind, tenantKind } from '../../src/api/names.ts';
import { condition, isReady, namespace, row, rows, untilReady, type World, world } from './world.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };
const annotate = (it: World, kind: { apiVersion: string; kind: string }, name: string, values: Record<string, string | null>) =>
  it.client.patch({ ...kind, namespace, name }, { type: 'merge', body: { metadata: { annotations: values } } });
const statusOf = (object: KubeObject | undefined) => (object?.['status'] ?? {}) as Record<string, string>;
const planOf = async (it: World, name: string) => ((await it.get(configMap, name))?.['data'] as { plan?: string } | undefined)?.plan;

test('pause on a registry stops syncs and writes for its tenants, deletions by the user excepted; removing it resumes', async () => {
  const it = await world({ rows: rows(3) });
  await untilReady(it, 3);
  await annotate(it, registryKind, 'acme-saas', { [annotations.pause]: 'true' });
  await it.advance(2_000);
  assert.match(condition(await it.get(registryKind, 'acme-saas'), 'Paused'), /^True PausedByAnnotation/);
  it.table.rows = [row('c0', { plan: 'new' }), row('c1'), row('c2'), row('c3')];
  const { reads } = it.table;
  await it.client.patch({ ...configMap, namespace, name: 'c1-settings' }, { type: 'merge', body: { data: { plan: 'mine' } } });
  await it.advance(120_000);
  assert.equal(it.table.reads, reads, 'no read while paused');
  assert.deepEqual([(await it.tenants()).length, await planOf(it, 'c0-settings'), await planOf(it, 'c1-settings')], [3, 'pro', 'mine']);
  await it.client.delete({ ...tenantKind, namespace, name: 'c2-web' });
  await it.until('deleted by the user', async () => (await it.get(configMap, 'c2-settings')) === undefined, 30_000);
  await annotate(it, registryKind, 'acme-saas', { [annotations.pause]: null });
  await it.until(
    'all made up for',
    async () =>
      (await it.tenants()).length === 4 && (await planOf(it, 'c0-settings')) === 'new' && (await planOf(it, 'c1-settings')) === 'pro',
    30_000,
  );
  await it.advance(2_000);
  assert.match(condition(await it.get(registryKind, 'acme-saas'), 'Paused'), /^False NotPaused/);
  await it.close();
});

test('pause on a Tenant leaves its children alone', async () => {
  const it = await world({ rows: rows(1) });
  await untilReady(it, 1);
  await annotate(it, tenantKind, 'c0-web', { [annotations.pause]: 'true' });
  await it.advance(1_000);
  await it.client.patch({ ...configMap, namespace, name: 'c0-settings' }, { type: 'merge', body: { data: { plan: 'mine' } } });
  await it.advance(60_000);
  assert.equal(await planOf(it, 'c0-settings'), 'mine');
  assert.match(condition(await it.tenant('c0-web'), 'Progressing'), /^False Paused/);
  await annotate(it, tenantKind, 'c0-web', { [annotations.pause]: null });
  await it.until('repaired', async () => (await planOf(it, 'c0-settings')) === 'pro', 30_000);
  await it.close();
});

test('sync: any new value makes the registry read at once, and the value is acknowledged', async () => {
  const it = await world({
    rows: rows(1),
    registry: { source: { type: 'sqlite', syncInterval: '1h', sqlite: { path: 'x', table: 'y' } } },
  });
  await untilReady(it, 1);
  it.table.rows = rows(2);
  await it.advance(120_000);
  assert.equal((await it.tenants()).length, 1);
  await annotate(it, registryKind, 'acme-saas', { [annotations.sync]: '1763600000' });
  await it.until('made', async () => (await it.tenants()).length === 2, 5_000);
  await it.until('acknowledged', async () => statusOf(await it.get(registryKind, 'acme-saas'))['lastHandledSync'] === '1763600000', 10_000);
  assert.ok(it.log.some((line) => /msg=synced .*registry=acme-saas .*complete/.test(line)));
  await it.close();
});

test('reconcile: any new value makes a full pass at once, with a line in the log, and is acknowledged', async () => {
  const it = await world({ rows: rows(1) });
  await untilReady(it, 1);
  await it.advance(5_000);
  it.log.length = 0;
  await annotate(it, tenantKind, 'c0-web', { [annotations.reconcile]: '1763600000' });
  await it.until('acknowledged', async () => statusOf(await it.tenant('c0-web'))['lastHandledReconcile'] === '1763600000', 5_000);
  const line = it.log.find((each) => each.includes('Reconciling Tenant'));
  assert.match(line ?? '', /reconciliation .*tenant=c0-web .*result=success$/);
  assert.ok(isReady(await it.tenant('c0-web')));
  await it.advance(10_000);
  assert.equal(it.log.filter((each) => each.includes('Reconciling Tenant')).length, 1, 'a quiet pass prints nothing');
  await it.close();
});

test('syncInterval 0s: no sync by time', async () => {
  const it = await world({
    rows: rows(1),
    registry: { source: { type: 'sqlite', syncInterval: '0s', sqlite: { path: 'x', table: 'y' } } },
  });
  await untilReady(it, 1);
  const { reads } = it.table;
  await it.advance(3_600_000);
  assert.equal(it.table.reads, reads);
  await it.close();
});
