import { GoError } from '../errors.ts';

/** What one render may use. */
export interface Limits {
  /** Bytes of output, and of any string that a function makes. Default 16 MiB. */
  readonly outputBytes: number;
  /** Loop passes, list elements made and template calls, taken together. Default 1,000,000. */
  readonly iterations: number;
  /** Templates calling templates. Default 1,000; Go stops at 100,000. */
  readonly depth: number;
  /** Wall-clock milliseconds by `now`; looked at every few hundred passes. Default: no limit. */
  readonly milliseconds: number;
  /** Bytes of template source. Default 4 MiB. */
  readonly sourceBytes: number;
  /** A monotonic clock in milliseconds, needed by `milliseconds` only. */
  readonly now: () => number;
}

/** The limits when none are given. */
export const DEFAULT_LIMITS: Limits = {
  outputBytes: 16 * 1024 * 1024,
  iterations: 1_000_000,
  depth: 1000,
  milliseconds: Number.POSITIVE_INFINITY,
  sourceBytes: 4 * 1024 * 1024,
  now: () => 0,
};

const CLOCK_EVERY = 256;

/** Counts what one render uses. Its errors are {@link GoError}s with `limit` set; the evaluator gives them a place. */
export class Limiter {
  readonly limits: Limits;
  #iterations = 0;
  #untilClock = CLOCK_EVERY;
  readonly #deadline: number;

  constructor(limits: Limits) {
    this.limits = limits;
    this.#deadline = limits.milliseconds === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : limits.now() + limits.milliseconds;
  }

  /** Accounts for `n` passes or elements before they are made. */
  iterate(n = 1): void {
    this.#iterations += n;
    if (this.#iterations > this.limits.iterations)
      throw new GoError(`exceeded the limit of ${this.limits.iterations} iterations`, 'iterations');
    this.#untilClock -= n;
    if (this.#untilClock <= 0) this.checkClock();
  }

  /** Looks at the clock, whatever the count. */
  checkClock(): void {
    this.#untilClock = CLOCK_EVERY;
    if (this.#deadline !== Number.POSITIVE_INFINITY && this.limits.now() > this.#deadline) {
      throw new GoError(`exceeded the limit of ${this.limits.milliseconds} ms`, 'milliseconds');
    }
  }

  /** Refuses a string of more units than the output may have bytes; call it before the string is made. */
  bytes(n: number): void {
    if (n > this.limits.outputBytes) throw new GoError(`exceeded the limit of ${this.limits.outputBytes} bytes`, 'outputBytes');
  }
}
