import type { JsonValue, ObjectRef } from '@caretaker/kube';
import type { Cause } from './action.ts';
import type { ErrorCode } from './error-code.ts';
import type { InventoryEntry, ResourceState } from './state.ts';

/**
 * How a pass ended (DESIGN §10.12). `failed`: the owner's own fault (template, conflict, invalid object). `error`: infrastructure
 * (API, permission, time-out). Waiting and timed-out resources are `success`.
 */
export type PassResult = 'success' | 'failed' | 'error';

/** Another field manager that holds or took a field. Values are present when known, and never for Secrets. */
export interface Opponent {
  manager: string;
  operation: string;
  subresource?: string | undefined;
  /** As the API server writes it: `.spec.template.spec.containers[name="web"].image`. */
  field: string;
  liveValue?: JsonValue | undefined;
  desiredValue?: JsonValue | undefined;
}

/** Something that was done or found in a pass, for events, logs and metrics. Told once, on the pass where it happened. */
export interface Happening {
  type:
    | 'Created'
    | 'Applied'
    /** An apply expected to create met an existing object (DESIGN §10.5), or Force took one. */
    | 'Adopted'
    | 'DriftRepaired'
    | 'Recreated'
    | 'Deleted'
    | 'Released'
    | 'Reclaimed'
    /** No longer wanted, but nothing proves that it is ours: not touched, and dropped from the inventory. */
    | 'LeftAlone'
    | 'PodsLabelled'
    | 'Conflict'
    | 'Failed'
    | 'TimedOut'
    | 'Throttled'
    | 'EditWarPaused'
    | 'Resumed'
    | 'BecameReady';
  id: string;
  ref: ObjectRef & { uid?: string; resourceVersion?: string };
  cause?: Cause | undefined;
  /** A drift repair of an object that had been repaired before and was changed again (trap 16: what `thrashing_total` counts). */
  contested?: boolean | undefined;
  /** For people; no secret values. */
  message: string;
  opponents?: readonly Opponent[] | undefined;
  code?: ErrorCode | undefined;
  /** How long the write took, milliseconds. */
  durationMs?: number | undefined;
}

export interface Counts {
  desired: number;
  ready: number;
  /** Failed and Conflicted. */
  failed: number;
  skipped: number;
  conflicted: number;
  timedOut: number;
  paused: number;
}

/** What a pass found and did. Data only: the operator turns it into status, conditions, events and metrics. */
export interface Outcome {
  result: PassResult;
  /** In stable order: by level, then id. Resources that are no longer wanted but still exist come last (Deleting, Retained). */
  resources: readonly ResourceState[];
  counts: Counts;
  happenings: readonly Happening[];
  /** Whether anything was written. */
  changed: boolean;
  /** The first thing that is wrong, for conditions and the log line; absent when result is success. */
  problem?: { code: ErrorCode; message: string; id?: string } | undefined;
  /** Come back then even if no event wakes the owner (timeouts, tokens). Retries of errors are the queue's business. */
  requeueAfterMs?: number | undefined;
}

/** What `remove` found and did. */
export interface RemovalOutcome {
  result: PassResult;
  /** Nothing of the owner is left (deleted and gone, or released). */
  done: boolean;
  /** What is still there, with what it waits for: finalizers by name, an error. Write it into the owner's status. */
  remaining: readonly ResourceState[];
  happenings: readonly Happening[];
  /** Why it is not done: an error, or (result success) finalizers that hold an object. */
  problem?: { code: ErrorCode; message: string; id?: string } | undefined;
  requeueAfterMs?: number | undefined;
}

/** One field that a write would change. `undefined`: absent. Values of Secrets are replaced by `<redacted>`. */
export interface FieldChange {
  field: string;
  before?: JsonValue | undefined;
  after?: JsonValue | undefined;
}

export interface PlannedAction {
  id: string;
  ref: ObjectRef;
  verb: 'create' | 'apply' | 'merge' | 'replace' | 'recreate' | 'delete' | 'release' | 'none' | 'blocked';
  cause?: Cause | undefined;
  /** The state the resource is in before anything is done; for `blocked`, why. */
  state: ResourceState;
  /** From a server-side dry run; only with `plan(…, { dryRun: true })`. */
  changes?: readonly FieldChange[] | undefined;
}

/** What a reconcile would do now. Made by the same `decide`. */
export interface Plan {
  actions: readonly PlannedAction[];
  /** Inventory entries that the bundle no longer wants. */
  pruned: readonly InventoryEntry[];
}
