import { backoffDelay } from '../clock/backoff.ts';
import { ApiError } from '../errors/api-error.ts';
import { asError } from '../errors/kube-error.ts';
import { TransportError } from '../errors/transport-error.ts';
import type { KubeClient } from '../types/client.ts';
import type { Clock, Random } from '../types/clock.ts';
import type { InformerSpec } from '../types/informer.ts';
import { SilenceWatchdog } from './silence-watchdog.ts';
import {
  type Emission,
  onEvent,
  onFailure,
  onPage,
  onStreamOpened,
  type Step,
  type Strategy,
  StreamingUnsupported,
  type WatcherState,
  WatchRefused,
} from './watcher-state.ts';

/** Who listens to a watcher. */
export interface WatcherSink {
  emit(emission: Emission): void;
  /** A list was started or a watch opened; for metrics. */
  requested(what: 'list' | 'watch'): void;
  /** The server accepted the last request. */
  accepted(): void;
  /** A request was refused or got no answer; it will be tried again. */
  failed(error: Error): void;
}

export interface WatcherOptions {
  spec: InformerSpec;
  client: KubeClient;
  clock: Clock;
  random: Random;
  sink: WatcherSink;
  /** Called after a 404, so that what is cached about the kind is looked at again; resolves to an error that says more. */
  lookAgain: () => Promise<Error | undefined>;
}

const pageSize = 500;
/** client-go's values. The exponent survives successes: only a watch that has been healthy this long forgets it. */
const backoff = { baseMs: 800, maxMs: 30_000 };
const healthyAfterMs = 60_000;
/** A watch that ends sooner than this is treated as a failure, so that a server which closes at once is not asked in a loop. */
const shortWatchMs = 5_000;
/** The server ends a watch after a random 5 to 10 minutes, so that watches do not all end together. */
const shortestWatchSeconds = 300;

