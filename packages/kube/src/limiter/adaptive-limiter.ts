import { abortError } from '../errors/transport-error.ts';
import { Fifo } from '../queue/fifo.ts';
import type { RequestPriority } from '../types/client.ts';
import type { Clock, Timer } from '../types/clock.ts';
import type { Logger } from '../types/logger.ts';
import type { Limiter, Permit, RequestOutcome } from './limiter.ts';
import { TokenBucket } from './token-bucket.ts';
import { Window } from './window.ts';

export interface LimiterOptions {
  clock: Clock;
  logger: Logger;
  /** --kube-api-qps: requests a second on average. [no rate limit; the window alone adapts] */
  qps?: number;
  /** --kube-api-burst. [2 × qps] */
  burst?: number;
  /** Most requests under way at once; should be the transport's number of connections. [32] */
  maxInFlight?: number;
}

interface Waiting {
  grant: (() => void) | undefined;
  since: number;
}

/** Waiting this long is told, milliseconds. */
const tellAfterMs = 1_000;
const tellEveryMs = 10_000;

const lanes = ['user', 'normal', 'background'] as const;

/**
 * Lets requests through while the window and (when there is one) the rate have room: `user` before `normal` before `background`, which may fill
 * three quarters of the window only. `lease` never waits. A Retry-After stops everything else for that time.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  return new AdaptiveLimiter(options);
}

class AdaptiveLimiter implements Limiter {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #window: Window;
  readonly #bucket: TokenBucket | undefined;
  readonly #queues = { user: new Fifo<Waiting>(), normal: new Fifo<Waiting>(), background: new Fifo<Waiting>() };
  #inFlight = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(options: LimiterOptions) {
    this.#clock = options.clock;
    this.#logger = options.logger;
    const max = options.maxInFlight ?? 32;
    this.#window = new Window({ start: Math.min(16, max), min: Math.min(2, max), max });
    this.#bucket = options.qps === undefined ? undefined : new TokenBucket(options.clock, options.qps, options.burst ?? options.qps * 2);
  }

  acquire(priority: RequestPriority, signal?: AbortSignal): Permit | Promise<Permit> {
    if (priority === 'lease') return () => undefined;
    const queue = this.#queues[priority];
    if (queue.size === 0 && this.#hasRoom(priority) && this.#waitMs() === 0) return this.#start();
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortError(signal));
      const since = this.#clock.monotonic();
      const waiting: Waiting = { grant: undefined, since };
      const onAbort = (): void => {
        waiting.grant = undefined;
        if (signal !== undefined) reject(abortError(signal));
      };
      waiting.grant = () => {
        signal?.removeEventListener('abort', onAbort);
        this.#tell(this.#clock.monotonic() - since, priority);
        resolve(this.#start());
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      queue.push(waiting);
      this.#drain();
    });
  }

  #start(): Permit {
    this.#bucket?.take();
    this.#inFlight++;
    return (outcome) => this.#end(outcome);
  }

  #end(outcome: RequestOutcome): void {
    // A window of which not even half is used says nothing about a larger one.
    const used = this.#inFlight * 2 >= this.#window.size;
    this.#inFlight--;
    const now = this.#clock.monotonic();
    this.#window.learn(outcome, used, now);
    if (outcome.retryAfterMs !== undefined && now + outcome.retryAfterMs > this.#pausedUntil) {
      this.#pausedUntil = now + outcome.retryAfterMs;
      this.#logger.warn('Throttling requests: the API server asked to wait (rate limit)', {
        status: outcome.status,
        retryAfterSeconds: outcome.retryAfterMs / 1000,
        window: this.#window.size,
      });
    }
    this.#drain();
  }

  #drain(): void {
    for (const lane of lanes) {
      const queue = this.#queues[lane];
      for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
        if (next.grant === undefined) {
          queue.shift();
          continue;
        }
        if (!this.#hasRoom(lane)) break;
        const wait = this.#waitMs();
        if (wait > 0) {
          this.#arm(wait);
          return;
        }
        queue.shift();
        next.grant();
      }
    }
  }

  #arm(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(ms, () => {
      this.#timer = undefined;
      this.#drain();
    });
  }

  #hasRoom(priority: Exclude<RequestPriority, 'lease'>): boolean {
    const room = priority === 'background' ? Math.max(1, Math.floor(this.#window.size * 0.75)) : this.#window.size;
    return this.#inFlight < room;
  }

  #waitMs(): number {
    return Math.max(0, this.#pausedUntil - this.#clock.monotonic(), this.#bucket?.wait() ?? 0);
  }

  #tell(waitedMs: number, priority: RequestPriority): void {
    const now = this.#clock.monotonic();
    if (waitedMs < tellAfterMs || now - this.#toldAt < tellEveryMs) return;
    this.#toldAt = now;
    this.#logger.info('Throttling requests: client-side rate limit', {
      waitedSeconds: Math.round(waitedMs) / 1000,
      priority,
      inFlight: this.#inFlight,
      window: this.#window.size,
    });
  }
}
