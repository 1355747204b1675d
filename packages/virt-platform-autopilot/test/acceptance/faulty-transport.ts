import type { Transport, TransportRequest, TransportResponse } from '@caretaker/kube';

export interface Fault {
  status: number;
  reason: string;
  message: string;
  retryAfter?: number;
}

/** A connection on which the API server can be made to refuse, and which notes what is asked. */
export class FaultyTransport implements Transport {
  readonly #inner: Transport;
  readonly requests: { method: string; path: string }[] = [];
  /** Answers a request instead of the server. */
  fault: (request: TransportRequest) => Fault | undefined = () => undefined;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    this.requests.push({ method: request.method, path: request.path });
    const fault = this.fault(request);
    return fault === undefined ? this.#inner.send(request) : answer(fault);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

function answer({ status, reason, message, retryAfter }: Fault): TransportResponse {
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'Status', metadata: {}, status: 'Failure', message, reason, code: status });
  return {
    status,
    headers: { 'content-type': 'application/json', ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }) },
    text: async () => body,
    async *chunks() {
      yield new TextEncoder().encode(body);
    },
  };
}
