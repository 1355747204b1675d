/** One HTTP request to an API server, whatever carries it (sockets, or a function call into devcluster). */
export interface TransportRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  /** Path with query, e.g. `/api/v1/namespaces/a/pods?watch=true`. */
  path: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  body?: string | Uint8Array;
  /** Ends the request, also while its body streams. */
  signal?: AbortSignal;
  /** Called when the request is about to leave, after credentials and a connection were waited for. What it throws holds the request back. */
  beforeSend?: () => void;
  /** Which connections to use: `watch` streams have sockets of their own, a `lease` request never waits behind others. */
  lane?: 'request' | 'watch' | 'lease';
}

/** The answer. The head arrives first; the body is read once, by one of the two readers. */
export interface TransportResponse {
  status: number;
  /** Lower-case names; a header sent several times (`warning`) is a list. */
  headers: Record<string, string | string[]>;
  /** The body as text, when it is not a stream. */
  text(): Promise<string>;
  /** The body as chunks, as they arrive (watch, logs -f). */
  chunks(): AsyncIterable<Uint8Array>;
}

/** Carries requests. Rejects only when no answer came (connection refused, reset, aborted); every HTTP status is an answer. */
export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>;
  /** Closes idle connections and ends watches. */
  close(): Promise<void>;
}
