// The work of ../shared/reference/measured.md, for MariaDB: per row a ConfigMap, a Service, a ServiceAccount and a Deployment of one replica that depends on the ConfigMap.
import type { KubeObject } from '@caretaker/kube';
import { type Connection, createConnection } from 'mysql2/promise';
import { mysqlAddress } from '../../test/cluster/lib/databases.ts';

export const childrenPerRow = 4;
export const namespace = 'tenants';

export interface Table {
  database: string;
  connection: Connection;
  insert(from: number, count: number): Promise<void>;
  run(sql: string, ...values: (string | number)[]): Promise<void>;
  drop(): Promise<void>;
}

/** A fresh database of its own with `count` active rows, uids `c0000` …. */
export async function createTable(name: string, count: number): Promise<Table> {
  const { host, port, user, password } = mysqlAddress();
  const connection = await createConnection({ host, port, user, password, multipleStatements: false });
  await connection.query(`DROP DATABASE IF EXISTS \`${name}\``);
  await connection.query(`CREATE DATABASE \`${name}\``);
  await connection.query(
    `CREATE TABLE \`${name}\`.customers (id VARCHAR(63) PRIMARY KEY, url VARCHAR(200), active TINYINT NOT NULL, plan VARCHAR(20), replicas INT)`,
  );
  const insert = async (from: number, rows: number): Promise<void> => {
    const values = Array.from({ length: rows }, (_, i) => [uidOf(from + i), `https://${uidOf(from + i)}.example.com`, 1, 'pro', 1]);
    await connection.query(`INSERT INTO \`${name}\`.customers VALUES ?`, [values]);
  };
  await insert(0, count);
  return {
    database: name,
    connection,
    insert,
    run: async (sql, ...values) => {
      await connection.execute(sql.replaceAll('customers', `\`${name}\`.customers`), values);
    },
    drop: async () => {
      await connection.query(`DROP DATABASE \`${name}\``);
      await connection.end();
    },
  };
}

export const uidOf = (index: number): string => `c${String(index).padStart(4, '0')}`;

/** Namespace, registry and template of the bench. */
export function manifests(table: Table, syncInterval: string): KubeObject[] {
  const { host, port, user } = mysqlAddress();
  const group = 'operator.kubernetes-tenants.org/v1';
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: group,
      kind: 'TenantRegistry',
      metadata: { name: 'bench', namespace },
      spec: {
        source: { type: 'mysql', syncInterval, mysql: { host, port, username: user, database: table.database, table: 'customers' } },
        valueMappings: { uid: 'id', hostOrUrl: 'url', activate: 'active' },
        extraValueMappings: { plan: 'plan', replicas: 'replicas' },
      },
    },
    { apiVersion: group, kind: 'TenantTemplate', metadata: { name: 'web', namespace }, spec: templateSpec },
  ];
}

const app = { app: '{{ .uid }}' };

const templateSpec = {
  registryId: 'bench',
  configMaps: [
    {
      id: 'settings',
      nameTemplate: '{{ .uid }}-settings',
      spec: { apiVersion: 'v1', kind: 'ConfigMap', data: { plan: '{{ .plan }}', host: '{{ .host }}' } },
    },
  ],
  serviceAccounts: [{ id: 'account', nameTemplate: '{{ .uid }}', spec: { apiVersion: 'v1', kind: 'ServiceAccount' } }],
  services: [
    {
      id: 'service',
      nameTemplate: '{{ .uid }}',
      spec: { apiVersion: 'v1', kind: 'Service', spec: { selector: app, ports: [{ port: 80, targetPort: 8080 }] } },
    },
  ],
  deployments: [
    {
      id: 'web',
      nameTemplate: '{{ .uid }}-web',
      dependIds: ['settings'],
      spec: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        spec: {
          replicas: '{{ .replicas | int }}',
          selector: { matchLabels: app },
          template: { metadata: { labels: app }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } },
        },
      },
    },
  ],
};
