/** The sources against a real MariaDB or MySQL (CARETAKER_MYSQL_URL) and a real PostgreSQL (CARETAKER_POSTGRES_URL). */
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, test } from 'node:test';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { mysqlSource } from '../../packages/tenant-operator/src/sources/mysql.ts';
import { postgresqlSource } from '../../packages/tenant-operator/src/sources/postgresql.ts';
import type { Source } from '../../packages/tenant-operator/src/sources/source.ts';
import type { ServerConfig } from '../../packages/tenant-operator/src/sources/tls.ts';
import { conformance, readAll } from '../../packages/tenant-operator/test/sources/conformance.ts';
import { realClock } from '../../packages/tenant-operator/test/sources/real-clock.ts';
import { type DatabaseAddress, mysqlAddress, postgresAddress, requireListening } from './lib/databases.ts';

const database = 'caretaker_sources';

const configOf = ({ host, port, user, password }: DatabaseAddress): Omit<ServerConfig, 'table'> => ({
  host,
  port,
  username: user,
  password,
  database,
});
await requireListening('MariaDB', mysqlAddress());
await requireListening('PostgreSQL', postgresAddress());
const mysqlConfig = configOf(mysqlAddress());
const postgresConfig = configOf(postgresAddress());

const mysql = await createConnection({
  host: mysqlConfig.host,
  port: mysqlConfig.port,
  user: mysqlConfig.username,
  password: mysqlConfig.password ?? '',
  charset: 'utf8mb4',
});
await mysql.query(`DROP DATABASE IF EXISTS ${database}`);
await mysql.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
await mysql.query(`USE ${database}`);

const pgBase = {
  host: postgresConfig.host,
  port: postgresConfig.port,
  user: postgresConfig.username,
  password: postgresConfig.password ?? '',
};
const root = new pg.Client({ ...pgBase, database: 'postgres' });
await root.connect();
await root.query(`DROP DATABASE IF EXISTS ${database}`);
await root.query(`CREATE DATABASE ${database}`);
const postgres = new pg.Client({ ...pgBase, database });
await postgres.connect();

after(async () => {
  await mysql.query(`DROP DATABASE ${database}`);
  await mysql.end();
  await postgres.end();
  await root.query(`DROP DATABASE ${database} WITH (FORCE)`);
  await root.end();
});

const backtick = (name: string) => `\`${name.replaceAll('`', '``')}\``;
const doubled = (name: string) => `"${name.replaceAll('"', '""')}"`;

