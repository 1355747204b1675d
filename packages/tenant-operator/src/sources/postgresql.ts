/** PostgreSQL, through pg. One small pool per registry; rows come through a server-side cursor, every value as the server's own text. */
import type { Clock } from '@caretaker/kube';
import pg from 'pg';
import { checkCount, withDeadline } from './deadline.ts';
import { driverError, networkErrorCode, networkMessage, SourceError } from './errors.ts';
import { quoteTable, statements } from './identifiers.ts';
import { listen } from './postgresql-listen.ts';
import type { ReadRequest, Source, SourceRow } from './source.ts';
import { timestampText } from './time-text.ts';
import type { ServerConfig } from './tls.ts';

const connectTimeoutMs = 10_000;
/** Rows per fetch from the cursor. */
const batch = 1_000;

/** Oids of pg_type that are not taken as they are written. */
const boolOid = 16;
const timestampOids = new Set([1114, 1184]);

const asBoolean = (text: string) => (text === 't' ? 'true' : 'false');
const asIs = (text: string) => text;

function parserOf(oid: number): (text: string) => string {
  if (oid === boolOid) return asBoolean;
  return timestampOids.has(oid) ? timestampText : asIs;
}

function classify(error: unknown, description: string, config: ServerConfig): SourceError {
  if (error instanceof SourceError) return error;
  const { code, message } = driverError(error);
  switch (code) {
    case '42703': {
      const column = /column "?(.*?)"? does not exist/.exec(message)?.[1];
      return new SourceError('ColumnMissing', `column ${JSON.stringify(column ?? '')} does not exist in ${description}`, { column });
    }
    case '42P01':
    case '3F000':
      return new SourceError('TableMissing', `table does not exist: ${description}`);
    case '3D000':
      return new SourceError('DatabaseMissing', `database does not exist: ${description}`);
    case '42501':
      return new SourceError('PermissionDenied', `forbidden: user ${config.username} may not read ${description}`);
    case '28P01':
    case '28000':
      return new SourceError('AuthenticationFailed', `authentication failed: unauthorized user ${config.username} at ${description}`);
    case '57014':
      return new SourceError('Timeout', `timeout: the server broke off the query of ${description}`);
    case '57P01':
    case '57P02':
    case '57P03':
    case '08006':
      return new SourceError('ConnectionLost', networkMessage('ConnectionLost', description, message));
    default: {
      if (/SASL|password must be a string/i.test(message))
        return new SourceError('AuthenticationFailed', `authentication failed: unauthorized user ${config.username} at ${description}`);
      if (/timeout/i.test(message)) return new SourceError('Timeout', networkMessage('Timeout', description, message));
      const known = networkErrorCode(code, message);
      if (known) return new SourceError(known, networkMessage(known, description, code || message), { cause: error });
      return new SourceError('QueryFailed', `query failed: ${description} (${message})`, { cause: error });
    }
  }
}

function sslOf(config: ServerConfig): pg.PoolConfig['ssl'] {
  const { tls } = config;
  if (!tls) return false;
  return {
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    rejectUnauthorized: tls.mode !== 'require',
    ...(tls.mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  };
}

/** How a connection to the server is set up. */
function clientConfig(config: ServerConfig): pg.ClientConfig {
  return {
    host: config.host,
    port: config.port,
    user: config.username,
    password: config.password ?? '',
    database: config.database,
    ssl: sslOf(config),
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    application_name: 'tenant-operator',
  };
}

/** `table` may be `schema.table`. @throws nothing; every failure comes from `read`. */
export function postgresqlSource(config: ServerConfig, clock: Clock): Source {
  const schema = config.schema ?? 'public';
  const description = `postgresql table ${config.table} of ${config.database} at ${config.host}:${config.port}`;
  const pool = new pg.Pool({ ...clientConfig(config), max: 2, idleTimeoutMillis: 600_000 });
  // A connection that dies while idle is dropped by the pool; the next read opens another and reports what it finds.
  pool.on('error', () => undefined);
  // A connection that dies under a read fails that read; without a listener the event would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));

  async function snapshot(client: pg.PoolClient, request: ReadRequest, take: (row: SourceRow) => void): Promise<number> {
    const { rows, count } = statements(request.columns, quoteTable(config.table, '"', schema), '"');
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    // Inside the transaction, so that a pooler in between (PgBouncer) takes it.
    await client.query("SET LOCAL TimeZone = 'UTC'");
    await client.query("SET LOCAL DateStyle = 'ISO'");
    await client.query(`SET LOCAL statement_timeout = ${Math.ceil(request.timeoutMs)}`);
    await client.query(`DECLARE tenant_rows NO SCROLL CURSOR FOR ${rows}`);
    const fetch = { text: `FETCH ${batch} FROM tenant_rows`, rowMode: 'array', types: { getTypeParser: parserOf } } as const;
    let read = 0;
    for (;;) {
      const part: { rows: (string | null)[][] } = await client.query(fetch);
      if (part.rows.length === 0) break;
      for (const row of part.rows) take(row);
      read += part.rows.length;
    }
    await client.query('CLOSE tenant_rows');
    const counted = await client.query({ text: count, rowMode: 'array' });
    checkCount(description, read, Number(counted.rows[0]?.[0] ?? -1));
    await client.query('COMMIT');
    return read;
  }

  async function read(request: ReadRequest, take: (row: SourceRow) => void): Promise<number> {
    let client: pg.PoolClient | undefined;
    let abandoned = false;
    const drop = () => {
      abandoned = true;
      client?.release(true);
      client = undefined;
    };
    const work = async () => {
      const acquired = await pool.connect();
      if (abandoned) {
        acquired.release(true);
        return 0;
      }
      client = acquired;
      return snapshot(acquired, request, (row) => {
        if (!abandoned) take(row);
      });
    };
    try {
      const rows = await withDeadline(clock, request, description, work, drop);
      client?.release();
      return rows;
    } catch (error) {
      drop();
      throw classify(error, description, config);
    }
  }

  const { notifyChannel } = config;
  const watch = notifyChannel === undefined ? undefined : (wake: () => void) => listen(clientConfig(config), notifyChannel, clock, wake);
  return { description, read, watch, close: () => pool.end().catch(() => undefined) };
}
