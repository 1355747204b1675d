/** SQLite, through Node's own module. The file is opened read-only for each read, so a replaced file is noticed. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '@caretaker/kube';
import { checkCount } from './deadline.ts';
import { driverError, SourceError } from './errors.ts';
import { quoteTable, statements } from './identifiers.ts';
import type { ReadRequest, Source, SourceRow } from './source.ts';

export interface SqliteConfig {
  path: string;
  table: string;
}

/** Rows handed over before other work gets a turn: the module is synchronous. */
const turn = 500;
const busyTimeoutMs = 5_000;

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
}

function classify(error: unknown, description: string): SourceError {
  if (error instanceof SourceError) return error;
  const { message } = driverError(error);
  const column = /no such column: (?:"(.*?)"|(\S+))/
    .exec(message)
    ?.slice(1)
    .find((part) => part !== undefined);
  if (column !== undefined)
    return new SourceError('ColumnMissing', `column ${JSON.stringify(column)} does not exist in ${description}`, { column });
  if (message.startsWith('no such table')) return new SourceError('TableMissing', `table does not exist: ${description}`);
  if (/unable to open|not a database/.test(message))
    return new SourceError('DatabaseMissing', `no SQLite database: ${description} (${message})`);
  if (/locked|busy/.test(message)) return new SourceError('Timeout', `timeout: the database is locked: ${description}`);
  return new SourceError('QueryFailed', `query failed: ${description} (${message})`, { cause: error });
}

/** @throws nothing; every failure comes from `read`. */
export function sqliteSource(config: SqliteConfig, clock: Clock): Source {
  const description = `sqlite table ${config.table} in ${config.path}`;

  async function read(request: ReadRequest, take: (row: SourceRow) => void): Promise<number> {
    if (!existsSync(config.path)) throw new SourceError('DatabaseMissing', `no SQLite database: ${description} (no such file)`);
    const started = clock.monotonic();
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(config.path, { readOnly: true, timeout: busyTimeoutMs });
      database.exec('BEGIN');
      const { rows, count } = statements(request.columns, quoteTable(config.table, '"'), '"');
      const select = database.prepare(rows);
      select.setReadBigInts(true);
      select.setReturnArrays(true);
      let read = 0;
      for (const row of select.iterate()) {
        if (!Array.isArray(row)) throw new SourceError('QueryFailed', `query failed: ${description} (a row came in an unknown form)`);
        take(row.map(asText));
        read += 1;
        if (read % turn !== 0) continue;
        await nextTurn();
        if (request.signal?.aborted === true)
          throw new SourceError('ConnectionLost', `the read of ${description} was broken off because the operator is stopping`);
        if (clock.monotonic() - started > request.timeoutMs)
          throw new SourceError('Timeout', `timeout: the query of ${description} took longer than ${request.timeoutMs / 1000} s`);
      }
      const counting = database.prepare(count);
      counting.setReturnArrays(true);
      const counted: unknown = counting.get();
      checkCount(description, read, Number(Array.isArray(counted) ? counted[0] : -1));
      database.exec('COMMIT');
      return read;
    } catch (error) {
      throw classify(error, description);
    } finally {
      database?.close();
    }
  }

  return { description, read, close: async () => undefined };
}
