import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { ScenarioRequest } from './scenario.ts';

export interface ReplayAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: unknown;
}

const KEPT = ['content-type', 'warning', 'location', 'www-authenticate', 'retry-after'];

/** Sends the requests of scenarios to a server on the loopback, with its certificate checked. */
export class ReplayClient {
  readonly #base: URL;
  readonly #agent: Agent;
  readonly #token: string;

  constructor(url: string, caPem: string, token: string) {
    this.#base = new URL(url);
    this.#agent = new Agent({ keepAlive: true, ca: caPem, maxSockets: 64 });
    this.#token = token;
  }

  close(): void {
    this.#agent.destroy();
  }

  async send(ask: ScenarioRequest): Promise<ReplayAnswer> {
    const payload = payloadOf(ask);
    const message = await this.open(ask, payload);
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    return {
      status: message.statusCode ?? 0,
      headers: keptHeaders(message),
      body: parseBody(text, String(message.headers['content-type'] ?? '')),
    };
  }

  /** The head of the answer; the body is the caller's to read. */
  open(ask: ScenarioRequest, payload?: Buffer | string): Promise<IncomingMessage> {
    const headers = headersOf(ask, payload !== undefined, this.#token);
    if (payload !== undefined) headers['Content-Length'] = String(Buffer.byteLength(payload));
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.#base;
      const sent = request({ hostname, port, method: ask.method, path: targetOf(ask), headers, agent: this.#agent }, resolve);
      sent.on('error', reject);
      sent.end(payload);
    });
  }
}

function payloadOf(ask: ScenarioRequest): Buffer | string | undefined {
  if (ask.bodyBase64 !== undefined) return Buffer.from(ask.bodyBase64, 'base64');
  if (ask.rawBody !== undefined) return ask.rawBody;
  return ask.body === undefined ? undefined : JSON.stringify(ask.body);
}

function headersOf(ask: ScenarioRequest, hasBody: boolean, token: string): Record<string, string> {
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'User-Agent': 'vectors/1.0',
    ...(hasBody ? { 'Content-Type': 'application/json' } : {}),
  };
  for (const [name, value] of Object.entries(ask.headers ?? {})) {
    const same = Object.keys(headers).find((each) => each.toLowerCase() === name.toLowerCase());
    if (same !== undefined) delete headers[same];
    if (value !== null) headers[name] = value;
  }
  const auth = ask.auth ?? token;
  if (auth !== '') headers['Authorization'] = `Bearer ${auth}`;
  return headers;
}

export function targetOf(ask: ScenarioRequest): string {
  const { query } = ask;
  if (query === undefined || query === '') return ask.path;
  if (typeof query === 'string') return `${ask.path}?${query}`;
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => `${encodeURIComponent(key)}=${encodeURIComponent(each)}`),
  );
  return pairs.length === 0 ? ask.path : `${ask.path}?${pairs.join('&')}`;
}

export function keptHeaders(message: IncomingMessage): Record<string, string | string[]> {
  const out: Record<string, string | string[]> = {};
  for (const name of KEPT) {
    if (name === 'warning') {
      const lines = message.rawHeaders.filter((_, index) => index % 2 === 1 && message.rawHeaders[index - 1]?.toLowerCase() === name);
      if (lines.length > 0) out[name] = lines;
    } else if (message.headers[name] !== undefined) out[name] = message.headers[name] as string;
  }
  return out;
}

function parseBody(text: string, contentType: string): unknown {
  if (!/json/.test(contentType) && !/^\s*\{/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
