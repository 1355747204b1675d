// A demo with a second registry over a MariaDB table of its own, for the tests that type the runbooks of the tenant operator.
import assert from 'node:assert/strict';
import { type Connection, createConnection } from 'mysql2/promise';
import { mysqlAddress, requireListening } from './databases.ts';
import { type Demo, startDemo } from './demo.ts';
import { Runbook } from './runbook.ts';

const password = 'runbook-password';
/** Beyond this nothing more is to be expected, of the slowest machine. */
const PATIENCE_MS = 180_000;

const objects = (database: string): string => `
apiVersion: v1
kind: Secret
metadata: {name: customers-db, namespace: tenants}
stringData: {password: ${password}}
---
apiVersion: operator.kubernetes-tenants.org/v1
kind: TenantRegistry
metadata: {name: shops, namespace: tenants}
spec:
  source:
    type: mysql
    syncInterval: 2s
    mysql: {host: ${mysqlAddress().host}, port: ${mysqlAddress().port}, username: ${database}, database: ${database}, table: customers, passwordRef: {name: customers-db, key: password}}
  valueMappings: {uid: uid, hostOrUrl: url, activate: activate}
  extraValueMappings: {image: image}
---
apiVersion: operator.kubernetes-tenants.org/v1
kind: TenantTemplate
metadata: {name: shop, namespace: tenants}
spec:
  registryId: shops
  persistentVolumeClaims:
    - id: data
      nameTemplate: '{{ .uid }}-data'
      spec: {apiVersion: v1, kind: PersistentVolumeClaim, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
  jobs:
    - id: init
      nameTemplate: '{{ .uid }}-init'
      spec:
        apiVersion: batch/v1
        kind: Job
        spec: {completions: 1, template: {spec: {restartPolicy: Never, containers: [{name: init, image: busybox, command: [echo, 'initialised {{ .uid }}']}]}}}
  statefulSets:
    - id: cache
      nameTemplate: '{{ .uid }}-cache'
      spec:
        apiVersion: apps/v1
        kind: StatefulSet
        spec:
          serviceName: '{{ .uid }}-cache'
          replicas: 1
          selector: {matchLabels: {app: '{{ .uid }}-cache'}}
          template: {metadata: {labels: {app: '{{ .uid }}-cache'}}, spec: {containers: [{name: cache, image: 'redis:7'}]}}
  deployments:
    - id: web
      nameTemplate: '{{ .uid }}-shop'
      dependIds: [cache]
      timeoutSeconds: 600
      spec:
        apiVersion: apps/v1
        kind: Deployment
        spec:
          replicas: 1
          selector: {matchLabels: {app: '{{ .uid }}-shop'}}
          template:
            metadata: {labels: {app: '{{ .uid }}-shop'}}
            spec:
              containers:
                - name: web
                  image: '{{ .image }}'
                  readinessProbe: {httpGet: {path: /health, port: 8080}}
`;

export class TenantSession {
  readonly demo: Demo;
  readonly runbook: Runbook;
  readonly sql: Connection;
  readonly #database: string;

  private constructor(demo: Demo, runbook: Runbook, sql: Connection, database: string) {
    this.demo = demo;
    this.runbook = runbook;
    this.sql = sql;
    this.#database = database;
  }

  /** Registry `shops` with the tenants alpha-shop and beta-shop, all ready, beside the demo's own registry. */
  static async start(runbook: string, database: string): Promise<TenantSession> {
    await requireListening('MariaDB', mysqlAddress());
    const sql = await createConnection({ ...mysqlAddress(), multipleStatements: true });
    await sql.query(`DROP DATABASE IF EXISTS ${database}; CREATE DATABASE ${database}; USE ${database};
      CREATE TABLE customers (uid VARCHAR(20) PRIMARY KEY, url VARCHAR(80), activate TINYINT, image VARCHAR(80));
      INSERT INTO customers VALUES ('alpha', 'https://alpha.example.com', 1, 'nginx:1.27'), ('beta', 'https://beta.example.com', 1, 'nginx:1.27'),
        ('idle', 'https://idle.example.com', 0, 'nginx:1.27');`);
    for (const host of ['%', 'localhost']) {
      await sql.query(
        `CREATE OR REPLACE USER ${database}@'${host}' IDENTIFIED BY '${password}'; GRANT ALL ON ${database}.* TO ${database}@'${host}';`,
      );
    }
    const demo = await startDemo(['--rows', '2'], { stdout: /2\/2 tenants ready in/, stderr: /Ctrl-C ends it/ });
    const session = new TenantSession(demo, new Runbook(runbook), sql, database);
    try {
      await session.shell(`kubectl apply -f - <<'EOF'\n${objects(database)}\nEOF`);
      await session.eventually('kubectl get tenantregistry shops -n tenants --no-headers', /shops +1 +2 +2 +0 +0/);
    } catch (error) {
      await session.stop();
      throw error;
    }
    return session;
  }

  async stop(): Promise<void> {
    for (const host of ['%', 'localhost']) await this.sql.query(`DROP USER IF EXISTS ${this.#database}@'${host}'`);
    await this.sql.query(`DROP DATABASE IF EXISTS ${this.#database}`);
    await this.sql.end();
    await this.demo.stop();
  }

  /** What the placeholders of the runbooks stand for. */
  get values(): Record<string, string> {
    return {
      'registry-name': 'shops',
      namespace: 'tenants',
      'registry-namespace': 'tenants',
      'template-name': 'shop',
      'tenant-name': 'alpha-shop',
      host: mysqlAddress().host,
      'database-host': mysqlAddress().host,
      port: String(mysqlAddress().port),
      user: this.#database,
      password,
      'password-secret': 'customers-db',
      'new-password': password,
      database: this.#database,
      table: `${this.#database}.customers`,
    };
  }

  /** The one line of the runbook with these parts, its placeholders filled. */
  line(parts: readonly (string | RegExp)[], values: Readonly<Record<string, string>> = {}): string {
    return this.runbook.line(parts, { ...this.values, ...values });
  }

  /** The one fenced block of the runbook with these parts, as it is pasted into a shell. */
  block(parts: readonly string[], values: Readonly<Record<string, string>> = {}): string {
    return this.runbook.block(parts, { ...this.values, ...values });
  }

  /** Types a line in the demo's own folder (lines that write files leave them there); stdout and stderr, whatever the exit status. */
  async shell(line: string): Promise<string> {
    const { stdout, stderr } = await this.demo.type(line);
    return stdout + stderr;
  }

  /** Stdout of a line of the runbook. */
  async type(parts: readonly (string | RegExp)[], values: Readonly<Record<string, string>> = {}): Promise<string> {
    return (await this.demo.type(this.line(parts, values))).stdout;
  }

  /** Types a line again until what it prints on stdout, or on both streams, matches or is equal: what a person does with the arrow key. */
  async eventually(line: string, wanted: RegExp | string): Promise<string> {
    const holds = (text: string): boolean => (typeof wanted === 'string' ? text === wanted : wanted.test(text));
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const { stdout, stderr } = await this.demo.type(line);
      if (holds(stdout) || holds(stdout + stderr)) return stdout + stderr;
      if (Date.now() > deadline) assert.fail(`${line}\nnever matched ${wanted}:\n${stdout}${stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  /** `eventually` for a line of the runbook; of `watch '…'` the inner command. */
  see(parts: readonly (string | RegExp)[], wanted: RegExp | string, values: Readonly<Record<string, string>> = {}): Promise<string> {
    const line = this.line(parts, values);
    return this.eventually(line.startsWith("watch '") ? line.slice(7, -1) : line, wanted);
  }
}
