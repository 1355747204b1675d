import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { sqliteSource } from '../../src/sources/sqlite.ts';
import { conformance } from './conformance.ts';
import { realClock } from './real-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'sqlite-source-'));
const path = join(folder, 'rows.db');
const database = new DatabaseSync(path);
after(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

conformance({
  name: 'sqlite',
  sql: async (statement) => database.exec(statement),
  source: (table) => sqliteSource({ path, table }, realClock),
  types: { text: 'TEXT', integer: 'INTEGER', timestamp: 'TEXT', date: 'TEXT', decimal: 'REAL' },
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
});

test('sqlite: a file that is missing is named', async () => {
  const source = sqliteSource({ path: join(folder, 'none.db'), table: 'customers' }, realClock);
  await assert.rejects(
    source.read({ columns: ['a'], timeoutMs: 1_000 }, () => undefined),
    { code: 'DatabaseMissing', message: `no SQLite database: sqlite table customers in ${join(folder, 'none.db')} (no such file)` },
  );
});

test('sqlite: a read that takes longer than its timeout is broken off', async () => {
  database.exec('CREATE TABLE many (a INTEGER)');
  database.exec(`INSERT INTO many VALUES ${Array.from({ length: 2_000 }, () => '(1)').join(',')}`);
  let time = 0;
  const slow = { ...realClock, monotonic: () => (time += 700) };
  await assert.rejects(
    sqliteSource({ path, table: 'many' }, slow).read({ columns: ['a'], timeoutMs: 1_000 }, () => undefined),
    { code: 'Timeout', retryable: true },
  );
});
