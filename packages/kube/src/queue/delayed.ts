import { Heap } from '../collections/heap.ts';
import type { Clock, Timer } from '../types/clock.ts';
import type { Priority } from '../types/controller.ts';
import { sooner } from './priorities.ts';

interface Entry {
  key: string;
  at: number;
  order: number;
  priority: Priority;
}

/** Keys that wait for their time, each at most once: the earliest time asked for holds, with the highest priority asked for. */
export class DelayedKeys {
  readonly #clock: Clock;
  readonly #due: (key: string, priority: Priority) => void;
  readonly #heap = new Heap<Entry>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));
  readonly #entries = new Map<string, Entry>();
  #order = 0;
  #timer: { at: number; timer: Timer } | undefined;

  constructor(clock: Clock, due: (key: string, priority: Priority) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  get size(): number {
    return this.#entries.size;
  }

  add(key: string, ms: number, priority: Priority): void {
    const at = this.#clock.monotonic() + ms;
    const known = this.#entries.get(key);
    if (known !== undefined && known.at <= at) {
      known.priority = sooner(known.priority, priority);
      return;
    }
    const entry = { key, at, order: this.#order++, priority: known === undefined ? priority : sooner(known.priority, priority) };
    this.#entries.set(key, entry);
    this.#heap.push(entry);
    this.#arm();
  }

  /** Takes a key out; returns the priority that it waited with. */
  remove(key: string): Priority | undefined {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    return entry?.priority;
  }

  clear(): void {
    this.#entries.clear();
    this.#timer?.timer.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const first = this.#first();
    if (first === undefined || (this.#timer !== undefined && this.#timer.at <= first.at)) return;
    this.#timer?.timer.cancel();
    const timer = this.#clock.after(first.at - this.#clock.monotonic(), () => this.#fire());
    this.#timer = { at: first.at, timer };
  }

  #fire(): void {
    this.#timer = undefined;
    for (let entry = this.#first(); entry !== undefined && entry.at <= this.#clock.monotonic(); entry = this.#first()) {
      this.#heap.pop();
      this.#entries.delete(entry.key);
      this.#due(entry.key, entry.priority);
    }
    this.#arm();
  }

  /** The first entry that still counts; those that were replaced or removed are dropped on the way. */
  #first(): Entry | undefined {
    for (let entry = this.#heap.peek(); entry !== undefined; entry = this.#heap.peek()) {
      if (this.#entries.get(entry.key) === entry) return entry;
      this.#heap.pop();
    }
    return undefined;
  }
}
