import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows, untilReady, world } from './world.ts';

const isLease = (path: string) => path.includes('/leases');
const isRegistryStatus = (path: string) => path.endsWith('/tenantregistries/acme-saas/status');

test('nothing changes, nothing is sent: 30 minutes with 100 tenants hold leases and one registry status a minute', async () => {
  const it = await world({ rows: rows(100) });
  await untilReady(it, 100);
  await it.advance(30_000);
  it.requests.length = 0;
  await it.advance(30 * 60_000);
  const others = it.requests.filter(({ path, watch }) => !isLease(path) && !isRegistryStatus(path) && !watch);
  assert.deepEqual(others, []);
  const statuses = it.requests.filter(({ path }) => isRegistryStatus(path));
  assert.ok(statuses.length <= 31 && statuses.length >= 15, `${statuses.length} status writes in 30 minutes`);
  for (const [index, { at }] of statuses.entries())
    assert.ok(index === 0 || at - (statuses[index - 1]?.at ?? 0) >= 60_000, 'two status writes within a minute');
  const openings = new Map<string, number>();
  for (const { path, watch } of it.requests) if (watch) openings.set(path, (openings.get(path) ?? 0) + 1);
  for (const [path, count] of openings) assert.ok(count <= 12, `${path} was opened ${count} times in 30 minutes`);
  assert.match(it.metrics.render(), /tenant_reconcile_duration_seconds_count\{controller="tenant",result="success"\} \d{3}/);
  await it.close();
});

test('a cold start of 100 rows with 2 children stays within its budget of requests', async () => {
  const it = await world({ rows: rows(100) });
  await untilReady(it, 100);
  const writes = it.requests.filter(({ path, method }) => method !== 'GET' && !isLease(path));
  const of = (pattern: RegExp) => writes.filter(({ path }) => pattern.test(path)).length;
  assert.equal(of(/\/tenants$/), 100);
  assert.equal(of(/\/(configmaps|deployments)\//), 200);
  assert.ok(of(/\/tenants\/c\d+-web\/status$/) <= 200, `${of(/\/tenants\/c\d+-web\/status$/)} status writes`);
  assert.ok(writes.length <= 700, `${writes.length} writes`);
  assert.deepEqual(
    it.requests.filter(({ status, path }) => status >= 400 && !isLease(path) && !path.endsWith('/tenant-operator-hash-key')),
    [],
  );
  await it.close();
});

test('a restart with nothing changed writes nothing', async () => {
  const it = await world({ rows: rows(20) });
  await untilReady(it, 20);
  await it.advance(5_000);
  await it.restart();
  it.requests.length = 0;
  await it.advance(60_000);
  const writes = it.requests.filter(({ path, method }) => method !== 'GET' && !isLease(path) && !isRegistryStatus(path));
  assert.deepEqual(writes, []);
  await it.close();
});

test('tenants with lasting faults send nothing either: a conflict, a missing variable, a rejected row', async () => {
  const foreign = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'c0-settings', namespace: 'tenants' },
    data: { plan: 'theirs' },
  };
  const bad = { id: 'bad', nameTemplate: '{{ .uid }}-bad', spec: { apiVersion: 'v1', kind: 'ConfigMap', data: { x: '{{ .nosuch }}' } } };
  const settings = {
    id: 'settings',
    nameTemplate: '{{ .uid }}-settings',
    spec: { apiVersion: 'v1', kind: 'ConfigMap', data: { plan: '{{ .plan }}' } },
  };
  const it = await world({
    rows: [...rows(3), { ...rows(1)[0], id: 'No_Label' }],
    template: { configMaps: [settings, bad], deployments: [] },
    objects: [foreign],
  });
  await it.advance(5 * 60_000);
  it.requests.length = 0;
  it.log.length = 0;
  await it.advance(60 * 60_000);
  const others = it.requests.filter(({ path, watch }) => !isLease(path) && !isRegistryStatus(path) && !watch);
  assert.deepEqual(others, []);
  const told = it.log.filter((line) => line.includes('Reconciling Tenant'));
  assert.ok(told.length > 0 && told.length <= 3 * 8, `${told.length} lines in an hour about three lasting faults`);
  await it.close();
});
