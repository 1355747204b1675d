import type { Action } from '../types/action.ts';
import type { ErrorCode } from '../types/error-code.ts';
import type { Happening } from '../types/outcome.ts';
import type { Phase } from '../types/state.ts';
import type { Memory } from './observation.ts';

/** What is decided about one resource. */
export interface Judgement {
  id: string;
  phase: Phase;
  reason: string;
  message: string;
  code?: ErrorCode | undefined;
  /** What to do; absent when nothing, or when nothing may be done now. */
  action?: Action | undefined;
  /** A dependent may go on: applied at this revision and ready (or not waited for). */
  satisfied: boolean;
  /** A dependent need not wait: this will not become ready by itself. */
  broken: boolean;
  /** Look again then; milliseconds. */
  wakeInMs?: number | undefined;
  /** To be remembered of the object from now on. */
  remember?: Partial<Memory> | undefined;
  happening?: Omit<Happening, 'id' | 'ref'> | undefined;
  completedHash?: string | undefined;
  /** uid of the object, only when it is proven ours: what the inventory records counts as proof later. */
  uid?: string | undefined;
}

type Words = Pick<Judgement, 'id' | 'reason' | 'message'>;

export function failed(words: Words & { code: ErrorCode }, more: Partial<Judgement> = {}): Judgement {
  return { ...words, phase: words.code === 'FieldConflict' ? 'Conflicted' : 'Failed', satisfied: false, broken: true, ...more };
}

export function conflicted(words: Words & { code: ErrorCode }, more: Partial<Judgement> = {}): Judgement {
  return { ...words, phase: 'Conflicted', satisfied: false, broken: true, ...more };
}

export function waiting(phase: Phase, words: Words, more: Partial<Judgement> = {}): Judgement {
  return { ...words, phase, satisfied: false, broken: false, ...more };
}
