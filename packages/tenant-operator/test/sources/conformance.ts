/** What every source must do. Run on SQLite by test/sources/sqlite.test.ts, on MariaDB and PostgreSQL by test/cluster/sources.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceError } from '../../src/sources/errors.ts';
import type { ReadRequest, Source, SourceRow } from '../../src/sources/source.ts';

export interface Subject {
  name: string;
  /** Runs SQL in the database under test. */
  sql(statement: string): Promise<void>;
  /** A source on a table of it. */
  source(table: string): Source;
  /** Column types of this database. */
  types: { text: string; integer: string; timestamp: string; date: string; decimal: string };
  /** An identifier, quoted. */
  quote(name: string): string;
  /** A text literal. */
  literal?(text: string): string;
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** All rows of a table, collected. */
export async function readAll(source: Source, columns: readonly string[], timeoutMs = 20_000): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  const request: ReadRequest = { columns, timeoutMs };
  const count = await source.read(request, (row) => rows.push(row));
  assert.equal(count, rows.length);
  return rows;
}

const rejection = async (source: Source, columns: readonly string[]): Promise<SourceError> => {
  try {
    await readAll(source, columns);
  } catch (error) {
    return error as SourceError;
  }
  assert.fail('the read did not fail');
};

export function conformance(subject: Subject): void {
  const { name, sql, quote: q, types } = subject;
  const say = subject.literal ?? literal;
  const withTable = async (columns: string, use: (table: string, source: Source) => Promise<void>) => {
    const table = 'conformance';
    await sql(`DROP TABLE IF EXISTS ${q(table)}`);
    await sql(`CREATE TABLE ${q(table)} (${columns})`);
    const source = subject.source(table);
    try {
      await use(table, source);
    } finally {
      await source.close();
      await sql(`DROP TABLE IF EXISTS ${q(table)}`);
    }
  };

  test(`${name}: NULL is null and the empty string is the empty string`, () =>
    withTable(`${q('a')} ${types.text}, ${q('b')} ${types.text}`, async (table, source) => {
      await sql(`INSERT INTO ${q(table)} VALUES (NULL, '')`);
      assert.deepEqual(await readAll(source, ['a', 'b']), [[null, '']]);
    }));

  test(`${name}: integers beyond 2^53 and decimals are exact`, () =>
    withTable(`${q('a')} ${types.integer}, ${q('b')} ${types.decimal}`, async (table, source) => {
      await sql(`INSERT INTO ${q(table)} VALUES (9007199254740993, 12.50), (-9223372036854775808, 0.25)`);
      const rows = await readAll(source, ['a', 'b']);
      assert.deepEqual(
        rows.map((row) => row[0]),
        ['9007199254740993', '-9223372036854775808'],
      );
      assert.deepEqual(
        rows.map((row) => Number(row[1])),
        [12.5, 0.25],
      );
    }));

  test(`${name}: points in time are RFC 3339 in UTC and dates are text`, () =>
    withTable(`${q('a')} ${types.timestamp}, ${q('b')} ${types.date}`, async (table, source) => {
      const stamp = name === 'sqlite' ? '2026-01-02T03:04:05Z' : '2026-01-02 03:04:05';
      await sql(`INSERT INTO ${q(table)} VALUES ('${stamp}', '2026-01-31')`);
      assert.deepEqual(await readAll(source, ['a', 'b']), [['2026-01-02T03:04:05Z', '2026-01-31']]);
    }));

  test(`${name}: text comes as it is, template marks, quotes, newlines, emoji and a megabyte included`, () =>
    withTable(`${q('a')} ${types.text}`, async (table, source) => {
      const texts = ['{{ .x }}', `it's "quoted"`, 'line\nline', 'Ünï 🦊 漢字', 'x'.repeat(1_000_000)];
      for (const text of texts) await sql(`INSERT INTO ${q(table)} VALUES (${say(text)})`);
      assert.deepEqual((await readAll(source, ['a'])).map((row) => row[0]).sort(), [...texts].sort());
    }));

  test(`${name}: column and table names are quoted, never pasted`, async () => {
    const odd = `odd name; DROP TABLE x -- ${name === 'mysql' ? '`' : '"'}`;
    await sql(`DROP TABLE IF EXISTS ${q(odd)}`);
    await sql(`CREATE TABLE ${q(odd)} (${q('sel ect')} ${types.text})`);
    await sql(`INSERT INTO ${q(odd)} VALUES ('v')`);
    const source = subject.source(odd);
    try {
      assert.deepEqual(await readAll(source, ['sel ect']), [['v']]);
    } finally {
      await source.close();
      await sql(`DROP TABLE ${q(odd)}`);
    }
  });

  test(`${name}: a view reads like a table`, () =>
    withTable(`${q('a')} ${types.text}`, async (table, source) => {
      await sql(`INSERT INTO ${q(table)} VALUES ('one')`);
      await sql(`DROP VIEW IF EXISTS ${q('conformance_view')}`);
      await sql(`CREATE VIEW ${q('conformance_view')} AS SELECT ${q('a')} AS ${q('b')} FROM ${q(table)}`);
      const view = subject.source('conformance_view');
      try {
        assert.deepEqual(await readAll(view, ['b']), [['one']]);
        assert.deepEqual(await readAll(source, ['a']), [['one']]);
      } finally {
        await view.close();
        await sql(`DROP VIEW ${q('conformance_view')}`);
      }
    }));

  test(`${name}: an empty table is zero rows and no error`, () =>
    withTable(`${q('a')} ${types.text}`, async (_table, source) => assert.deepEqual(await readAll(source, ['a']), [])));

  test(`${name}: 5,000 rows come whole`, () =>
    withTable(`${q('a')} ${types.integer}`, async (table, source) => {
      const values = Array.from({ length: 5_000 }, (_, index) => `(${index})`).join(',');
      await sql(`INSERT INTO ${q(table)} VALUES ${values}`);
      const rows = await readAll(source, ['a']);
      assert.equal(new Set(rows.map((row) => row[0])).size, 5_000);
    }));

  test(`${name}: a column that is missing is named`, () =>
    withTable(`${q('a')} ${types.text}`, async (_table, source) => {
      const error = await rejection(source, ['a', 'domain']);
      assert.equal(error.code, 'ColumnMissing');
      assert.equal(error.column, 'domain');
      assert.equal(error.retryable, false);
      assert.match(error.message, /^column "domain" does not exist in (sqlite|mysql|postgresql) table conformance/);
      assert.match(error.hint, /valueMappings/);
    }));

  test(`${name}: a table that is missing is named`, async () => {
    const source = subject.source('no_such_table');
    try {
      const error = await rejection(source, ['a']);
      assert.equal(error.code, 'TableMissing');
      assert.match(error.message, /^table does not exist: .* table no_such_table/);
    } finally {
      await source.close();
    }
  });

  test(`${name}: after an error the next read works`, () =>
    withTable(`${q('a')} ${types.text}`, async (table, source) => {
      await rejection(source, ['b']);
      await sql(`INSERT INTO ${q(table)} VALUES ('v')`);
      assert.deepEqual(await readAll(source, ['a']), [['v']]);
    }));

  test(`${name}: a read whose signal has aborted takes no row and fails`, () =>
    withTable(`${q('a')} ${types.integer}`, async (table, source) => {
      await sql(`INSERT INTO ${q(table)} VALUES ${Array.from({ length: 2_000 }, (_, index) => `(${index})`).join(',')}`);
      const signal = AbortSignal.abort();
      await assert.rejects(
        source.read({ columns: ['a'], timeoutMs: 20_000, signal }, () => undefined),
        { name: 'SourceError' },
      );
    }));
}
