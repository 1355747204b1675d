import type { EditWarRule, WarState } from '../edit-war/war.ts';
import type { EngineError } from '../errors/engine-error.ts';
import type { FieldSet } from '../fields/field-set.ts';
import type { Digest } from '../observe/digest.ts';
import type { Fault } from '../prepare/resource.ts';
import type { Owner } from '../types/bundle.ts';
import type { ErrorCode } from '../types/error-code.ts';
import type { Marks } from '../types/marks.ts';
import type { Opponent } from '../types/outcome.ts';
import type { InventoryEntry } from '../types/state.ts';

/** What we know to have applied to an object: the digest of the answer, or of the live object once a comparison proved it. */
export interface Applied {
  readonly uid: string;
  readonly hash: string;
  readonly own: FieldSet | undefined;
  readonly values: string;
  readonly body: string | undefined;
  readonly resourceVersion: string;
}

/** A write that was refused and would be refused again: not repeated until something that matters has changed. */
export interface FailedWrite {
  readonly hash: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly opponents: readonly Opponent[];
  /** What the live object was; a conflict is tried again when it is another. */
  readonly seen: string;
  readonly attempts: number;
  /** Tried again then in any case; monotonic milliseconds. */
  readonly retryAt: number;
}

/** What the engine remembers of one object between passes. */
export interface Memory {
  readonly applied?: Applied | undefined;
  readonly failure?: FailedWrite | undefined;
  readonly war?: WarState | undefined;
  /** Result of reading the live object for merge and replace: desired leaves that differ. */
  readonly verified?: { readonly hash: string; readonly resourceVersion: string; readonly changed: readonly string[] } | undefined;
}

/** One resource's object as the caches have it, own writes included. */
export interface Observation {
  readonly digest: Digest | undefined;
  /** The kind does not exist or cannot be watched. */
  readonly fault: Fault | undefined;
  /** Another owner that claimed the address before us. */
  readonly holder: string | undefined;
  /** An autoscaler targets this workload. */
  readonly autoscaled: boolean;
  /** The claim's storage class binds only when a pod uses it (DESIGN §10.10). */
  readonly waitsForConsumer: boolean;
  readonly memory: Memory;
  /** The owner's record of the last pass. */
  readonly prior: InventoryEntry | undefined;
}

/** What happened so far in this pass; keeps a pass from trying the same thing twice. */
export interface PassRecord {
  /** Ids written (or proven) in this pass. */
  readonly written: ReadonlySet<string>;
  /** Ids written for another reason than drift: their time to become ready starts anew. */
  readonly restarted: ReadonlySet<string>;
  /** What failed in this pass, by id. */
  readonly failed: ReadonlyMap<string, EngineError>;
  /** Workloads that were adopted in this pass and whose pods are still to be labelled. */
  readonly unlabelled: ReadonlySet<string>;
}

export interface DecideContext {
  readonly owner: Owner;
  readonly marks: Marks;
  /** Wall clock, milliseconds. */
  readonly now: number;
  readonly monotonic: number;
  readonly paused: boolean;
  readonly force: boolean;
  /** `false`: decide as if every dependency were ready (plan). */
  readonly gates: boolean;
  readonly war: EditWarRule;
  readonly pass: PassRecord;
}

/** The live object as far as a refused write depends on it. Status changes do not count where the object has a generation. */
export function seenText(digest: Digest | undefined): string {
  if (!digest) return '';
  const version = digest.generation === undefined ? digest.resourceVersion : String(digest.generation);
  const others = digest.others.map((other) => `${other.manager} ${other.operation} ${other.fields.hash}`);
  return [digest.uid, version, digest.own?.hash ?? '', ...others].join('\n');
}
