import type { KubeObject } from '@caretaker/kube';
import type { Cell } from './cell.ts';

export type StoredEventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** One committed change. `previous` is the object before it; a DELETED event's object is the last state with the version of the deletion. */
export class StoredEvent {
  readonly revision: number;
  readonly type: StoredEventType;
  readonly namespace: string;
  readonly name: string;
  /** Wall clock of the commit, milliseconds: what compaction goes by. */
  readonly at: number;
  readonly cell: Cell;
  /** The object before the change. */
  readonly previousCell: Cell | undefined;

  constructor(revision: number, type: StoredEventType, at: number, cell: Cell, previous: Cell | undefined) {
    const { namespace = '', name = '' } = cell.object.metadata;
    this.revision = revision;
    this.type = type;
    this.namespace = namespace;
    this.name = name;
    this.at = at;
    this.cell = cell;
    this.previousCell = previous;
  }

  get object(): KubeObject {
    return this.cell.object;
  }

  get previous(): KubeObject | undefined {
    return this.previousCell?.object;
  }
}
