import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import type { PrinterColumn, TypeInfo } from '../schema/contract.ts';
import type { TableColumn } from '../server/contract.ts';
import { sortMembers } from '../wire/sorted-members.ts';
import { AGE, NAME } from './column.ts';
import { humanDuration } from './human-duration.ts';
import { findJsonPath, parseJsonPath } from './json-path.ts';

const TYPES = new Set(['string', 'integer', 'number', 'boolean', 'date']);

/** Name and the definition's printer columns; the age when it has none. */
export function customColumns(type: TypeInfo): readonly TableColumn[] {
  const columns = type.printerColumns ?? [];
  if (columns.length === 0) return [NAME, { ...AGE, type: 'date' }];
  return [NAME, ...columns.map(printerColumn)];
}

function printerColumn(column: PrinterColumn): TableColumn {
  const steps = parseJsonPath(column.jsonPath);
  const kind = TYPES.has(column.type) ? (column.type as TableColumn['type']) : 'string';
  return {
    name: column.name,
    type: kind,
    ...(column.format === undefined ? {} : { format: column.format }),
    ...(column.description === undefined ? {} : { description: column.description }),
    ...(column.priority === undefined ? {} : { priority: column.priority }),
    cell: (object: KubeObject, now: number) => {
      const [value] = steps === undefined ? [] : (findJsonPath(steps, object) as JsonValue[]);
      return value === undefined ? null : cellOf(kind, value, now);
    },
  };
}

function cellOf(type: TableColumn['type'], value: JsonValue, now: number): string | number | boolean | null {
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? dateCell(value, now) : null;
    default:
      if (value === null) return null;
      return typeof value === 'object' ? goJson(value) : String(value);
  }
}

const ESCAPED: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };

/** As Go writes maps and lists: members in order, and nothing that HTML would read. */
function goJson(value: JsonObject | JsonValue[]): string {
  return JSON.stringify(sortMembers(value)).replace(/[<>&]/g, (char) => ESCAPED[char] ?? char);
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

function dateCell(value: string, now: number): string {
  const time = RFC3339.test(value) ? Date.parse(value.replace(',', '.')) : Number.NaN;
  return Number.isNaN(time) ? '<invalid>' : humanDuration(now - time);
}
