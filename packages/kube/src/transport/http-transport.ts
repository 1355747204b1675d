import type { Dispatcher } from 'undici';
import type { ClusterConfig, Credential } from '../config/cluster-config.ts';
import { abortError, TransportError } from '../errors/transport-error.ts';
import type { Clock } from '../types/clock.ts';
import type { Transport, TransportRequest, TransportResponse } from '../types/transport.ts';
import { beforeSend } from './before-send.ts';
import { transportFailure } from './failure.ts';
import { requestHeaders } from './headers.ts';
import { type ConnectionIdentity, createPools, type Pools, sameIdentity } from './pools.ts';
import { CredentialRenewal } from './renewal.ts';

export interface TransportOptions {
  clock: Clock;
  /** Connections for ordinary requests. [32] */
  connections?: number;
  /** Sent with requests that name none. [caretaker] */
  userAgent?: string;
}

/** Sockets to the API server of `config`. Credentials are asked for with every request, and once more after a 401. */
export function createTransport(config: ClusterConfig, options: TransportOptions): Transport {
  return new HttpTransport(config, options);
}

class HttpTransport implements Transport {
  readonly #config: ClusterConfig;
  readonly #origin: string;
  readonly #prefix: string;
  readonly #connections: number;
  readonly #userAgent: string;
  readonly #renewal: CredentialRenewal;
  readonly #closing = new AbortController();
  #pools: { identity: ConnectionIdentity; lanes: Pools } | undefined;

  constructor(config: ClusterConfig, options: TransportOptions) {
    const url = new URL(config.server);
    this.#config = config;
    this.#origin = url.origin;
    this.#renewal = new CredentialRenewal(config.credentials, options.clock);
    this.#prefix = url.pathname.replace(/\/+$/, '');
    this.#connections = options.connections ?? 32;
    this.#userAgent = options.userAgent ?? 'caretaker';
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    if (request.signal?.aborted) throw abortError(request.signal);
    const credential = await this.#config.credentials.current();
    const answer = await this.#dispatch(request, credential);
    if (answer.statusCode !== 401) return new HttpResponse(answer, request.signal);
    const another = await this.#renewal.after(credential);
    if (another === undefined) return new HttpResponse(answer, request.signal);
    await answer.body.dump().catch(() => undefined);
    return new HttpResponse(await this.#dispatch(request, another), request.signal);
  }

  async close(): Promise<void> {
    this.#closing.abort(new TransportError('closed', ''));
    const lanes = this.#pools?.lanes;
    this.#pools = undefined;
    if (lanes !== undefined) await Promise.all(Object.values(lanes).map((pool) => pool.destroy(new TransportError('closed', ''))));
  }

  async #dispatch(request: TransportRequest, credential: Credential): Promise<Dispatcher.ResponseData> {
    const lanes = await this.#lanes(credential);
    const headers = requestHeaders({ 'user-agent': this.#userAgent, ...request.headers }, credential, this.#config.impersonate);
    const lane = lanes[request.lane ?? 'request'];
    const dispatcher = request.beforeSend === undefined ? lane : lane.compose(beforeSend(request.beforeSend));
    try {
      return await dispatcher.request({
        origin: this.#origin,
        method: request.method,
        path: this.#prefix + request.path,
        headers,
        body: request.body ?? null,
        signal: request.signal ?? null,
      });
    } catch (thrown) {
      throw transportFailure(thrown, request.signal);
    }
  }

  async #lanes(credential: Credential): Promise<Pools> {
    const identity = { certificateAuthority: await this.#config.certificateAuthority(), clientCertificate: credential.clientCertificate };
    if (this.#closing.signal.aborted) throw new TransportError('closed', '');
    const old = this.#pools;
    if (old !== undefined && sameIdentity(old.identity, identity)) return old.lanes;
    const lanes = createPools(this.#config, identity, this.#connections);
    this.#pools = { identity, lanes };
    // What is under way on the old connections may finish; nothing new goes there.
    if (old !== undefined) for (const pool of Object.values(old.lanes)) void pool.close().catch(() => undefined);
    return lanes;
  }
}

class HttpResponse implements TransportResponse {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly #body: Dispatcher.ResponseData['body'];
  readonly #signal: AbortSignal | undefined;

  constructor(answer: Dispatcher.ResponseData, signal: AbortSignal | undefined) {
    this.status = answer.statusCode;
    this.headers = {};
    for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined) this.headers[name] = value;
    this.#body = answer.body;
    this.#signal = signal;
  }

  async text(): Promise<string> {
    try {
      return await this.#body.text();
    } catch (thrown) {
      throw transportFailure(thrown, this.#signal);
    }
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#body) if (chunk instanceof Uint8Array) yield chunk;
    } catch (thrown) {
      throw transportFailure(thrown, this.#signal);
    }
  }
}
