/** MySQL and MariaDB, through mysql2. One small pool per registry; rows are streamed in the text protocol, so every value is the server's own text. */
import { connect, isIP, type Socket } from 'node:net';
import type { Clock } from '@caretaker/kube';
import { createPool, type Pool, type PoolConnection } from 'mysql2';
import { checkCount, withDeadline } from './deadline.ts';
import { driverError, networkErrorCode, networkMessage, SourceError } from './errors.ts';
import { quoteTable, statements } from './identifiers.ts';
import type { ReadRequest, Source, SourceRow } from './source.ts';
import { timestampText } from './time-text.ts';
import type { ServerConfig } from './tls.ts';

const connectTimeoutMs = 10_000;

interface CastField {
  type: string;
  string(encoding?: BufferEncoding): string | null;
  buffer(): Buffer | null;
}

/** The server's text of a value; BIT as a number, points in time in RFC 3339. */
function castText(field: CastField): string | null {
  if (field.type === 'BIT') {
    const bits = field.buffer();
    return bits === null ? null : bits.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n).toString();
  }
  const text = field.type === 'BLOB' || field.type.endsWith('_BLOB') ? field.string('utf8') : field.string();
  return text !== null && (field.type === 'DATETIME' || field.type === 'TIMESTAMP') ? timestampText(text) : text;
}

function classify(error: unknown, description: string, config: ServerConfig): SourceError {
  if (error instanceof SourceError) return error;
  const { code, message } = driverError(error);
  switch (code) {
    case 'ER_BAD_FIELD_ERROR': {
      const column = /Unknown column '(.*?)' in/.exec(message)?.[1];
      return new SourceError('ColumnMissing', `column ${JSON.stringify(column ?? '')} does not exist in ${description}`, { column });
    }
    case 'ER_NO_SUCH_TABLE':
      return new SourceError('TableMissing', `table does not exist: ${description}`);
    case 'ER_BAD_DB_ERROR':
      return new SourceError('DatabaseMissing', `database does not exist: ${description}`);
    case 'ER_DBACCESS_DENIED_ERROR':
    case 'ER_TABLEACCESS_DENIED_ERROR':
    case 'ER_COLUMNACCESS_DENIED_ERROR':
      return new SourceError('PermissionDenied', `forbidden: user ${config.username} may not read ${description}`);
    case 'ER_ACCESS_DENIED_ERROR':
    case 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR':
    case 'AUTH_SWITCH_PLUGIN_ERROR':
      return new SourceError('AuthenticationFailed', `authentication failed: unauthorized user ${config.username} at ${description}`);
    case 'ER_QUERY_TIMEOUT':
    case 'ER_STATEMENT_TIMEOUT':
      return new SourceError('Timeout', `timeout: the server broke off the query of ${description}`);
    default: {
      const known = networkErrorCode(code, message);
      if (known)
        return new SourceError(known, networkMessage(known, description, known === 'TLSFailed' ? message : code || message), {
          cause: error,
        });
      return new SourceError('QueryFailed', `query failed: ${description} (${message})`, { cause: error });
    }
  }
}

const acquire = (pool: Pool) =>
  new Promise<PoolConnection>((resolve, reject) => {
    pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)));
  });

const run = (connection: PoolConnection, sql: string) =>
  new Promise<unknown>((resolve, reject) => {
    connection.query({ sql, rowsAsArray: true }, (error, rows) => (error ? reject(error) : resolve(rows)));
  });

/** Streams a statement. A connection that ends before the result does is an error, never a short result. */
const stream = (connection: PoolConnection, sql: string, take: (row: SourceRow) => void) =>
  new Promise<number>((resolve, reject) => {
    let rows = 0;
    const lost = (error?: Error) => reject(error ?? new Error('Connection lost'));
    connection.on('error', lost);
    connection.on('end', lost);
    const done = () => {
      connection.off('error', lost);
      connection.off('end', lost);
    };
    const typeCast = (field: CastField) => castText(field);
    const query = connection.query({ sql, rowsAsArray: true, typeCast });
    query.on('result', (row: unknown) => {
      rows += 1;
      if (Array.isArray(row)) take(row);
    });
    query.on('error', (error: Error) => {
      done();
      reject(error);
    });
    query.on('end', () => {
      done();
      resolve(rows);
    });
  });

/**
 * A connection that knows what it was made to. mysql2 hands TLS no name when the host is an address, and Node then compares the certificate with
 * `localhost`: a certificate for the address would be refused, and one for localhost taken from anywhere. Node asks the socket when it has no name.
 */
function namedSocket(host: string, port: number): Socket {
  const socket = connect({ host, port, noDelay: true, keepAlive: true });
  return isIP(host) === 0 ? socket : Object.assign(socket, { _host: host });
}

/** `table` may be `schema.table`. @throws nothing; every failure comes from `read`. */
export function mysqlSource(config: ServerConfig, clock: Clock): Source {
  const description = `mysql table ${config.table} of ${config.database} at ${config.host}:${config.port}`;
  const { tls } = config;
  const pool = createPool({
    host: config.host,
    port: config.port,
    user: config.username,
    password: config.password ?? '',
    database: config.database,
    connectionLimit: 2,
    maxIdle: 1,
    idleTimeout: 600_000,
    connectTimeout: connectTimeoutMs,
    enableKeepAlive: true,
    charset: 'utf8mb4',
    ...(tls
      ? {
          stream: () => namedSocket(config.host, config.port),
          ssl: {
            ...(tls.ca === undefined ? {} : { ca: tls.ca }),
            ...(tls.cert === undefined ? {} : { cert: tls.cert }),
            ...(tls.key === undefined ? {} : { key: tls.key }),
            rejectUnauthorized: tls.mode !== 'require',
            verifyIdentity: tls.mode === 'verify-full',
          },
        }
      : {}),
  });

  async function snapshot(connection: PoolConnection, request: ReadRequest, take: (row: SourceRow) => void): Promise<number> {
    const { rows, count } = statements(request.columns, quoteTable(config.table, '`'), '`');
    await run(connection, "SET time_zone = '+00:00'");
    await run(connection, 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await run(connection, 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    const read = await stream(connection, rows, take);
    const counted = await run(connection, count);
    checkCount(description, read, Number(Array.isArray(counted) && Array.isArray(counted[0]) ? counted[0][0] : -1));
    await run(connection, 'COMMIT');
    return read;
  }

  async function read(request: ReadRequest, take: (row: SourceRow) => void): Promise<number> {
    let connection: PoolConnection | undefined;
    let abandoned = false;
    const drop = () => {
      abandoned = true;
      connection?.destroy();
      connection = undefined;
    };
    const work = async () => {
      const acquired = await acquire(pool);
      if (abandoned) {
        acquired.destroy();
        return 0;
      }
      connection = acquired;
      return snapshot(acquired, request, (row) => {
        if (!abandoned) take(row);
      });
    };
    try {
      const rows = await withDeadline(clock, request, description, work, drop);
      connection?.release();
      return rows;
    } catch (error) {
      drop();
      throw classify(error, description, config);
    }
  }

  const close = () =>
    new Promise<void>((resolve) => {
      pool.end(() => resolve());
    });
  return { description, read, close };
}
