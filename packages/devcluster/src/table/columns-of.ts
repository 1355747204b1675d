import type { TypeInfo } from '../schema/contract.ts';
import type { TableColumn } from '../server/contract.ts';
import { NAME } from './column.ts';
import { CORE_COLUMNS } from './columns-core.ts';
import { customColumns } from './columns-custom.ts';
import { POD_COLUMNS } from './columns-pods.ts';
import { POLICY_COLUMNS } from './columns-policy.ts';
import { SYSTEM_COLUMNS } from './columns-system.ts';
import { WORKLOAD_COLUMNS } from './columns-workloads.ts';

/** Kinds without a printer of their own show when they were made. */
export const DEFAULT_COLUMNS: readonly TableColumn[] = [
  NAME,
  { name: 'Created At', type: 'date', cell: (object) => object.metadata.creationTimestamp ?? '' },
];

const cache = new WeakMap<TypeInfo, readonly TableColumn[]>();

/** The columns of a kind, in order. */
export function columnsOf(type: TypeInfo): readonly TableColumn[] {
  let columns = cache.get(type);
  if (columns === undefined) {
    columns = type.builtin
      ? builtinColumns(type.kind === 'Scale' ? 'autoscaling/scales' : `${type.group}/${type.plural}`)
      : customColumns(type);
    cache.set(type, columns);
  }
  return columns;
}

function builtinColumns(key: string): readonly TableColumn[] {
  if (key === '/pods') return POD_COLUMNS;
  return WORKLOAD_COLUMNS[key] ?? CORE_COLUMNS[key] ?? POLICY_COLUMNS[key] ?? SYSTEM_COLUMNS[key] ?? DEFAULT_COLUMNS;
}