conformance({
  name: 'mysql',
  sql: async (statement) => {
    await mysql.query(statement);
  },
  source: (table) => mysqlSource({ ...mysqlConfig, table }, realClock),
  types: { text: 'LONGTEXT', integer: 'BIGINT', timestamp: 'DATETIME', date: 'DATE', decimal: 'DECIMAL(10,2)' },
  quote: backtick,
  literal: (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`,
});
conformance({
  name: 'postgresql',
  sql: async (statement) => {
    await postgres.query(statement);
  },
  source: (table) => postgresqlSource({ ...postgresConfig, table }, realClock),
  types: { text: 'TEXT', integer: 'BIGINT', timestamp: 'TIMESTAMP WITH TIME ZONE', date: 'DATE', decimal: 'NUMERIC(10,2)' },
  quote: doubled,
});

test('mysql: BIT(1), TINYINT(1), JSON and TIMESTAMP come as text', async () => {
  await mysql.query('CREATE TABLE kinds (a BIT(1), b TINYINT(1), c JSON, d TIMESTAMP(3) NULL)');
  await mysql.query("SET time_zone = '+05:00'");
  await mysql.query(`INSERT INTO kinds VALUES (b'1', 1, '{"a": 1}', '2026-01-02 08:04:05.120'), (b'0', 0, NULL, NULL)`);
  const source = mysqlSource({ ...mysqlConfig, table: 'kinds' }, realClock);
  const rows = await readAll(source, ['a', 'b', 'c', 'd']);
  assert.deepEqual(rows, [
    ['1', '1', '{"a": 1}', '2026-01-02T03:04:05.12Z'],
    ['0', '0', null, null],
  ]);
  await source.close();
});

test('postgresql: booleans, json, big numerics and schema.table', async () => {
  await postgres.query('CREATE SCHEMA other');
  await postgres.query('CREATE TABLE other.kinds (a BOOLEAN, b JSONB, c NUMERIC, d TIMESTAMP)');
  await postgres.query(
    `INSERT INTO other.kinds VALUES (true, '{"a":1}', 123456789012345678901234567890.5, '2026-01-02 03:04:05'), (false, null, null, null)`,
  );
  for (const config of [{ table: 'other.kinds' }, { schema: 'other', table: 'kinds' }]) {
    const source = postgresqlSource({ ...postgresConfig, ...config }, realClock);
    assert.deepEqual(await readAll(source, ['a', 'b', 'c', 'd']), [
      ['true', '{"a": 1}', '123456789012345678901234567890.5', '2026-01-02T03:04:05Z'],
      ['false', null, null, null],
    ]);
    await source.close();
  }
});

/** A way to the server that is cut after so many bytes of answer. */
async function cutAfter(bytes: number, to: { host: string; port: number }): Promise<{ port: number; close: () => void }> {
  const server = net.createServer((client) => {
    const upstream = net.connect(to);
    let left = bytes;
    client.on('error', () => undefined);
    upstream.on('error', () => undefined);
    client.pipe(upstream);
    upstream.on('data', (chunk) => {
      client.write(chunk.subarray(0, Math.max(0, left)));
      left -= chunk.length;
      if (left > 0) return;
      client.destroy();
      upstream.destroy();
    });
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return { port: address.port, close: () => server.close() };
}

const numbers = Array.from({ length: 20_000 }, (_, index) => `(${index}, '${'x'.repeat(100)}')`).join(',');
const servers: {
  name: string;
  config: Omit<ServerConfig, 'table'>;
  make: (config: ServerConfig) => Source;
  sql: (text: string) => Promise<unknown>;
}[] = [
  { name: 'mysql', config: mysqlConfig, make: (config) => mysqlSource(config, realClock), sql: (text) => mysql.query(text) },
  {
    name: 'postgresql',
    config: postgresConfig,
    make: (config) => postgresqlSource(config, realClock),
    sql: (text) => postgres.query(text),
  },
];

for (const { name, config, make, sql } of servers) {
  test(`${name}: a connection cut in the middle of a result is an error, never a short result`, async () => {
    await sql('CREATE TABLE cut (a INTEGER, b TEXT)');
    await sql(`INSERT INTO cut VALUES ${numbers}`);
    for (const bytes of [40_000, 300_000, 1_000_000]) {
      const proxy = await cutAfter(bytes, config);
      const source = make({ ...config, host: '127.0.0.1', port: proxy.port, table: 'cut' });
      await assert.rejects(readAll(source, ['a', 'b']), { name: 'SourceError', code: 'ConnectionLost', retryable: true });
      await source.close();
      proxy.close();
    }
  });

  test(`${name}: a refused connection says so, with the address`, async () => {
    const source = make({ ...config, host: '127.0.0.1', port: 1, table: 'cut' });
    await assert.rejects(readAll(source, ['a']), { code: 'ConnectionRefused', message: /^connection refused: .* at 127\.0\.0\.1:1 / });
    await source.close();
  });

  test(`${name}: a server that never answers is a time-out`, async () => {
    const held: net.Socket[] = [];
    const silent = net.createServer((socket) => held.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    assert.ok(address !== null && typeof address === 'object');
    const source = make({ ...config, host: '127.0.0.1', port: address.port, table: 'cut' });
    await assert.rejects(readAll(source, ['a'], 300), { code: 'Timeout', retryable: true });
    for (const socket of held) socket.destroy();
    silent.close();
    await source.close();
  });

  test(`${name}: a database that does not exist is named`, async () => {
    const source = make({ ...config, database: 'no_such_database', table: 'cut' });
    await assert.rejects(readAll(source, ['a']), { code: 'DatabaseMissing', message: /no_such_database/ });
    await source.close();
  });

  test(`${name}: rows committed during a read are not in it`, async () => {
    await sql('CREATE TABLE moving (a INTEGER, b TEXT)');
    await sql(`INSERT INTO moving VALUES ${numbers}`);
    const source = make({ ...config, table: 'moving' });
    let rows = 0;
    let changed: Promise<unknown> | undefined;
    const read = await source.read({ columns: ['a', 'b'], timeoutMs: 20_000 }, () => {
      rows += 1;
      changed ??= sql('INSERT INTO moving SELECT a, b FROM moving');
    });
    await changed;
    assert.deepEqual([read, rows], [20_000, 20_000]);
    await source.close();
  });
}

test('mysql: a wrong password is told without the password', async () => {
  await mysql.query(`CREATE OR REPLACE USER 'sources_reader'@'%' IDENTIFIED BY 'right'`);
  const source = mysqlSource({ ...mysqlConfig, username: 'sources_reader', password: 'wrong-secret', table: 'cut' }, realClock);
  await assert.rejects(readAll(source, ['a']), (error: Error & { code: string }) => {
    assert.equal(error.code, 'AuthenticationFailed');
    assert.match(error.message, /^authentication failed: unauthorized user sources_reader at mysql table cut/);
    assert.ok(!JSON.stringify(error).includes('wrong-secret') && !error.message.includes('wrong-secret'));
    return true;
  });
  await source.close();
  const denied = mysqlSource({ ...mysqlConfig, username: 'sources_reader', password: 'right', table: 'cut' }, realClock);
  await assert.rejects(readAll(denied, ['a']), { code: 'PermissionDenied', retryable: false });
  await denied.close();
  await mysql.query(`DROP USER 'sources_reader'@'%'`);
});

test('postgresql: TLS that the server does not have is told as such', async () => {
  const source = postgresqlSource({ ...postgresConfig, table: 'cut', tls: { mode: 'verify-full' } }, realClock);
  await assert.rejects(readAll(source, ['a']), { code: 'TLSFailed' });
  await source.close();
});
test('mysql: a certificate that nobody vouches for is refused by verify-ca, whatever the server offers', async () => {
  const source = mysqlSource({ ...mysqlConfig, table: 'cut', tls: { mode: 'verify-ca' } }, realClock);
  await assert.rejects(readAll(source, ['a']), { code: 'TLSFailed' });
  await source.close();
});

test('postgresql: a NOTIFY on the channel wakes, several are one', async () => {
  await postgres.query('CREATE TABLE notified (a TEXT)');
  const source = postgresqlSource({ ...postgresConfig, table: 'notified', notifyChannel: 'rows-changed' }, realClock);
  const woken = Promise.withResolvers<void>();
  let times = 0;
  const stop = source.watch?.(() => {
    times += 1;
    woken.resolve();
  });
  const notifying = setInterval(() => void postgres.query('NOTIFY "rows-changed"'), 20);
  await woken.promise;
  clearInterval(notifying);
  assert.equal(times, 1);
  stop?.();
  await source.close();
});
