import { GoError } from '../errors.ts';
import { GoMap } from '../value/map.ts';
import { GoSlice } from '../value/slice.ts';
import type { Value } from '../value/value.ts';
import type { VisitCounter } from '../value/visits.ts';

/** What one render may use. */
export interface Limits {
  /** Bytes of output, and of any string that a function makes. Default 16 MiB. */
  readonly outputBytes: number;
  /**
   * Loop passes, list elements made and template calls, taken together; work on large values counts too: 4 elements printed, encoded
   * or compared, or 1 KiB of text or 64 elements given to or made by a function, are one. Default 1,000,000.
   */
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
const VISITS = 4;
const LARGE_TEXT = 1024;
const LARGE_LIST = 64;

/** Counts what one render uses. Its errors are {@link GoError}s with `limit` set; the evaluator gives them a place. */
export class Limiter implements VisitCounter {
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

  /** Accounts for elements that a walk over a value looks at. */
  visit(elements: number): void {
    if (elements > 0) this.iterate(elements / VISITS);
  }

  /** Accounts for a value that a function is given or has made, if it is large. */
  handle(v: Value): void {
    if (typeof v === 'string') {
      if (v.length < LARGE_TEXT) return;
      this.bytes(v.length);
      this.iterate(v.length / LARGE_TEXT);
    } else if (v instanceof GoSlice) {
      if (v.length >= LARGE_LIST) this.iterate(v.length / LARGE_LIST);
    } else if (v instanceof GoMap && v.size >= LARGE_LIST) this.iterate(v.size / LARGE_LIST);
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
