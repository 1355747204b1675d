import { TokenBucket } from '../limiter/token-bucket.ts';
import type { Clock } from '../types/clock.ts';

/** client-go's values: 25 events about one object at once, then one in five minutes. */
const burst = 25;
const perSecond = 1 / 300;
const capacity = 4096;

/** Keeps one object from flooding the event store. */
export class SpamFilter {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  allows(object: string): boolean {
    const bucket = this.#buckets.get(object) ?? new TokenBucket(this.#clock, perSecond, burst);
    // Moved to the end: the first in the map is the one not used for longest.
    this.#buckets.delete(object);
    this.#buckets.set(object, bucket);
    if (this.#buckets.size > capacity) for (const oldest of this.#buckets.keys()) if (this.#buckets.delete(oldest)) break;
    if (bucket.wait() > 0) return false;
    bucket.take();
    return true;
  }
}
