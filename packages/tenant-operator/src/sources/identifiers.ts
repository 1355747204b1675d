/** Quoting of identifiers: names from a registry are never pasted into SQL as they are. */
import { SourceError } from './errors.ts';

type Quote = '`' | '"';

/** One identifier, quoted. @throws SourceError ConfigInvalid when it is empty or holds a NUL. */
export function quoteIdentifier(name: string, quote: Quote): string {
  if (name === '' || name.includes('\0')) throw new SourceError('ConfigInvalid', `${JSON.stringify(name)} is no name of a column or table`);
  return `${quote}${name.replaceAll(quote, quote + quote)}${quote}`;
}

/** `table` or `schema.table`, quoted part by part; `schema` is used when the name has none. */
export function quoteTable(name: string, quote: Quote, schema?: string): string {
  const dot = name.indexOf('.');
  const parts = dot < 0 ? [schema, name] : [name.slice(0, dot), name.slice(dot + 1)];
  return parts.flatMap((part) => (part === undefined ? [] : [quoteIdentifier(part, quote)])).join('.');
}

/** The two statements of a read. */
export function statements(columns: readonly string[], table: string, quote: Quote): { rows: string; count: string } {
  const list = columns.map((column) => quoteIdentifier(column, quote)).join(', ');
  return { rows: `SELECT ${list} FROM ${table}`, count: `SELECT COUNT(*) FROM ${table}` };
}
