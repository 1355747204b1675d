/**
 * The acceptance of the tenant operator, on whatever control plane with running fake pods it is given, on MariaDB and PostgreSQL. It runs as a process of its own, with a token of the
 * ServiceAccount that `kubectl apply -k config` made, bound by config/rbac alone.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import pg from 'pg';
import { stringify } from 'yaml';
import type { AuditEntry, ControlPlane } from '../lib/control-plane.ts';
import { mysqlAddress, postgresAddress, requireListening } from '../lib/databases.ts';

/** First of the ports that the operator serves metrics and probes on. */
const port = Number(process.env['CARETAKER_TEST_PORT'] ?? 26_000);
const root = join(import.meta.dirname, '..', '..', '..');
const database = 'caretaker_tenants';
const account = 'system:serviceaccount:tenant-operator-system:tenant-operator-controller-manager';

let plane: ControlPlane;
let mysql: Connection;
let postgres: pg.Client;
let operator: ChildProcess;

const kubectl = (...args: string[]) => plane.kubectl(...args);
const shell = (text: string, ...args: string[]) => kubectl('-n', 'tenants', ...args, '-o', `jsonpath=${text}`);

async function until(what: string, condition: () => Promise<boolean>, seconds = 120): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await condition().catch(() => false))) {
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await wait(250);
  }
}

async function apply(...objects: object[]): Promise<void> {
  const file = join(plane.directory, `apply-${process.hrtime.bigint()}.yaml`);
  writeFileSync(file, objects.map((object) => stringify(object)).join('---\n'));
  await kubectl('apply', '-f', file);
}

const configMap = (value: string) => ({
  id: 'settings',
  nameTemplate: '{{ .uid }}-settings',
  spec: { apiVersion: 'v1', kind: 'ConfigMap', data: { plan: '{{ .plan }}', host: '{{ .host }}', version: value } },
});
const template = (version: string, over: Record<string, unknown> = {}) => ({
  apiVersion: 'operator.kubernetes-tenants.org/v1',
  kind: 'TenantTemplate',
  metadata: { name: 'web', namespace: 'tenants' },
  spec: {
    registryId: 'customers',
    configMaps: [configMap(version)],
    serviceAccounts: [{ id: 'account', nameTemplate: '{{ .uid }}', spec: { apiVersion: 'v1', kind: 'ServiceAccount' } }],
    services: [
      {
        id: 'service',
        nameTemplate: '{{ .uid }}',
        spec: { apiVersion: 'v1', kind: 'Service', spec: { selector: { app: '{{ .uid }}' }, ports: [{ port: 80 }] } },
      },
    ],
    deployments: [
      {
        id: 'web',
        nameTemplate: '{{ .uid }}',
        dependIds: ['settings'],
        spec: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          spec: {
            replicas: '{{ .replicas | int }}',
            selector: { matchLabels: { app: '{{ .uid }}' } },
            template: { metadata: { labels: { app: '{{ .uid }}' } }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } },
          },
        },
      },
    ],
    ...over,
  },
});
const registry = (name: string, source: object) => ({
  apiVersion: 'operator.kubernetes-tenants.org/v1',
  kind: 'TenantRegistry',
  metadata: { name, namespace: 'tenants' },
  spec: {
    source,
    valueMappings: { uid: 'id', hostOrUrl: 'url', activate: 'active' },
    extraValueMappings: { plan: 'plan', replicas: 'replicas' },
    secretValueMappings: { apiToken: 'token' },
  },
});
const columns = '(id VARCHAR(63) PRIMARY KEY, url TEXT, active SMALLINT, plan TEXT, replicas INT, token TEXT)';
const customer = (id: string, active = 1) => `('${id}', 'https://${id}.example.com/x', ${active}, 'pro', 1, 'token-of-${id}')`;

