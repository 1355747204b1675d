import type { Transport, TransportRequest, TransportResponse } from '@caretaker/kube';

/** A transport that remembers what was sent, and lets a test answer in the server's place. */
export class CountingTransport implements Transport {
  readonly lines: string[] = [];
  intercept: ((request: TransportRequest) => TransportResponse | undefined | Promise<TransportResponse | undefined>) | undefined;
  private readonly inner: Transport;

  constructor(inner: Transport) {
    this.inner = inner;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    this.lines.push(lineOf(request));
    const answer = await this.intercept?.(request);
    return answer ?? this.inner.send(request);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  /** Lines since the last call. */
  take(): string[] {
    return this.lines.splice(0);
  }
}

/** `APPLY /path`, `WATCH /path`, `LIST`, else the method; no query. */
function lineOf(request: TransportRequest): string {
  const [path = '', query = ''] = request.path.split('?');
  const parameters = new URLSearchParams(query);
  if (request.method === 'GET' && parameters.has('watch')) return `WATCH ${path}`;
  if (request.method === 'PATCH' && String(request.headers['content-type']).includes('apply')) {
    const dry = parameters.has('dryRun') ? ' dry' : '';
    return `APPLY ${path}${parameters.get('force') === 'true' ? ' force' : ''}${dry}`;
  }
  return `${request.method} ${path}`;
}

/** An answer as the API server gives one. */
export function jsonAnswer(status: number, body: unknown): TransportResponse {
  const text = JSON.stringify(body);
  return {
    status,
    headers: { 'content-type': 'application/json' },
    text: async () => text,
    chunks: async function* () {
      yield new TextEncoder().encode(text);
    },
  };
}
