/** Why a key is in the queue; earlier ones go first (DESIGN §3, queue). */
export type Priority = 'user' | 'change' | 'drift' | 'resync';

/** Outcome of a pass, for `controller_runtime_reconcile_total{result=…}` and the operators' own counters. */
export interface Result {
  requeueAfterMs?: number;
  priority?: Priority;
}

export interface ReconcileRequest {
  key: string;
  priority: Priority;
  /** How often this key has failed in a row. */
  attempt: number;
  signal: AbortSignal;
}

/** A thrown error is retried with back-off and counted as result="error". Never runs twice at once for one key. */
export type Reconcile = (request: ReconcileRequest) => Promise<Result | undefined>;

/** A keyed queue: de-duplicating, with dirty and processing sets, priorities, per-item back-off, delayed adds. */
export interface WorkQueue {
  add(key: string, priority?: Priority): void;
  addAfter(key: string, ms: number, priority?: Priority): void;
  readonly depth: number;
}

export interface Controller {
  readonly name: string;
  readonly queue: WorkQueue;
  start(): void;
  /** Stops taking keys; resolves when work in flight has ended or `graceMs` passed (then the signal of each request aborts). */
  stop(graceMs: number): Promise<void>;
}

export interface ControllerSpec {
  name: string;
  /** How many keys are worked on at once. */
  concurrency: number;
  reconcile: Reconcile;
}
