import type { KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { internalMetadata } from '../schema/internal-metadata.ts';
import type { TableColumn } from '../server/contract.ts';
import { columnsOf, DEFAULT_COLUMNS } from './columns-of.ts';
import { podRowConditions } from './columns-pods.ts';
import { number } from './read-value.ts';

/** What each row carries of its object. */
export type RowObject = 'None' | 'Metadata' | 'Object';

export interface TableView {
  readonly type: TypeInfo;
  readonly representation: { readonly version: string };
  readonly rowObject: RowObject;
  readonly now: number;
}

/** meta.k8s.io Table of some objects. In a watch only the first event names the columns. */
export function renderTable(
  view: TableView,
  objects: readonly KubeObject[],
  metadata: Record<string, unknown>,
  withColumns = true,
): Record<string, unknown> {
  const columns = columnsOf(view.type);
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${view.representation.version}`,
    metadata,
    columnDefinitions: withColumns
      ? columns.map((column) => ({
          name: column.name,
          type: column.type,
          format: column.format ?? '',
          description: column.description ?? '',
          priority: column.priority ?? 0,
        }))
      : null,
    rows: rowsOf(view, columns, objects),
  };
}

function rowsOf(view: TableView, columns: readonly TableColumn[], objects: readonly KubeObject[]): Record<string, unknown>[] | null {
  // the printer of kinds without one of their own makes no list before there is a row
  if (objects.length === 0 && columns === DEFAULT_COLUMNS) return null;
  return inOrder(view.type, objects).map((object) => ({
    cells: columns.map((column) => column.cell(object, view.now)),
    ...conditionsOf(view.type, object),
    ...rowObject(view, object),
  }));
}

/** FlowSchemas are listed as requests meet them, everything else by name. */
function inOrder(type: TypeInfo, objects: readonly KubeObject[]): readonly KubeObject[] {
  if (type.kind !== 'FlowSchema' || !type.builtin) return objects;
  const precedence = (object: KubeObject): number => number(object, 'spec.matchingPrecedence');
  return [...objects].sort((left, right) => precedence(left) - precedence(right));
}

function conditionsOf(type: TypeInfo, object: KubeObject): Record<string, unknown> {
  const conditions = type.group === '' && type.kind === 'Pod' ? podRowConditions(object) : undefined;
  return conditions === undefined ? {} : { conditions };
}

function rowObject(view: TableView, object: KubeObject): Record<string, unknown> {
  switch (view.rowObject) {
    case 'None':
      return { object: null };
    case 'Object':
      return { object: { ...object, kind: view.type.kind } };
    default:
      return {
        object: {
          kind: 'PartialObjectMetadata',
          apiVersion: `meta.k8s.io/${view.representation.version}`,
          metadata: internalMetadata(object),
        },
      };
  }
}
