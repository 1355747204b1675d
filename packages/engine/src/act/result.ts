import type { Memory } from '../decide/observation.ts';
import type { EngineError } from '../errors/engine-error.ts';
import type { Digest } from '../observe/digest.ts';
import type { Happening, Opponent } from '../types/outcome.ts';

/** What one action led to. */
export interface ActResult {
  /** The object as the answer had it, or `gone` when a deletion was accepted; undefined when nothing is known. */
  after?: { type: 'object'; digest: Digest } | { type: 'gone'; uid: string } | undefined;
  remember?: Partial<Memory> | undefined;
  happenings?: readonly Omit<Happening, 'id' | 'ref'>[] | undefined;
  /** Something was written (a dry run or a read is no write). */
  wrote: boolean;
  /** The pods of this adopted workload are still to be labelled. */
  unlabelled?: boolean | undefined;
}

/** A refused action. */
export interface ActFailure {
  error: EngineError;
  opponents: readonly Opponent[];
  /** The live object as read after the refusal: decide again on this. */
  live?: Digest | undefined;
  /** It is not there any more. */
  gone?: true | undefined;
}
