import { Heap } from '../collections/heap.ts';
import type { Clock, Timer } from '../types/clock.ts';

interface Entry {
  at: number;
  order: number;
  fire: (() => void) | undefined;
}

/**
 * A clock whose time moves only when a test says so. Timers fire in order of their time, then of their setting; between two of them
 * the event loop turns, so that everything a timer set going has settled before time moves on.
 */
export class VirtualClock implements Clock {
  readonly #epoch: number;
  readonly #entries = new Heap<Entry>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));
  #pending = 0;
  #elapsed = 0;
  #wallOffset = 0;
  #order = 0;

  /** `start`: wall clock at the beginning, milliseconds since the epoch. [2026-01-01T00:00:00Z] */
  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#epoch = start;
  }

  now(): number {
    return this.#epoch + this.#elapsed + this.#wallOffset;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  after(ms: number, fire: () => void): Timer {
    const entry: Entry = { at: this.#elapsed + Math.max(0, ms), order: this.#order++, fire };
    this.#entries.push(entry);
    this.#pending++;
    return {
      cancel: () => {
        if (entry.fire !== undefined) this.#pending--;
        entry.fire = undefined;
      },
    };
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#pending;
  }

  /** Moves the wall clock alone (somebody set the time). */
  jump(ms: number): void {
    this.#wallOffset += ms;
  }

  /** Moves monotonic time without letting any timer fire: what a process sees that was stopped (SIGSTOP) for a while. */
  freeze(ms: number): void {
    this.#elapsed += ms;
  }

  /** Lets `ms` milliseconds pass. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    for (let entry = this.#next(end); entry !== undefined; entry = this.#next(end)) {
      this.#fire(entry);
      await settle();
    }
    this.#elapsed = Math.max(this.#elapsed, end);
    await settle();
  }

  /** Fires timers until none is left, or fails after `limit` of them (something re-arms for ever). */
  async runAll(limit = 10_000): Promise<void> {
    await settle();
    for (let count = 0; this.#pending > 0; count++) {
      if (count === limit) throw new Error(`timers still wait after ${limit} have fired`);
      const entry = this.#next(Number.POSITIVE_INFINITY);
      if (entry !== undefined) this.#fire(entry);
      await settle();
    }
  }

  #fire(entry: Entry): void {
    const { fire } = entry;
    entry.fire = undefined;
    this.#pending--;
    this.#elapsed = Math.max(this.#elapsed, entry.at);
    fire?.();
  }

  /** Takes out the first timer that is due by `end`, cancelled ones apart. */
  #next(end: number): Entry | undefined {
    for (;;) {
      const first = this.#entries.peek();
      if (first === undefined || (first.fire !== undefined && first.at > end)) return undefined;
      this.#entries.pop();
      if (first.fire !== undefined) return first;
    }
  }
}

/** Lets promises and in-process streams run until they wait for something else than each other. */
export async function settle(turns = 3): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}
