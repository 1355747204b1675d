import { deadline } from '../clock/deadline.ts';
import { sleep } from '../clock/wait.ts';
import { ApiError } from '../errors/api-error.ts';
import { TransportError } from '../errors/transport-error.ts';
import type { Limiter, RequestOutcome } from '../limiter/limiter.ts';
import { transportFailure } from '../transport/failure.ts';
import type { RequestOptions } from '../types/client.ts';
import type { Clock } from '../types/clock.ts';
import type { Transport, TransportRequest, TransportResponse } from '../types/transport.ts';
import { retryAfterSeconds, statusOf } from './status.ts';

export interface Call {
  method: TransportRequest['method'];
  path: string;
  accept?: string;
  contentType?: string;
  body?: string;
  lane?: TransportRequest['lane'];
}

export interface Answer {
  status: number;
  headers: TransportResponse['headers'];
  text: string;
}

/** What happened to a request, for metrics and logs. `status` is undefined when no answer came. */
export type RequestObserver = (method: string, status: number | undefined, seconds: number, path: string) => void;

export interface RequesterOptions {
  transport: Transport;
  clock: Clock;
  limiter?: Limiter | undefined;
  observe?: RequestObserver | undefined;
  headers: Readonly<Record<string, string>>;
}

/** A request that has not been answered after this long has failed, milliseconds: a little longer than an API server's own limit. */
const requestTimeoutMs = 65_000;
/** How often a request that the server refused with a Retry-After is sent again. */
const maxThrottledRetries = 5;
/** Longest Retry-After that is waited for inside a call, milliseconds. */
const longestWaitMs = 30_000;

/** Sends requests for the client: asks the limiter, keeps the deadline, repeats what is safe to repeat, turns refusals into `ApiError`. */
export class Requester {
  readonly #options: RequesterOptions;

  constructor(options: RequesterOptions) {
    this.#options = options;
  }

  /** The whole answer of a request that was accepted (2xx). */
  async call(call: Call, options: RequestOptions = {}): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#once(call, options);
      } catch (thrown) {
        if (!mayRepeat(thrown, call, attempt)) throw thrown;
        // The limiter itself waits out the Retry-After that it was told of, except for leases; without one, the wait is here.
        const unlimited = this.#options.limiter === undefined || options.priority === 'lease';
        if (unlimited && thrown instanceof ApiError) await sleep(this.#options.clock, thrown.retryAfterMs ?? 0, options.signal);
      }
    }
  }

  /** The body of an accepted answer, as it comes. The deadline is for its head alone; `opened` is called once that is there. */
  async *stream(call: Call, options: RequestOptions, opened: () => void): AsyncGenerator<Uint8Array> {
    const response = await this.#open(call, options);
    opened();
    try {
      yield* response.chunks();
    } catch (thrown) {
      throw transportFailure(thrown, options.signal);
    }
  }

  async #open(call: Call, options: RequestOptions): Promise<TransportResponse> {
    const permit = await this.#options.limiter?.acquire(options.priority ?? 'normal', options.signal);
    const start = this.#options.clock.monotonic();
    let outcome: RequestOutcome = { latencyMs: 0 };
    const untilHead = deadline(this.#options.clock, requestTimeoutMs, () => timedOut(call), options.signal);
    try {
      // The body goes on after the deadline is cleared, and still ends with the caller's signal: both feed one controller.
      const response = await this.#options.transport.send(this.#request(call, untilHead.signal));
      outcome = { status: response.status, latencyMs: this.#options.clock.monotonic() - start };
      if (response.status < 300) return response;
      const refusal = this.#refusal(call, response, await response.text());
      if (refusal.retryAfterMs !== undefined) outcome = { ...outcome, retryAfterMs: refusal.retryAfterMs };
      throw refusal;
    } catch (thrown) {
      throw transportFailure(thrown, untilHead.signal);
    } finally {
      untilHead.clearTimer();
      permit?.(outcome);
      this.#options.observe?.(call.method, outcome.status, outcome.latencyMs / 1000, call.path);
    }
  }

  async #once(call: Call, options: RequestOptions): Promise<Answer> {
    const { clock, limiter, transport } = this.#options;
    const permit = await limiter?.acquire(options.priority ?? 'normal', options.signal);
    const start = clock.monotonic();
    let outcome: RequestOutcome = { latencyMs: 0 };
    const limit = deadline(clock, requestTimeoutMs, () => timedOut(call), options.signal);
    try {
      const response = await transport.send(this.#request(call, limit.signal, options.priority));
      const text = await response.text();
      const latencyMs = clock.monotonic() - start;
      outcome = { status: response.status, latencyMs };
      if (response.status >= 300) {
        const refusal = this.#refusal(call, response, text);
        if (refusal.retryAfterMs !== undefined) outcome = { status: response.status, latencyMs, retryAfterMs: refusal.retryAfterMs };
        throw refusal;
      }
      return { status: response.status, headers: response.headers, text };
    } catch (thrown) {
      throw transportFailure(thrown, limit.signal);
    } finally {
      limit.clear();
      permit?.(outcome);
      this.#options.observe?.(call.method, outcome.status, (clock.monotonic() - start) / 1000, call.path);
    }
  }

  #request(call: Call, signal: AbortSignal, priority?: RequestOptions['priority']): TransportRequest {
    const headers: Record<string, string> = { ...this.#options.headers, accept: call.accept ?? 'application/json' };
    if (call.body !== undefined) headers['content-type'] = call.contentType ?? 'application/json';
    return {
      method: call.method,
      path: call.path,
      headers,
      signal,
      lane: call.lane ?? (priority === 'lease' ? 'lease' : 'request'),
      ...(call.body === undefined ? {} : { body: call.body }),
    };
  }

  #refusal(call: Call, response: TransportResponse, text: string): ApiError {
    return new ApiError(statusOf(response.status, text, retryAfterSeconds(response.headers)), call);
  }
}

function timedOut(call: Call): TransportError {
  return new TransportError('timeout', `no answer to ${call.method} ${call.path} within ${requestTimeoutMs / 1000} s`);
}

/**
 * A refusal with Retry-After was not carried out, so any request may follow it. A broken connection says nothing about the request:
 * only reads are sent again, once.
 */
function mayRepeat(thrown: unknown, call: Call, attempt: number): boolean {
  if (thrown instanceof ApiError) {
    const { retryAfterMs, status } = thrown;
    const refusedUnseen = status.code === 429 || (status.code === 503 && call.method === 'GET');
    return refusedUnseen && retryAfterMs !== undefined && retryAfterMs <= longestWaitMs && attempt < maxThrottledRetries;
  }
  return thrown instanceof TransportError && thrown.failure === 'reset' && call.method === 'GET' && attempt === 0;
}
