/** Reads a registry's table and says which rows can become tenants. */
import type { Clock } from '@caretaker/kube';
import type { Registry } from '../api/types.ts';
import { durationMs } from '../duration.ts';
import { SourceError } from '../sources/errors.ts';
import type { Source } from '../sources/source.ts';
import { isActive } from './activate.ts';
import { type CustomerRow, planColumns } from './columns.ts';
import { type ValidRows, validateRows } from './rows.ts';

export interface ReadRows {
  rows: ValidRows;
  /** Before the active filter. */
  rowsRead: number;
  active: number;
  durationSeconds: number;
}

const defaultTimeoutMs = 60_000;

/** One proved read. A missing column is named with the mapping that asks for it. @throws SourceError */
export async function readRows(source: Source, registry: Registry, clock: Clock, signal: AbortSignal): Promise<ReadRows> {
  const plan = planColumns(registry.spec);
  const active: CustomerRow[] = [];
  const started = clock.monotonic();
  const timeoutMs = Math.max(1_000, durationMs(registry.spec.source.queryTimeout, defaultTimeoutMs));
  let number = 0;
  try {
    const rowsRead = await source.read({ columns: plan.columns, timeoutMs, signal }, (values) => {
      number += 1;
      const row = plan.toRow(values, number);
      if (isActive(row.activate)) active.push(row);
    });
    const rows = validateRows(active, registry.spec.valueMappings.uid);
    return { rows, rowsRead, active: active.length, durationSeconds: (clock.monotonic() - started) / 1000 };
  } catch (error) {
    if (error instanceof SourceError && error.code === 'ColumnMissing' && error.column !== undefined)
      throw new SourceError('ColumnMissing', `${error.message} (spec.${plan.mappingOf(error.column)} names it)`, {
        cause: error,
        column: error.column,
      });
    throw error;
  }
}
