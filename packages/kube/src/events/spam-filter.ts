import { TokenBucket } from '../limiter/token-bucket.ts';
import type { Clock } from '../types/clock.ts';

/** How many events about one object at once, and how many a second after that. */
export interface SpamRule {
  burst: number;
  perSecond: number;
}

/** client-go's values: 25 events about one object at once, then one in five minutes. */
export const defaultSpamRule: SpamRule = { burst: 25, perSecond: 1 / 300 };
const capacity = 4096;

/** Keeps one object from flooding the event store. */
export class SpamFilter {
  readonly #clock: Clock;
  readonly #rule: SpamRule;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock, rule: SpamRule = defaultSpamRule) {
    this.#clock = clock;
    this.#rule = rule;
  }

  allows(object: string): boolean {
    const bucket = this.#buckets.get(object) ?? new TokenBucket(this.#clock, this.#rule.perSecond, this.#rule.burst);
    // Moved to the end: the first in the map is the one not used for longest.
    this.#buckets.delete(object);
    this.#buckets.set(object, bucket);
    if (this.#buckets.size > capacity) for (const oldest of this.#buckets.keys()) if (this.#buckets.delete(oldest)) break;
    if (bucket.wait() > 0) return false;
    bucket.take();
    return true;
  }
}
