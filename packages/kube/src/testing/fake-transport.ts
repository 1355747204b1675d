import { abortError, TransportError } from '../errors/transport-error.ts';
import type { Transport, TransportRequest, TransportResponse } from '../types/transport.ts';
import { FakeStream } from './fake-stream.ts';

export interface FakeAnswer {
  status?: number;
  headers?: Record<string, string | string[]>;
  /** An object is sent as JSON; a stream as it comes. */
  body?: unknown;
}

export type FakeHandler = (request: TransportRequest) => FakeAnswer | Promise<FakeAnswer>;

/** A transport whose answers a test makes up. `requests` holds what was sent. Throw in the handler to fail without an answer. */
export class FakeTransport implements Transport {
  readonly requests: TransportRequest[] = [];
  readonly #streams = new Set<FakeStream>();
  #handler: FakeHandler;
  closed = false;

  constructor(handler: FakeHandler = () => ({ status: 404 })) {
    this.#handler = handler;
  }

  /** Another handler from now on. */
  answer(handler: FakeHandler): void {
    this.#handler = handler;
  }

  /** `METHOD path` of every request so far. */
  get lines(): string[] {
    return this.requests.map((request) => `${request.method} ${request.path}`);
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    if (this.closed) throw new TransportError('closed', '');
    const { signal } = request;
    if (signal?.aborted) throw abortError(signal);
    request.beforeSend?.();
    this.requests.push(request);
    const answer = await abortable((async () => this.#handler(request))(), signal);
    const { body } = answer;
    if (body instanceof FakeStream) {
      this.#streams.add(body);
      signal?.addEventListener('abort', () => body.fail(abortError(signal)), { once: true });
    }
    return {
      status: answer.status ?? 200,
      headers: answer.headers ?? {},
      text: async () => (body instanceof FakeStream ? body.text() : textOf(body)),
      chunks: () => (body instanceof FakeStream ? body : once(textOf(body))),
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const stream of this.#streams) stream.end();
  }
}

function textOf(body: unknown): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