const counts = async (name: string) => shell('{.status.desired} {.status.ready} {.status.failed}', 'get', 'tenantregistry', name);
const planOf = (id: string) => shell('{.data.plan}', 'get', 'configmap', `${id}-settings`);
const exists = async (...args: string[]) =>
  (await kubectl('-n', 'tenants', 'get', ...args, '--ignore-not-found', '-o', 'name')).trim() !== '';
const ours = (from = 0): AuditEntry[] => plane.audit().filter((entry) => entry.user === account && entry.at >= from);

function startOperator(kubeconfig: string): ChildProcess {
  const main = join(root, 'packages', 'tenant-operator', 'src', 'main.ts');
  const args = ['--disable-warning=ExperimentalWarning', main, '--kubeconfig', kubeconfig, '--leader-elect'];
  const child = spawn(
    process.execPath,
    [...args, `--metrics-bind-address=127.0.0.1:${port + 80}`, `--health-probe-bind-address=127.0.0.1:${port + 81}`],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const log = createWriteStream(join(plane.directory, 'operator.log'), { flags: 'a' });
  child.stdout?.pipe(log);
  child.stderr?.pipe(log);
  return child;
}

export interface TenantOperatorTarget {
  /** What it runs on, for people. */
  name: string;
  start(): Promise<ControlPlane>;
  /** How long the steady state is watched. */
  steadySeconds: number;
}

export function tenantOperatorAcceptance({ name, start, steadySeconds }: TenantOperatorTarget): void {
  describe(`the tenant operator on ${name}`, () => {
    before(async () => {
      await requireListening('MariaDB', mysqlAddress());
      await requireListening('PostgreSQL', postgresAddress());
      mysql = await createConnection(mysqlAddress());
      await mysql.query(`DROP DATABASE IF EXISTS ${database}`);
      await mysql.query(`CREATE DATABASE ${database}`);
      await mysql.query(`USE ${database}`);
      const admin = new pg.Client({ ...postgresAddress(), database: 'postgres' });
      await admin.connect();
      await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      await admin.query(`CREATE DATABASE ${database}`);
      await admin.end();
      postgres = new pg.Client({ ...postgresAddress(), database });
      await postgres.connect();

      plane = await start();
      await kubectl('apply', '-k', join(root, 'config'));
      await kubectl('apply', '-f', join(root, 'config', 'rbac'));
      await kubectl('-n', 'tenant-operator-system', 'scale', 'deployment/tenant-operator-controller-manager', '--replicas=0');
      await kubectl('create', 'namespace', 'tenants');
      const secret = [
        '-n',
        'tenant-operator-system',
        'get',
        'secret',
        'tenant-operator-controller-manager-token',
        '-o',
        'jsonpath={.data.token}',
      ];
      await until('the token of the ServiceAccount', async () => (await kubectl(...secret)) !== '');
      const token = Buffer.from(await kubectl(...secret), 'base64').toString();
      const kubeconfig = join(plane.directory, 'serviceaccount.kubeconfig');
      writeFileSync(
        kubeconfig,
        stringify({
          apiVersion: 'v1',
          kind: 'Config',
          clusters: [{ name: 'c', cluster: { server: plane.url, 'certificate-authority': plane.caFile } }],
          users: [{ name: 'u', user: { token } }],
          contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
          'current-context': 'c',
        }),
      );
      operator = startOperator(kubeconfig);
    });

    after(async () => {
      operator?.kill('SIGTERM');
      if (operator && operator.exitCode === null) await new Promise((resolve) => operator.once('exit', resolve));
      await plane?.stop();
      await mysql?.query(`DROP DATABASE ${database}`);
      await mysql?.end();
      await postgres?.end();
    });

    test('100 rows of MariaDB become 100 Ready tenants', { timeout: 900_000 }, async () => {
      await mysql.query(`CREATE TABLE customers ${columns}`);
      await mysql.query(
        `INSERT INTO customers VALUES ${Array.from({ length: 100 }, (_, index) => customer(`c${index}`)).join(',')}, ${customer('off', 0)}`,
      );
      await apply({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'c99-settings', namespace: 'tenants' },
        data: { plan: 'theirs' },
      });
      const { host, port: mysqlPort, user, password } = mysqlAddress();
      await kubectl('-n', 'tenants', 'create', 'secret', 'generic', 'mysql-password', `--from-literal=password=${password}`);
      const source = {
        type: 'mysql',
        syncInterval: '5s',
        mysql: {
          host,
          port: mysqlPort,
          username: user,
          passwordRef: { name: 'mysql-password', key: 'password' },
          database,
          table: 'customers',
        },
      };
      await apply(registry('customers', source), template('1'));
      await until('99 of 100 ready, one in conflict', async () => (await counts('customers')) === '100 99 1', 400);
      await kubectl('-n', 'tenants', 'delete', 'configmap', 'c99-settings');
      await until('100 of 100 ready', async () => (await counts('customers')) === '100 100 0', 240);
      const lines = (await kubectl('-n', 'tenants', 'get', 'tenants', '--no-headers')).trim().split('\n');
      assert.equal(lines.length, 100);
      for (const line of lines) assert.match(line, /^c\d+-web +True +AllResourcesReady /);
    });

    test('a changed row changes its children', async () => {
      await mysql.query(`UPDATE customers SET plan = 'gold', replicas = 2 WHERE id = 'c5'`);
      await until('the new plan', async () => (await planOf('c5')) === 'gold', 90);
      await until('two pods', async () => (await shell('{.status.readyReplicas}', 'get', 'deployment', 'c5')) === '2', 90);
      assert.equal(await planOf('c6'), 'pro');
    });

    test('a deactivated row removes its tenant and children, and nothing else', async () => {
      await mysql.query(`UPDATE customers SET active = 0 WHERE id = 'c7'`);
      await until('gone', async () => !(await exists('tenant', 'c7-web')), 90);
      await until('children gone', async () => !(await exists('configmap', 'c7-settings')) && !(await exists('deployment', 'c7')), 90);
      assert.equal((await kubectl('-n', 'tenants', 'get', 'tenants', '--no-headers')).trim().split('\n').length, 99);
    });

    test('a template change reaches all', { timeout: 600_000 }, async () => {
      await apply(template('2'));
      const versions = async () =>
        new Set((await shell('{.items[*].data.version}', 'get', 'configmaps', '-l', 'kubernetes-tenants.org/tenant')).split(' '));
      await until('all at version 2', async () => [...(await versions())].join() === '2', 240);
      await until('all ready', async () => (await counts('customers')) === '99 99 0', 180);
    });

    test('a child changed by hand comes back, a deleted one too', async () => {
      await kubectl('-n', 'tenants', 'patch', 'configmap', 'c1-settings', '--type=merge', '-p', '{"data":{"plan":"hacked"}}');
      await until('repaired', async () => (await planOf('c1')) === 'pro', 30);
      await kubectl('-n', 'tenants', 'patch', 'service', 'c1', '--type=merge', '-p', '{"spec":{"selector":{"app":"other"}}}');
      await until('repaired', async () => (await shell('{.spec.selector.app}', 'get', 'service', 'c1')) === 'c1', 30);
      await kubectl('-n', 'tenants', 'delete', 'service', 'c1');
      await until('made again', () => exists('service', 'c1'), 30);
    });

    test('a foreign object is never touched, also when its tenant goes', async () => {
      await apply({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'foreign-settings', namespace: 'tenants' },
        data: { plan: 'theirs' },
      });
      const before = await shell('{.metadata.resourceVersion}', 'get', 'configmap', 'foreign-settings');
      await mysql.query(`INSERT INTO customers VALUES ${customer('foreign')}`);
      await until(
        'in conflict',
        async () => (await shell('{.status.conditions[0].reason}', 'get', 'tenant', 'foreign-web')) === 'ResourcesConflicted',
        90,
      );
      await mysql.query(`DELETE FROM customers WHERE id = 'foreign'`);
      await until('gone', async () => !(await exists('tenant', 'foreign-web')), 90);
      assert.equal(await shell('{.metadata.resourceVersion}', 'get', 'configmap', 'foreign-settings'), before);
    });

    test('rows of PostgreSQL become tenants, and NOTIFY makes a change arrive at once', async () => {
      await postgres.query(`CREATE TABLE customers ${columns}`);
      await postgres.query(`INSERT INTO customers VALUES ${Array.from({ length: 10 }, (_, index) => customer(`p${index}`)).join(',')}`);
      const { host, port: postgresPort, user } = postgresAddress();
      const source = {
        type: 'postgresql',
        syncInterval: '1h',
        postgresql: { host, port: postgresPort, username: user, database, table: 'customers', notifyChannel: 'customers_changed' },
      };
      const web = template('1', { registryId: 'pg' });
      await apply(registry('pg', source), { ...web, metadata: { name: 'pg', namespace: 'tenants' } });
      await until('10 of 10 ready', async () => (await counts('pg')) === '10 10 0', 180);
      await postgres.query(`UPDATE customers SET plan = 'gold' WHERE id = 'p3'`);
      await postgres.query('NOTIFY customers_changed');
      await until('the new plan', async () => (await planOf('p3')) === 'gold', 90);
    });

    test('secret values are in Secrets alone', async () => {
      assert.equal(Buffer.from(await shell('{.data.apiToken}', 'get', 'secret', 'c3-web-variables'), 'base64').toString(), 'token-of-c3');
      const text = await kubectl(
        '-n',
        'tenants',
        'get',
        'tenants,tenantregistries,tenanttemplates,controllerrevisions,events',
        '-o',
        'yaml',
      );
      assert.ok(!text.includes('token-of-'));
    });

    test('registryId cannot be changed', async () => {
      await assert.rejects(
        kubectl('-n', 'tenants', 'patch', 'tenanttemplate', 'web', '--type=merge', '-p', '{"spec":{"registryId":"other"}}'),
        /registryId is immutable/,
      );
    });

    test(`steady state: ${steadySeconds} s hold lease renewals, a status write a minute and two watch openings per kind`, {
      timeout: steadySeconds * 1000 + 300_000,
    }, async () => {
      await kubectl('-n', 'tenants', 'delete', 'tenantregistry', 'pg');
      await until(
        'the registry of PostgreSQL is gone',
        async () => (await exists('tenants', '-l', 'kubernetes-tenants.org/registry=pg')) === false,
        90,
      );
      await wait(20_000);
      const from = Date.now();
      await wait(steadySeconds * 1000);
      const requests = ours(from).filter(({ requestURI }) => !requestURI.includes('/leases/'));
      const watches = requests.filter(({ verb }) => verb === 'watch');
      const statuses = requests.filter(({ requestURI }) => /\/tenantregistries\/customers\/status/.test(requestURI));
      const rest = requests.filter((entry) => !watches.includes(entry) && !statuses.includes(entry));
      assert.deepEqual(
        rest.map(({ verb, requestURI }) => `${verb} ${requestURI}`),
        [],
      );
      assert.ok(statuses.length <= Math.ceil(steadySeconds / 60), `${statuses.length} status writes`);
      const openings = new Map<string, number>();
      for (const { requestURI } of new Map(watches.map((entry) => [`${entry.at} ${entry.requestURI}`, entry])).values()) {
        const kind = new URL(requestURI, plane.url).pathname.split('/').at(-1) ?? '';
        openings.set(kind, (openings.get(kind) ?? 0) + 1);
      }
      for (const [kind, count] of openings) assert.ok(count <= 2, `${count} watch openings of ${kind}`);
    });

    test('the audit log holds no 403 of the operator', () => {
      assert.deepEqual(
        ours()
          .filter(({ code }) => code === 403)
          .map(({ verb, requestURI }) => `${verb} ${requestURI}`),
        [],
      );
      assert.ok(ours().length > 500);
    });
  });
}
