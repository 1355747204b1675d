import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretKind } from '../../src/api/names.ts';
import { condition, row, untilReady, type World, world } from './world.ts';

const value = 'hunter2-s3cr3t';
const other = 'another-s3cr3t';
const registry = { secretValueMappings: { dbPassword: 'db_password' } };
const credentials = {
  id: 'credentials',
  nameTemplate: '{{ .uid }}-db',
  spec: { apiVersion: 'v1', kind: 'Secret', stringData: { password: '{{ .dbPassword }}', fixed: 'in-the-template' } },
};
const template = { secrets: [credentials], deployments: [] };
const decoded = async (it: World, name: string, key: string) => {
  const data = (await it.get(secretKind, name))?.['data'] as Record<string, string> | undefined;
  return data?.[key] === undefined ? undefined : Buffer.from(data[key], 'base64').toString();
};

test('trap 8: secret variables reach the children, and no value shows up in Tenants, revisions, status, events, metrics or logs', async () => {
  const it = await world({ rows: [row('acme', { db_password: value })], registry, template });
  await untilReady(it, 1);
  assert.equal(await decoded(it, 'acme-db', 'password'), value);
  assert.equal(await decoded(it, 'acme-web-variables', 'dbPassword'), value);
  const owner = (await it.get(secretKind, 'acme-web-variables'))?.metadata.ownerReferences?.[0];
  assert.deepEqual([owner?.kind, owner?.name], ['Tenant', 'acme-web']);
  it.table.rows = [row('acme', { db_password: other })];
  await it.until('the child has the new value', async () => (await decoded(it, 'acme-db', 'password')) === other, 60_000);
  await it.advance(5_000);
  const seen: unknown[] = [it.log, it.metrics.render()];
  const { namespace } = await import('./world.ts');
  for (const kind of ['Tenant', 'TenantRegistry', 'TenantTemplate'])
    seen.push(await it.client.list({ apiVersion: 'operator.kubernetes-tenants.org/v1', kind }, { namespace }));
  seen.push(
    await it.client.list({ apiVersion: 'apps/v1', kind: 'ControllerRevision' }, { namespace }),
    await it.client.list({ apiVersion: 'v1', kind: 'Event' }, { namespace }),
  );
  const text = JSON.stringify(seen);
  for (const secret of [value, other])
    assert.ok(!text.includes(secret) && !text.includes(Buffer.from(secret).toString('base64')), `${secret} shows up`);
  const revisions = JSON.stringify(await it.client.list({ apiVersion: 'apps/v1', kind: 'ControllerRevision' }, { namespace }));
  assert.ok(!revisions.includes('in-the-template'), 'bodies of Secrets are not in the revision');
  await it.close();
});

test('trap 8: a conflict on a Secret names the field and no value', async () => {
  const foreign = { ...secretKind, metadata: { name: 'acme-db', namespace: 'tenants' }, stringData: { password: other } };
  const it = await world({ rows: [row('acme', { db_password: value })], registry, template, objects: [foreign] });
  await it.until('judged', async () => condition(await it.tenant('acme-web'), 'Conflicted').startsWith('True'), 20_000);
  const text = JSON.stringify([await it.tenant('acme-web'), await it.events('acme-web'), it.log]);
  assert.ok(!text.includes(value) && !text.includes(other) && !text.includes(Buffer.from(other).toString('base64')));
  assert.equal(await decoded(it, 'acme-db', 'password'), other);
  await it.close();
});

test('taking the secret mapping away takes the Secret away', async () => {
  const it = await world({
    rows: [row('acme', { db_password: value })],
    registry,
    template: {
      configMaps: [],
      deployments: [],
      secrets: [{ ...credentials, spec: { apiVersion: 'v1', kind: 'Secret', stringData: { a: 'b' } } }],
    },
  });
  await untilReady(it, 1);
  assert.ok(await it.get(secretKind, 'acme-web-variables'));
  await it.client.patch(
    { apiVersion: 'operator.kubernetes-tenants.org/v1', kind: 'TenantRegistry', namespace: 'tenants', name: 'acme-saas' },
    { type: 'merge', body: { spec: { secretValueMappings: null } } },
  );
  await it.until('gone', async () => (await it.get(secretKind, 'acme-web-variables')) === undefined, 30_000);
  await untilReady(it, 1);
  await it.close();
});

test('the password comes from its Secret: a missing one is named, a new one makes a new pool at once, the same one keeps it', async () => {
  const source = {
    type: 'mysql',
    syncInterval: '1h',
    mysql: { host: 'db', username: 'reader', passwordRef: { name: 'customers-db', key: 'password' }, database: 'saas', table: 'customers' },
  };
  const it = await world({ rows: [row('acme')], registry: { source }, template: { deployments: [] } });
  await it.advance(10_000);
  const registryOf = () => it.get({ apiVersion: 'operator.kubernetes-tenants.org/v1', kind: 'TenantRegistry' }, 'acme-saas');
  assert.match(
    condition(await registryOf(), 'Ready'),
    /^False DatabaseConnectionFailed Secret customers-db does not exist in namespace tenants: create the Secret with that key/,
  );
  const secret = (password: string) => ({
    ...secretKind,
    metadata: { name: 'customers-db', namespace: 'tenants' },
    stringData: { password },
  });
  await it.client.create(secret('first'));
  await untilReady(it, 1);
  const passwords = () => it.sources.map(({ config }) => ('password' in config ? config.password : undefined));
  assert.deepEqual(passwords(), ['first']);
  await it.client.patch(
    { ...secretKind, namespace: 'tenants', name: 'customers-db' },
    { type: 'merge', body: { metadata: { labels: { a: 'b' } } } },
  );
  await it.advance(10_000);
  assert.deepEqual(passwords(), ['first']);
  const { reads } = it.table;
  await it.client.patch(
    { ...secretKind, namespace: 'tenants', name: 'customers-db' },
    { type: 'merge', body: { stringData: { password: 'second' } } },
  );
  await it.advance(10_000);
  assert.deepEqual(passwords(), ['first', 'second']);
  assert.ok(it.table.reads > reads, 'it syncs at once');
  assert.ok(!JSON.stringify([it.log, await registryOf()]).includes('second'));
  await it.close();
});
