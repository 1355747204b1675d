import type { KubeObject } from '@caretaker/kube';

/** One committed change. `previous` is the object before it; a DELETED event's object is the last state with the version of the deletion. */
export interface StoredEvent {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly namespace: string;
  readonly name: string;
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
  /** Wall clock of the commit, milliseconds: what compaction goes by. */
  readonly at: number;
}
