import type { StoredEvent } from './event.ts';

/** The most recent changes of one resource, oldest first, dropped from the front. Binary search by revision. */
export class EventLog {
  #events: StoredEvent[] = [];
  #start = 0;
  /** Everything up to and with this revision is no longer here. */
  #droppedTo: number;
  readonly #capacity: number;

  constructor(capacity: number, droppedTo: number) {
    this.#capacity = capacity;
    this.#droppedTo = droppedTo;
  }

  get droppedTo(): number {
    return this.#droppedTo;
  }

  push(event: StoredEvent): void {
    this.#events.push(event);
    if (this.#events.length - this.#start > this.#capacity) this.#drop(this.#start + 1);
  }

  /** Forgets events of this revision and older. */
  compact(revision: number): void {
    if (revision > this.#droppedTo) this.#droppedTo = revision;
    this.#drop(this.#indexAfter(revision));
  }

  /** Events newer than `revision`, oldest first. */
  *after(revision: number): Generator<StoredEvent> {
    const end = this.#events.length;
    for (let index = this.#indexAfter(revision); index < end; index += 1) {
      const event = this.#events[index];
      if (event !== undefined) yield event;
    }
  }

  /** Events newer than `revision`, newest first: to walk a state back in time. */
  *backTo(revision: number): Generator<StoredEvent> {
    const from = this.#indexAfter(revision);
    for (let index = this.#events.length - 1; index >= from; index -= 1) {
      const event = this.#events[index];
      if (event !== undefined) yield event;
    }
  }

  /** The revision of the newest event that is older than `before` (milliseconds), or 0. */
  newestOlderThan(before: number): number {
    let revision = 0;
    for (let index = this.#start; index < this.#events.length; index += 1) {
      const event = this.#events[index];
      if (event === undefined || event.at >= before) break;
      revision = event.revision;
    }
    return revision;
  }

  #indexAfter(revision: number): number {
    let low = this.#start;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const event = this.#events[middle];
      if (event !== undefined && event.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #drop(to: number): void {
    const last = this.#events[to - 1];
    if (to > this.#start && last !== undefined && last.revision > this.#droppedTo) this.#droppedTo = last.revision;
    this.#start = Math.max(this.#start, to);
    // Give memory back only when half of the array is dead, so that dropping stays cheap.
    if (this.#start > 1024 && this.#start * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#start);
      this.#start = 0;
    }
  }
}
