import { type BackoffSpec, backoffDelay } from '../clock/backoff.ts';
import type { Clock, Random } from '../types/clock.ts';
import type { Priority, WorkQueue } from '../types/controller.ts';
import type { MetricsRegistry } from '../types/metrics.ts';
import { DelayedKeys } from './delayed.ts';
import { Fifo } from './fifo.ts';
import { priorities, rankOf, sooner } from './priorities.ts';
import { type QueueMetrics, queueMetrics } from './queue-metrics.ts';

export interface PriorityQueueOptions {
  name: string;
  clock: Clock;
  random: Random;
  metrics?: MetricsRegistry | undefined;
  /** Delay before a failed key is tried again. [100 ms to 60 s] */
  backoff?: BackoffSpec | undefined;
}

interface Waiting {
  key: string;
  priority: Priority;
  since: number;
}

/** A key that was taken and must be given back with `done`. */
export interface Taken {
  key: string;
  priority: Priority;
}

/** After so many takes that passed over a lower class which waits, one goes to that class: low priority means later, not never. */
const passedOverLimit = 16;

const defaultBackoff: BackoffSpec = { baseMs: 100, maxMs: 60_000 };

/**
 * Invariants:
 * - a key is waiting at most once, and never while it is being processed: then it is dirty, and waits again when it is done;
 * - a key is being processed at most once;
 * - an add is never lost: after it, the key is taken at least once more;
 * - adding a key that waits can only raise its priority, and an add now takes the place of one that was delayed.
 */
export class PriorityQueue implements WorkQueue {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #backoff: BackoffSpec;
  readonly #metrics: QueueMetrics | undefined;
  readonly #lanes: readonly Fifo<Waiting>[] = priorities.map(() => new Fifo<Waiting>());
  readonly #waiting = new Map<string, Waiting>();
  readonly #processing = new Map<string, number>();
  readonly #dirty = new Map<string, Priority>();
  readonly #failures = new Map<string, number>();
  readonly #delayed: DelayedKeys;
  readonly #onReady: () => void;
  #passedOver = 0;
  #closed = false;

  /** `onReady` is called whenever a key has become ready to be taken. */
  constructor(options: PriorityQueueOptions, onReady: () => void = () => undefined) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#backoff = options.backoff ?? defaultBackoff;
    this.#onReady = onReady;
    this.#delayed = new DelayedKeys(options.clock, (key, priority) => this.#ready(key, priority));
    const state = () => ({ depth: this.depth, running: [...this.#processing.values()].map((start) => this.#secondsSince(start)) });
    this.#metrics = options.metrics === undefined ? undefined : queueMetrics(options.metrics, options.name, state);
  }

  /** Keys that are ready and wait for a worker. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** Keys that wait for their time. */
  get delayed(): number {
    return this.#delayed.size;
  }

  get processing(): number {
    return this.#processing.size;
  }

  add(key: string, priority: Priority = 'change'): void {
    if (this.#closed) return;
    const delayed = this.#delayed.remove(key);
    this.#ready(key, delayed === undefined ? priority : sooner(delayed, priority));
  }

  addAfter(key: string, ms: number, priority: Priority = 'change'): void {
    if (this.#closed) return;
    if (ms <= 0) this.add(key, priority);
    else if (this.#waiting.has(key)) this.#ready(key, priority);
    else this.#delayed.add(key, ms, priority);
  }

  /** The next key, or undefined when none is ready. */
  take(): Taken | undefined {
    const next = this.#next();
    if (next === undefined) return undefined;
    this.#waiting.delete(next.key);
    this.#processing.set(next.key, this.#clock.monotonic());
    this.#metrics?.taken(this.#secondsSince(next.since));
    return { key: next.key, priority: next.priority };
  }

  /** Work on a taken key has ended. If it was added meanwhile, it is ready again. */
  done(key: string): void {
    const start = this.#processing.get(key);
    if (start === undefined) return;
    this.#processing.delete(key);
    this.#metrics?.finished(this.#secondsSince(start));
    const dirty = this.#dirty.get(key);
    if (dirty === undefined) return;
    this.#dirty.delete(key);
    this.#enqueue(key, dirty);
  }

  /** Adds a failed key again, later each time; never before `atLeastMs`. Returns the delay, milliseconds. */
  retry(key: string, priority: Priority, atLeastMs = 0): number {
    const failures = this.failures(key);
    this.#failures.set(key, failures + 1);
    const delay = Math.max(atLeastMs, backoffDelay(this.#backoff, failures, this.#random));
    this.#metrics?.retried();
    this.addAfter(key, delay, priority);
    return delay;
  }

  /** How often in a row the key has failed. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** The key succeeded: its next failure starts from the shortest delay. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Takes no more adds and drops what is delayed. What is ready can still be taken. */
  close(): void {
    this.#closed = true;
    this.#delayed.clear();
  }

  #ready(key: string, priority: Priority): void {
    this.#metrics?.added();
    if (this.#processing.has(key)) {
      const dirty = this.#dirty.get(key);
      this.#dirty.set(key, dirty === undefined ? priority : sooner(dirty, priority));
      return;
    }
    this.#enqueue(key, priority);
  }

  #enqueue(key: string, priority: Priority): void {
    const known = this.#waiting.get(key);
    if (known !== undefined && rankOf(known.priority) <= rankOf(priority)) return;
    // The entry of lower priority stays behind in its lane and is passed over there, since it is no longer the one in the map.
    const entry = { key, priority, since: known?.since ?? this.#clock.monotonic() };
    this.#waiting.set(key, entry);
    this.#lanes[rankOf(priority)]?.push(entry);
    this.#onReady();
  }

  #next(): Waiting | undefined {
    const ready = this.#lanes.filter((lane) => this.#head(lane) !== undefined);
    const first = ready[0];
    if (first === undefined) return undefined;
    if (ready.length === 1) this.#passedOver = 0;
    else if (++this.#passedOver > passedOverLimit) {
      this.#passedOver = 0;
      return this.#longestWaiting(ready.slice(1))?.shift();
    }
    return first.shift();
  }

  #longestWaiting(lanes: readonly Fifo<Waiting>[]): Fifo<Waiting> | undefined {
    return lanes.toSorted((a, b) => (a.peek()?.since ?? 0) - (b.peek()?.since ?? 0))[0];
  }

  #head(lane: Fifo<Waiting>): Waiting | undefined {
    for (let entry = lane.peek(); entry !== undefined; entry = lane.peek()) {
      if (this.#waiting.get(entry.key) === entry) return entry;
      lane.shift();
    }
    return undefined;
  }

  #secondsSince(start: number): number {
    return (this.#clock.monotonic() - start) / 1000;
  }
}
