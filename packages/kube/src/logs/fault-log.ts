import type { Clock } from '../types/clock.ts';
import type { Logger, LogValue } from '../types/logger.ts';

interface Fault {
  text: string;
  /** How often it came since it was first told. */
  count: number;
  since: number;
  nextAt: number;
  intervalMs: number;
}

const firstIntervalMs = 60_000;
const longestIntervalMs = 3_600_000;
/** Faults remembered at once; the oldest is forgotten (and would be told again). */
const capacity = 10_000;

/**
 * Tells a lasting fault when it comes, when its text changes, then after 1, 2, 4 … 60 minutes with its count, and when it is over:
 * a log that repeats itself hides the cause.
 */
export class FaultLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #faults = new Map<string, Fault>();

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /** `key` says what is at fault, `text` how: another text of the same key is told at once. Returns whether it was told. */
  report(key: string, message: string, text: string, values: Record<string, LogValue> = {}): boolean {
    const now = this.#clock.monotonic();
    const known = this.#faults.get(key);
    if (known === undefined || known.text !== text) {
      this.#faults.delete(key);
      this.#faults.set(key, { text, count: 1, since: now, nextAt: now + firstIntervalMs, intervalMs: firstIntervalMs });
      this.#trim();
      this.#logger.error(message, values);
      return true;
    }
    known.count++;
    if (now < known.nextAt) return false;
    known.intervalMs = Math.min(known.intervalMs * 2, longestIntervalMs);
    known.nextAt = now + known.intervalMs;
    this.#logger.error(message, { ...values, repeated: known.count, lastingSeconds: Math.round((now - known.since) / 1000) });
    return true;
  }

  /** The fault is over. Says so when there was one. */
  clear(key: string, message?: string, values: Record<string, LogValue> = {}): void {
    const known = this.#faults.get(key);
    if (known === undefined) return;
    this.#faults.delete(key);
    if (message !== undefined)
      this.#logger.info(message, { ...values, lastedSeconds: Math.round((this.#clock.monotonic() - known.since) / 1000) });
  }

  #trim(): void {
    if (this.#faults.size <= capacity) return;
    const oldest = this.#faults.keys().next().value;
    if (oldest !== undefined) this.#faults.delete(oldest);
  }
}
