import type { RequestPriority } from '../types/client.ts';

/** How a request ended, for the limiter to learn from. */
export interface RequestOutcome {
  /** HTTP status; undefined when no answer came. */
  status?: number;
  /** From the request's start to its answer, milliseconds. */
  latencyMs: number;
  /** What a 429 or 503 asked for, milliseconds. */
  retryAfterMs?: number;
}

/** Leave to send one request. Give it back with the outcome, exactly once. */
export type Permit = (outcome: RequestOutcome) => void;

/** Decides when a request may be sent. */
export interface Limiter {
  /** At once, or when it is this request's turn. Rejects when the signal aborts while waiting. */
  acquire(priority: RequestPriority, signal?: AbortSignal): Permit | Promise<Permit>;
}
