import type { BackoffSpec } from '../clock/backoff.ts';
import { settledWithin } from '../clock/wait.ts';
import { ApiError } from '../errors/api-error.ts';
import { asError } from '../errors/kube-error.ts';
import { TransportError } from '../errors/transport-error.ts';
import { errorValues } from '../logs/error-values.ts';
import { FaultLog } from '../logs/fault-log.ts';
import { PriorityQueue, type Taken } from '../queue/priority-queue.ts';
import type { Clock, Random } from '../types/clock.ts';
import type { Controller, ControllerSpec, Result, WorkQueue } from '../types/controller.ts';
import type { Logger } from '../types/logger.ts';
import type { MetricsRegistry } from '../types/metrics.ts';
import { type ControllerMetrics, controllerMetrics } from './controller-metrics.ts';

export interface ControllerOptions {
  clock: Clock;
  random: Random;
  logger: Logger;
  metrics?: MetricsRegistry;
  /** Delay before a failed key is tried again. [100 ms to 60 s] */
  backoff?: BackoffSpec;
}

/** Passes started in one turn of the event loop; then other work (sockets, timers) gets its turn. */
const startsPerTurn = 64;

export function createController(spec: ControllerSpec, options: ControllerOptions): Controller {
  return new QueueController(spec, options);
}

class QueueController implements Controller {
  readonly name: string;
  readonly #spec: ControllerSpec;
  readonly #clock: Clock;
  readonly #queue: PriorityQueue;
  readonly #metrics: ControllerMetrics | undefined;
  readonly #faults: FaultLog;
  readonly #running = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #state: 'new' | 'started' | 'stopped' = 'new';
  #scheduled = false;
  #startsThisTurn = 0;

  constructor(spec: ControllerSpec, options: ControllerOptions) {
    this.name = spec.name;
    this.#spec = spec;
    this.#clock = options.clock;
    this.#queue = new PriorityQueue({ name: spec.name, ...options }, () => this.#schedule());
    this.#metrics = options.metrics === undefined ? undefined : controllerMetrics(options.metrics, spec.name, spec.concurrency);
    this.#faults = new FaultLog(options.logger.with({ controller: spec.name }), options.clock);
  }

  get queue(): WorkQueue {
    return this.#queue;
  }

  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    this.#schedule();
  }

  async stop(graceMs: number): Promise<void> {
    this.#state = 'stopped';
    this.#queue.close();
    if (this.#running.size === 0) return;
    const ended = Promise.all(this.#running);
    if (await settledWithin(this.#clock, ended, graceMs)) return;
    this.#abort.abort(new TransportError('aborted', `controller ${this.name} is stopping`));
  }

  /** Never starts work inside the caller's stack: an event handler that adds a key must not run a reconcile. */
  #schedule(): void {
    if (this.#scheduled || this.#state !== 'started') return;
    this.#scheduled = true;
    if (this.#startsThisTurn < startsPerTurn) {
      queueMicrotask(() => this.#pump());
      return;
    }
    this.#clock.after(0, () => {
      this.#startsThisTurn = 0;
      this.#pump();
    });
  }

  #pump(): void {
    this.#scheduled = false;
    while (this.#state === 'started' && this.#running.size < this.#spec.concurrency && this.#startsThisTurn < startsPerTurn) {
      const taken = this.#queue.take();
      if (taken === undefined) break;
      this.#startsThisTurn++;
      const run = this.#run(taken).finally(() => {
        this.#running.delete(run);
        this.#queue.done(taken.key);
        this.#schedule();
      });
      this.#running.add(run);
    }
    if (this.#startsThisTurn >= startsPerTurn) this.#schedule();
  }

  async #run(taken: Taken): Promise<void> {
    const { key, priority } = taken;
    const start = this.#clock.monotonic();
    const seconds = (): number => (this.#clock.monotonic() - start) / 1000;
    this.#metrics?.started();
    try {
      const request = { key, priority, attempt: this.#queue.failures(key), signal: this.#abort.signal };
      const result = await this.#spec.reconcile(request);
      this.#queue.forget(key);
      this.#faults.clear(key);
      this.#metrics?.finished(this.#requeue(key, result), seconds());
    } catch (thrown) {
      this.#metrics?.finished('error', seconds());
      this.#fail(taken, asError(thrown));
    }
  }

  #requeue(key: string, result: Result | undefined): 'success' | 'requeue_after' {
    if (result?.requeueAfterMs === undefined) return 'success';
    this.#queue.addAfter(key, result.requeueAfterMs, result.priority ?? 'change');
    return 'requeue_after';
  }

  /** A retry waits its turn: what a person asked for goes first once, not at every try. */
  #fail(taken: Taken, error: Error): void {
    if (this.#state !== 'started') return;
    const retryAfterMs = error instanceof ApiError ? error.retryAfterMs : undefined;
    this.#queue.retry(taken.key, taken.priority === 'user' ? 'change' : taken.priority, retryAfterMs);
    this.#faults.report(taken.key, 'Reconciler failed', error.message, { key: taken.key, ...errorValues(error) });
  }
}
