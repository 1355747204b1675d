import type { Random } from '../types/clock.ts';

export interface BackoffSpec {
  /** First delay, milliseconds. */
  baseMs: number;
  /** Longest delay, milliseconds. */
  maxMs: number;
  /** [2] */
  factor?: number;
}

/** Delay before try `attempt` (0 = first retry): exponential, with equal jitter (half fixed, half random), never above `maxMs`. */
export function backoffDelay(spec: BackoffSpec, attempt: number, random: Random): number {
  const exact = Math.min(spec.maxMs, spec.baseMs * (spec.factor ?? 2) ** Math.min(attempt, 64));
  return exact / 2 + (exact / 2) * random.next();
}
