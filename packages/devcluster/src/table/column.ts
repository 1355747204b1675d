import type { KubeObject } from '@caretaker/kube';
import type { TableColumn } from '../server/contract.ts';
import { age, at, containerImages, containerNames, selectorText } from './read-value.ts';

type Cell = TableColumn['cell'];

export function column(name: string, cell: Cell, type: TableColumn['type'] = 'string'): TableColumn {
  return { name, type, cell };
}

/** Shown with -o wide only. */
export function wide(name: string, cell: Cell, type: TableColumn['type'] = 'string'): TableColumn {
  return { name, type, priority: 1, cell };
}

export const NAME: TableColumn = { name: 'Name', type: 'string', format: 'name', cell: (object) => object.metadata.name ?? '' };
export const AGE: TableColumn = { name: 'Age', type: 'string', cell: age };

/** Containers and Images of a pod template. */
export function templateColumns(path: string): TableColumn[] {
  return [
    wide('Containers', (object: KubeObject) => containerNames(object, `${path}.containers`)),
    wide('Images', (object: KubeObject) => containerImages(object, `${path}.containers`)),
  ];
}

export function selectorColumn(path = 'spec.selector'): TableColumn {
  return wide('Selector', (object: KubeObject) => selectorText(at(object, path)));
}
