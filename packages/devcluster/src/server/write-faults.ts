import type { KubeObject } from '@caretaker/kube';

/** What a write is about, for those who inject faults. */
export interface WriteFaultContext {
  readonly verb: 'create' | 'update' | 'delete';
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly object: KubeObject | undefined;
}

/** Hooks of a simulation around every commit. `before` may throw a StatusError to refuse; `after` hears of what was stored. */
export interface WriteFaults {
  before?: (context: WriteFaultContext) => void;
  after?: (context: WriteFaultContext) => void;
}
