import type { KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { columnsOf } from './columns-of.ts';

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
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, view.now)),
      ...rowObject(view, object),
    })),
  };
}

function rowObject(view: TableView, object: KubeObject): Record<string, unknown> {
  switch (view.rowObject) {
    case 'None':
      return { object: null };
    case 'Object':
      return { object: { ...object, kind: view.type.kind } };
    default:
      return {
        object: { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${view.representation.version}`, metadata: object.metadata },
      };
  }
}
