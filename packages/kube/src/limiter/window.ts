import type { RequestOutcome } from './limiter.ts';

export interface WindowSpec {
  start: number;
  min: number;
  max: number;
}

/** Latency that is never held against the server, milliseconds. */
const unremarkableMs = 500;
/** How many times its usual latency tells that the server is overloaded. */
const slowFactor = 8;
/** The window shrinks at most once in this time: one overload answers many requests at once. */
const shrinkEveryMs = 1_000;

/**
 * How many requests may be under way, learned from their outcomes (additive increase, multiplicative decrease, as TCP does): one more per window
 * of successes while it is used, half as many after a 429, a quarter less when the server fails or grows slow.
 */
export class Window {
  readonly #spec: WindowSpec;
  #size: number;
  #usualMs: number | undefined;
  #recentMs = 0;
  #shrunkAt = Number.NEGATIVE_INFINITY;

  constructor(spec: WindowSpec) {
    this.#spec = spec;
    this.#size = spec.start;
  }

  get size(): number {
    return Math.floor(this.#size);
  }

  /** `used`: the window was in use when the request ended, so that it is the limit; `now`: monotonic milliseconds. */
  learn(outcome: RequestOutcome, used: boolean, now: number): void {
    if (outcome.status === undefined) return;
    if (outcome.status === 429) this.#shrink(0.5, now);
    else if (outcome.status === 503 || outcome.status === 504 || this.#slow(outcome.latencyMs)) this.#shrink(0.75, now);
    else if (used) this.#size = Math.min(this.#spec.max, this.#size + 1 / this.#size);
  }

  /** Compares a short average with the best seen, which forgets slowly so that a server may change. */
  #slow(latencyMs: number): boolean {
    this.#usualMs = this.#usualMs === undefined ? latencyMs : Math.min(this.#usualMs * 1.001 + 0.001, latencyMs);
    this.#recentMs += (latencyMs - this.#recentMs) * 0.1;
    return this.#recentMs > unremarkableMs && this.#recentMs > this.#usualMs * slowFactor;
  }

  #shrink(factor: number, now: number): void {
    if (now - this.#shrunkAt < shrinkEveryMs) return;
    this.#shrunkAt = now;
    this.#size = Math.max(this.#spec.min, this.#size * factor);
  }
}
