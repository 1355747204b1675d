import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotations, registryKind } from '../../src/api/names.ts';
import { SourceError } from '../../src/sources/errors.ts';
import { condition, isReady, namespace, row, rows, untilReady, world } from './world.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };
const registryOf = (it: Awaited<ReturnType<typeof world>>) => it.get(registryKind, 'acme-saas');
const statusOf = (object: unknown): Record<string, unknown> => (object as { status?: Record<string, unknown> } | undefined)?.status ?? {};

test('a changed row changes its children and no others', async () => {
  const it = await world({ rows: rows(3) });
  await untilReady(it, 3);
  it.requests.length = 0;
  it.table.rows[1] = row('c1', { plan: 'gold' });
  await it.until(
    'c1 has the new plan',
    async () => ((await it.get(configMap, 'c1-settings'))?.['data'] as { plan?: string } | undefined)?.plan === 'gold',
    40_000,
  );
  await it.advance(3_000);
  const touched = it.requests.filter(({ method, path }) => method !== 'GET' && /\/c[02]-/.test(path));
  assert.deepEqual(touched, []);
  assert.ok((await it.events('c1-web')).includes('DataUpdated: the row has changed'));
  await it.close();
});

test('a deactivated row takes its tenant and children away after a second read; the others stay', async () => {
  const it = await world({ rows: rows(8) });
  await untilReady(it, 8);
  it.table.rows[0] = row('c0', { active: '0' });
  const before = it.table.reads;
  await it.until('c0 is gone', async () => (await it.tenant('c0-web')) === undefined, 60_000);
  assert.ok(it.table.reads >= before + 2, 'a removal is confirmed by a second read');
  await it.until(
    'its children are gone',
    async () => (await it.get(configMap, 'c0-settings')) === undefined && (await it.get(deployment, 'c0-web')) === undefined,
  );
  assert.equal((await it.tenants()).length, 7);
  assert.doesNotMatch(it.metrics.render(), /tenant_resources_ready\{tenant="c0-web"/);
  await it.close();
});

test('a row that comes back while it is being removed keeps its tenant: the second read decides', async () => {
  const it = await world({ rows: rows(8) });
  await untilReady(it, 8);
  const [first] = it.table.rows;
  it.table.rows.shift();
  const reads = it.table.reads;
  await it.until('the first read without it', async () => it.table.reads > reads, 60_000);
  if (first) it.table.rows.unshift(first);
  await it.advance(10_000);
  assert.equal((await it.tenants()).length, 8);
  await it.close();
});

test('bad input: a database that is away keeps tenants and the last known counts, and says what to do', async () => {
  const it = await world({ rows: rows(3) });
  await untilReady(it, 3);
  await it.advance(3_000);
  it.table.failure = new SourceError('ConnectionRefused', 'connection refused: mysql table customers of saas at db:3306 (ECONNREFUSED)');
  await it.advance(10 * 60_000);
  const registry = await registryOf(it);
  assert.match(
    condition(registry, 'Ready'),
    /^False DatabaseConnectionFailed connection refused: mysql table customers of saas at db:3306 \(ECONNREFUSED\): check spec\.source host and port/,
  );
  const { desired, ready, failed } = statusOf(registry);
  assert.deepEqual([desired, ready, failed], [3, 3, 0]);
  assert.equal((await it.tenants()).length, 3);
  assert.match(it.metrics.render(), /registry_ready\{registry="acme-saas",namespace="tenants"\} 3/);
  assert.match(it.metrics.render(), /tenant_reconcile_duration_seconds_count\{controller="tenantregistry",result="error"\} \d+/);
  const lines = it.log.filter((line) => line.includes('datasource query failed'));
  assert.ok(lines.length >= 2 && lines.length <= 6, `a lasting fault is told at growing intervals, not ${lines.length} times`);
  assert.match(lines[0] ?? '', /registry=acme-saas .*code=ConnectionRefused .*connection refused/);
  it.table.failure = undefined;
  await it.until('it is connected again', async () => isReady(await registryOf(it)), 60_000);
  await it.close();
});

for (const [code, message] of [
  ['AuthenticationFailed', 'authentication failed: unauthorized user reader at mysql table customers of saas at db:3306'],
  ['ConnectionLost', 'connection lost in the middle of a read: mysql table customers of saas at db:3306'],
  ['TableMissing', 'table does not exist: mysql table customers of saas at db:3306'],
  ['Timeout', 'timeout: the query of mysql table customers took longer than 60 s'],
] as const)
  test(`bad input: ${code} before the first sync and after it removes nothing and is told with a hint`, async () => {
    const it = await world({ rows: rows(2) });
    await untilReady(it, 2);
    it.table.failure = new SourceError(code, message);
    it.table.rows = [];
    await it.advance(120_000);
    assert.equal((await it.tenants()).length, 2);
    const text = condition(await registryOf(it), 'Ready');
    assert.ok(text.startsWith(`False DatabaseConnectionFailed ${message}: ${new SourceError(code, '').hint}`), text);
    assert.ok((await it.events('acme-saas')).some((event) => event.startsWith(`DatabaseQueryFailed: ${message}`)));
    await it.close();
  });

test('bad input: a column that is missing is told with the mapping that names it', async () => {
  const it = await world({ rows: rows(2), registry: { extraValueMappings: { plan: 'plan', tier: 'tier_name' } } });
  await it.advance(10_000);
  assert.match(
    condition(await registryOf(it), 'Ready'),
    /^False DatabaseConnectionFailed column "tier_name" does not exist in memory table customers \(spec\.extraValueMappings\.tier names it\): check valueMappings/,
  );
  assert.deepEqual(await it.tenants(), []);
  await it.close();
});

test('bad input: rows that cannot become tenants are named in the condition and in one event; their neighbours live', async () => {
  const it = await world({ rows: [row('good'), row('Ünï'), row('x'.repeat(70)), { ...row('null'), id: null }] });
  await untilReady(it, 1);
  await it.advance(100_000);
  const registry = await registryOf(it);
  assert.match(condition(registry, 'Ready'), /^True DatabaseConnected 4 rows, 3 rejected: row id="Ünï" is no DNS label/);
  assert.equal(statusOf(registry)['rejectedRows'], 3);
  const events = (await it.events('acme-saas')).filter((event) => event.startsWith('RowRejected'));
  assert.equal(events.length, 3);
  assert.ok(events.some((event) => event.startsWith('RowRejected: row 4: column id is NULL')));
  await it.close();
});

test('trap 3: an active row without uid keeps every tenant whose row is away, and says so', async () => {
  const it = await world({ rows: rows(8) });
  await untilReady(it, 8);
  it.table.rows = [...rows(7), { ...row('x'), id: null }];
  await it.advance(120_000);
  assert.equal((await it.tenants()).length, 8);
  assert.match(condition(await registryOf(it), 'DeletionsHeld'), /^True RowsUnreadable 1 removal wait/);
  it.table.rows = rows(7);
  await it.until('the row has a uid again and c7 goes', async () => (await it.tenants()).length === 7, 60_000);
  await it.close();
});

test('bad input: an empty result with tenants present is held, however few', async () => {
  const it = await world({ rows: rows(2) });
  await untilReady(it, 2);
  it.table.rows = [];
  await it.advance(120_000);
  assert.equal((await it.tenants()).length, 2);
  const registry = await registryOf(it);
  assert.match(condition(registry, 'DeletionsHeld'), /^True EmptyResult the table has no row at all: c0-web, c1-web/);
  const hold = statusOf(registry)['deletionHold'] as { token: string; removals: number; existing: number; sample: string[] };
  assert.match(hold.token, /^[0-9a-f]{8}$/);
  assert.deepEqual([hold.removals, hold.existing, hold.sample], [2, 2, ['c0-web', 'c1-web']]);
  assert.match(it.metrics.render(), /registry_deletions_held\{registry="acme-saas",namespace="tenants"\} 2/);
  await it.close();
});

test('deletion guard: too many removals are held over a restart, creations go on, the token lets them go', async () => {
  const it = await world({ rows: rows(20) });
  await untilReady(it, 20);
  it.table.rows = [...rows(10), row('new')];
  await it.until('the new row', async () => (await it.tenants()).includes('new-web'), 60_000);
  await it.advance(60_000);
  assert.equal((await it.tenants()).length, 21);
  const before = statusOf(await registryOf(it))['deletionHold'] as { token: string; since: string };
  await it.restart();
  await it.advance(90_000);
  const after = statusOf(await registryOf(it))['deletionHold'] as { token: string; since: string };
  assert.deepEqual(after, before);
  assert.equal((await it.tenants()).length, 21);
  const approve = { type: 'merge', body: { metadata: { annotations: { [annotations.approveDeletions]: after.token } } } } as const;
  await it.client.patch({ ...registryKind, namespace, name: 'acme-saas' }, approve);
  await it.until('the approved tenants are gone', async () => (await it.tenants()).length === 11, 60_000);
  await it.advance(5_000);
  assert.match(condition(await registryOf(it), 'DeletionsHeld'), /^False WithinBudget/);
  await it.close();
});

test('deletion guard: a hold ends by itself when the rows return', async () => {
  const it = await world({ rows: rows(20) });
  await untilReady(it, 20);
  it.table.rows = rows(5);
  await it.until('held', async () => condition(await registryOf(it), 'DeletionsHeld').startsWith('True'), 60_000);
  it.table.rows = rows(20);
  await it.until('no longer held', async () => condition(await registryOf(it), 'DeletionsHeld').startsWith('False'), 60_000);
  assert.equal(statusOf(await registryOf(it))['deletionHold'], undefined);
  assert.equal((await it.tenants()).length, 20);
  await it.close();
});

test('gracePeriod keeps a tenant whose row is away for so long', async () => {
  const it = await world({ rows: rows(8), registry: { deletionGuard: { gracePeriod: '5m' } } });
  await untilReady(it, 8);
  it.table.rows = rows(7);
  await it.advance(4 * 60_000);
  assert.equal((await it.tenants()).length, 8);
  await it.until('it goes after five minutes', async () => (await it.tenants()).length === 7, 3 * 60_000);
  await it.close();
});

test('a Tenant that somebody deletes comes back at once while its row is there', async () => {
  const it = await world({ rows: rows(2) });
  await untilReady(it, 2);
  await it.client.delete({ apiVersion: 'operator.kubernetes-tenants.org/v1', kind: 'Tenant', namespace, name: 'c0-web' });
  await it.advance(1_000);
  await it.until('it is back', async () => isReady(await it.tenant('c0-web')), 15_000);
  await it.close();
});
