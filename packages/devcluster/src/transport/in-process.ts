import type { Transport, TransportRequest, TransportResponse } from '@caretaker/kube';
import type { Answer } from '../server/answers/answer.ts';
import type { ApiRequest } from '../server/api-request.ts';
import type { ClusterFaults } from '../server/cluster-faults.ts';
import type { UserInfo } from '../server/contract.ts';

type Handle = (request: ApiRequest) => Promise<Answer>;

/** The request never reached an answer: it was aborted, or the transport was closed. */
export class InProcessAbort extends Error {
  readonly code = 'ABORTED';
  readonly retryable = true;
  readonly hint = 'the request was cancelled by its caller';
  constructor() {
    super('request aborted');
    this.name = 'AbortError';
  }
}

/** The answer was lost on its way; nobody can tell from here whether the request was carried out. */
export class ConnectionLost extends Error {
  readonly code = 'ECONNRESET';
  readonly retryable = true;
  readonly hint = 'read the object before writing it again';
  constructor() {
    super('connection reset');
    this.name = 'ConnectionLost';
  }
}

/** Requests as function calls: no sockets, no copies of bodies, the same handler. */
export function inProcessTransport(handle: Handle, who: { user: UserInfo } | { token: string }, faults: ClusterFaults = {}): Transport {
  const open = new Set<AbortController>();
  return {
    async send(request) {
      if (request.signal?.aborted === true) throw new InProcessAbort();
      request.beforeSend?.();
      const controller = new AbortController();
      const abort = (): void => controller.abort();
      request.signal?.addEventListener('abort', abort, { once: true });
      open.add(controller);
      const release = (): void => {
        open.delete(controller);
        request.signal?.removeEventListener('abort', abort);
      };
      const ask = toApiRequest(request, who, controller.signal);
      const answer = await handle(ask);
      if (faults.loseReply?.(ask, answer.status) === true) {
        release();
        throw new ConnectionLost();
      }
      if (controller.signal.aborted) {
        release();
        throw new InProcessAbort();
      }
      return toResponse(answer, controller.signal, release);
    },
    async close() {
      for (const controller of open) controller.abort();
    },
  };
}

function toApiRequest(request: TransportRequest, who: { user: UserInfo } | { token: string }, signal: AbortSignal): ApiRequest {
  const cut = request.path.indexOf('?');
  const path = cut < 0 ? request.path : request.path.slice(0, cut);
  const headers = 'token' in who ? { ...request.headers, authorization: `Bearer ${who.token}` } : request.headers;
  return {
    method: request.method,
    path,
    query: cut < 0 ? NO_QUERY : new URLSearchParams(request.path.slice(cut + 1)),
    headers,
    body: request.body ?? '',
    signal,
    ...('user' in who ? { user: who.user } : {}),
  };
}

const NO_QUERY = new URLSearchParams();

function toResponse(answer: Answer, signal: AbortSignal, release: () => void): TransportResponse {
  const { body } = answer;
  if (typeof body === 'string' || body instanceof Uint8Array) {
    release();
    return {
      status: answer.status,
      headers: answer.headers,
      text: async () => (typeof body === 'string' ? body : Buffer.from(body).toString('utf8')),
      chunks: async function* () {
        yield typeof body === 'string' ? Buffer.from(body) : body;
      },
    };
  }
  const queue = new ChunkQueue(signal);
  const stop = body.stream(queue);
  signal.addEventListener('abort', stop, { once: true });
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* queue.drain();
    } finally {
      stop();
      release();
    }
  };
  return {
    status: answer.status,
    headers: answer.headers,
    text: async () => {
      let text = '';
      for await (const chunk of chunks()) text += Buffer.from(chunk).toString('utf8');
      return text;
    },
    chunks,
  };
}

/** Pieces written by the server until somebody reads them. */
class ChunkQueue {
  readonly #signal: AbortSignal;
  readonly #chunks: Uint8Array[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  write(piece: string | Uint8Array): void {
    this.#chunks.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *drain(): AsyncGenerator<Uint8Array> {
    for (;;) {
      for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) yield chunk;
      if (this.#signal.aborted) throw new InProcessAbort();
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
