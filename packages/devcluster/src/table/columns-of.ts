import type { TypeInfo } from '../schema/contract.ts';
import type { TableColumn } from '../server/contract.ts';

const NAME: TableColumn = { name: 'Name', type: 'string', format: 'name', cell: (object) => object.metadata.name ?? '' };
const CREATED: TableColumn = { name: 'Created At', type: 'date', cell: (object) => object.metadata.creationTimestamp ?? '' };

export function columnsOf(_type: TypeInfo): readonly TableColumn[] {
  return [NAME, CREATED];
}
