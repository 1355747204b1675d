import { SourceError } from '../../src/sources/errors.ts';
import type { ReadRequest, Source, SourceRow } from '../../src/sources/source.ts';

/** A table in memory, for tests in virtual time. */
export interface MemoryTable {
  rows: Record<string, string | null>[];
  /** The next reads fail with this. */
  failure: SourceError | undefined;
  /** How many reads there have been. */
  reads: number;
  source: Source;
}

export function memoryTable(rows: Record<string, string | null>[]): MemoryTable {
  const table: MemoryTable = {
    rows,
    failure: undefined,
    reads: 0,
    source: {
      description: 'memory table customers',
      read: async (request: ReadRequest, take: (row: SourceRow) => void) => {
        table.reads += 1;
        if (table.failure) throw table.failure;
        const known = new Set(table.rows.flatMap((row) => Object.keys(row)));
        const missing = table.rows.length > 0 ? request.columns.find((column) => !known.has(column)) : undefined;
        if (missing !== undefined)
          throw new SourceError('ColumnMissing', `column ${JSON.stringify(missing)} does not exist in memory table customers`, {
            column: missing,
          });
        for (const row of table.rows) take(request.columns.map((column) => row[column] ?? null));
        return table.rows.length;
      },
      close: async () => undefined,
    },
  };
  return table;
}
