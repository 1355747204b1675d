/** Which columns are read, and what each row means: mappings from the registry applied to the text of a row. */
import type { RegistrySpec } from '../api/types.ts';
import type { SourceRow } from '../sources/source.ts';

/** A row under the names of the registry. */
export interface CustomerRow {
  /** Counted from 1 in the order read; only for naming rows that have no uid. */
  number: number;
  uid: string | null;
  activate: string | null;
  /** Template variables but uid; NULL is the empty string (as the ancestor had it). */
  variables: Readonly<Record<string, string>>;
  secretVariables: Readonly<Record<string, string>>;
}

export interface ColumnPlan {
  /** Each column once, in stable order. */
  columns: readonly string[];
  toRow(values: SourceRow, number: number): CustomerRow;
  /** Where a column is named, for people: `valueMappings.hostOrUrl`. */
  mappingOf(column: string): string;
}

/** Sorted by variable name, so that a registry reads the same however its maps are ordered. */
const byName = (mappings: Readonly<Record<string, string>> | undefined): [string, string][] =>
  Object.entries(mappings ?? {}).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** How a registry's table is read. */
export function planColumns(spec: RegistrySpec): ColumnPlan {
  const { uid, hostOrUrl, activate } = spec.valueMappings;
  const plain: [variable: string, column: string][] = [['activate', activate]];
  if (hostOrUrl !== undefined && hostOrUrl !== '') plain.push(['hostOrUrl', hostOrUrl]);
  const mappings = new Map<string, string>();
  const note = (column: string, mapping: string) => {
    if (!mappings.has(column)) mappings.set(column, mapping);
  };
  note(uid, 'valueMappings.uid');
  for (const [variable, column] of plain) note(column, `valueMappings.${variable}`);
  const extra = byName(spec.extraValueMappings);
  const secret = byName(spec.secretValueMappings);
  for (const [variable, column] of extra) note(column, `extraValueMappings.${variable}`);
  for (const [variable, column] of secret) note(column, `secretValueMappings.${variable}`);
  const columns = [...mappings.keys()];
  const positions = new Map(columns.map((column, index) => [column, index]));
  const textAt = (values: SourceRow, column: string): string | null => values[positions.get(column) ?? -1] ?? null;
  const collect = (values: SourceRow, pairs: readonly [string, string][]): Record<string, string> => {
    const out: Record<string, string> = Object.create(null);
    for (const [variable, column] of pairs) out[variable] = textAt(values, column) ?? '';
    return { ...out };
  };
  const variables = [...plain, ...extra];
  return {
    columns,
    mappingOf: (column) => mappings.get(column) ?? 'the mappings',
    toRow: (values, number) => ({
      number,
      uid: textAt(values, uid),
      activate: textAt(values, activate),
      variables: collect(values, variables),
      secretVariables: collect(values, secret),
    }),
  };
}