/** Follows one kind until stopped: gets everything, then every change, and picks up after every failure by itself. */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #watchdog: SilenceWatchdog;
  #state: WatcherState = { name: 'empty' };
  #strategy: Strategy = 'stream';
  #failures = 0;
  #openedAt: number | undefined;
  #hurry: (() => void) | undefined;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#watchdog = new SilenceWatchdog(options.clock);
  }

  get state(): WatcherState {
    return this.#state;
  }

  /** Runs until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const error = await this.#attempt(signal);
      if (signal.aborted) return;
      const open = this.#openedFor();
      if (open >= healthyAfterMs) this.#failures = 0;
      if (error === undefined && (open >= shortWatchMs || this.#openedAt === undefined)) continue;
      if (error !== undefined) await this.#fail(error);
      await this.#pause(signal);
    }
  }

  /** Ends a pause between tries: what was missing may have come. */
  hurry(): void {
    this.#hurry?.();
  }

  async #attempt(signal: AbortSignal): Promise<Error | undefined> {
    this.#openedAt = undefined;
    const attempt = new AbortController();
    const onStop = (): void => attempt.abort(signal.reason);
    signal.addEventListener('abort', onStop, { once: true });
    try {
      const { state } = this;
      if (state.name === 'watching') await this.#watch(attempt, state.resourceVersion);
      else if (state.name === 'paging' || this.#strategy === 'list') await this.#page(attempt.signal, state);
      else await this.#watch(attempt, undefined);
      return undefined;
    } catch (thrown) {
      return thrown instanceof WatchRefused ? refusal(thrown, this.#options.spec) : asError(thrown);
    } finally {
      this.#watchdog.rest();
      signal.removeEventListener('abort', onStop);
    }
  }

  async #page(signal: AbortSignal, state: WatcherState): Promise<void> {
    const { spec, client, sink } = this.#options;
    sink.requested('list');
    const page = await client.list(spec, {
      ...selection(spec),
      ...(state.name === 'empty' && state.whole === true ? {} : { limit: pageSize }),
      ...(state.name === 'paging' ? { continue: state.next } : {}),
      signal,
    });
    sink.accepted();
    this.#take(onPage(state, page));
  }

  /** Watches from a version, or from nothing with initial events. */
  async #watch(attempt: AbortController, resourceVersion: string | undefined): Promise<void> {
    const { spec, client, clock, random, sink } = this.#options;
    const timeoutSeconds = shortestWatchSeconds + Math.floor(random.next() * shortestWatchSeconds);
    sink.requested('watch');
    const events = client.watch(spec, {
      ...selection(spec),
      ...(resourceVersion === undefined ? { sendInitialEvents: true } : { resourceVersion }),
      timeoutSeconds,
      allowWatchBookmarks: true,
      signal: attempt.signal,
      opened: () => {
        this.#openedAt = clock.monotonic();
        sink.accepted();
        if (resourceVersion === undefined) this.#take(onStreamOpened());
        this.#guard(attempt, timeoutSeconds);
      },
    });
    for await (const event of events) {
      if (event.type === 'BOOKMARK' && this.#state.name === 'watching') this.#watchdog.heardBookmark();
      this.#take(onEvent(this.#state, event));
      this.#guard(attempt, timeoutSeconds);
    }
    if (this.#state.name === 'streaming') throw new TransportError('reset', 'the watch ended before its initial events did');
  }

  /** Half-open connections tell nothing: what is silent for too long is opened anew, from where it was. */
  #guard(attempt: AbortController, timeoutSeconds: number): void {
    const initial = this.#state.name === 'streaming';
    this.#watchdog.watch(initial, timeoutSeconds, (ms) => {
      attempt.abort(
        initial ? new StreamingUnsupported() : new TransportError('timeout', `the watch was silent for ${Math.round(ms / 1000)} s`),
      );
    });
  }

  #take(step: Step): void {
    this.#state = step.state;
    for (const emission of step.emit) this.#options.sink.emit(emission);
  }

  async #fail(error: Error): Promise<void> {
    const wasOpen = this.#openedAt !== undefined;
    const unsupported = error instanceof StreamingUnsupported || error.cause instanceof StreamingUnsupported;
    const { state, strategy } = onFailure(this.#state, this.#strategy, unsupported ? new StreamingUnsupported() : error);
    const changedStrategy = strategy !== this.#strategy;
    this.#state = state;
    this.#strategy = strategy;
    // Losing a stream that worked is everyday; so is learning that the server cannot stream.
    if (wasOpen || changedStrategy) return;
    const missing = error instanceof ApiError && error.status.code === 404;
    this.#options.sink.failed((missing ? await this.#options.lookAgain().catch(() => undefined) : undefined) ?? error);
  }

  #pause(signal: AbortSignal): Promise<void> {
    const ms = backoffDelay(backoff, this.#failures++, this.#options.random);
    return new Promise((resolve) => {
      const end = (): void => {
        this.#hurry = undefined;
        timer.cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = this.#options.clock.after(ms, end);
      signal.addEventListener('abort', end, { once: true });
      this.#hurry = end;
    });
  }

  #openedFor(): number {
    return this.#openedAt === undefined ? 0 : this.#options.clock.monotonic() - this.#openedAt;
  }
}

function selection(spec: InformerSpec): { namespace?: string; labelSelector?: string; fieldSelector?: string; metadataOnly?: boolean } {
  return {
    ...(spec.namespace === undefined ? {} : { namespace: spec.namespace }),
    ...(spec.labelSelector === undefined ? {} : { labelSelector: spec.labelSelector }),
    ...(spec.fieldSelector === undefined ? {} : { fieldSelector: spec.fieldSelector }),
    ...(spec.metadataOnly === undefined ? {} : { metadataOnly: spec.metadataOnly }),
  };
}

function refusal(refused: WatchRefused, spec: InformerSpec): ApiError {
  return new ApiError(refused.status, { method: 'GET', path: `watch of ${spec.kind} (${spec.apiVersion})` });
}
