import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Answer, statusAnswer } from '../server/answers/answer.ts';
import { tooLargeBody } from '../server/answers/status-reasons.ts';
import type { ApiRequest } from '../server/api-request.ts';
import { HIJACKED } from '../server/handlers/subresource-handlers.ts';
import type { ServingCertificates } from '../tls/certificates.ts';
import { type PeerIdentity, peerIdentity } from '../tls/client-certificate.ts';

type Handle = (request: ApiRequest) => Promise<Answer>;
/** Requests and answers of both versions of the protocol look the same but for little. */
type Message = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

export interface HttpsListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Bodies larger than this are refused, as the apiserver does (3 MiB). */
const MAX_BODY = 3 * 1024 * 1024;
/** Nobody sends more than this by mistake. */
const GIVE_UP = 64 * 1024 * 1024;
/** Smaller answers are not worth compressing. */
const GZIP_FROM = 128 * 1024;

/** As many requests may be under way on one connection of HTTP/2 as on one to a kube-apiserver. */
const MOST_STREAMS = 100;
/** Megabytes that may wait to be sent on one connection: with less, Node refuses requests beside a large list. */
const SESSION_MEMORY = 1024;

/** Serves requests over TLS, by HTTP/2 for who offers it; upgrades are of HTTP/1.1. Clients may come with certificates of the cluster's authority. */
export async function listenHttps(
  handle: Handle,
  certificates: ServingCertificates,
  options: { port: number; host: string },
): Promise<HttpsListener> {
  const server = createSecureServer({
    key: certificates.keyPem,
    cert: certificates.certPem,
    ca: certificates.caPem,
    requestCert: true,
    // who comes with another certificate, or with none, may still have a token
    rejectUnauthorized: false,
    allowHTTP1: true,
    keepAlive: true,
    maxSessionMemory: SESSION_MEMORY,
    settings: { maxConcurrentStreams: MOST_STREAMS },
  });
  Object.assign(server, { requestTimeout: 0, headersTimeout: 60_000, keepAliveTimeout: 120_000 });
  const sockets = new Set<Socket>();
  server.on('secureConnection', (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('request', (message: Message, response: Response) => {
    serve(handle, message, response).catch(() => message.socket.destroy());
  });
  server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrade(handle, message, socket, head).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : options.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function serve(handle: Handle, message: Message, response: Response): Promise<void> {
  const controller = new AbortController();
  let streams = false;
  // what has been answered need not be aborted
  response.on('close', () => {
    if (streams || !response.writableFinished) controller.abort();
  });
  if (/%(?![0-9a-fA-F]{2})/.test(message.url?.split('?', 1)[0] ?? '')) {
    writeHead(response, 400, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
    response.end('400 Bad Request');
    return;
  }
  const body = await readAll(message);
  if (body === undefined) {
    await send(message, response, statusAnswer(tooLargeBody(MAX_BODY)), controller.signal);
    return;
  }
  const answer = await handle(toApiRequest(message, body, controller.signal));
  if (isGone(response)) return;
  streams = !(typeof answer.body === 'string' || answer.body instanceof Uint8Array);
  await send(message, response, answer, controller.signal);
}

/** Certificates do not change while a connection lasts. */
const peers = new WeakMap<TLSSocket, { readonly identity: PeerIdentity | undefined }>();

function peerOf(message: Message): PeerIdentity | undefined {
  const socket = 'stream' in message ? message.stream.session?.socket : message.socket;
  if (!(socket instanceof TLSSocket)) return undefined;
  const known = peers.get(socket) ?? { identity: peerIdentity(socket) };
  peers.set(socket, known);
  return known.identity;
}

function toApiRequest(message: Message, body: Uint8Array, signal: AbortSignal): ApiRequest {
  const url = message.url ?? '/';
  const cut = url.indexOf('?');
  const peer = peerOf(message);
  return {
    ...(peer === undefined ? {} : { peer }),
    method: message.method ?? 'GET',
    path: cut < 0 ? url : url.slice(0, cut),
    query: new URLSearchParams(cut < 0 ? '' : readableQuery(url.slice(cut + 1))),
    headers: headersOf(message),
    body,
    signal,
  };
}

/** Go leaves out parameters that it cannot read: those with a broken escape or a semicolon. */
function readableQuery(query: string): string {
  if (!/;|%(?![0-9a-fA-F]{2})/.test(query)) return query;
  return query
    .split('&')
    .filter((pair) => !/;|%(?![0-9a-fA-F]{2})/.test(pair))
    .join('&');
}

/** Headers of one name as one text. Those of impersonation are values of their own, which may hold commas: they are joined by line breaks. */
function headersOf(message: Message): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value === undefined || name.startsWith(':')) continue;
    if (name.startsWith('impersonate-')) headers[name] = valuesOf(message, name).join('\n');
    else headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  if ('authority' in message) headers['host'] ??= message.authority;
  return headers;
}

/** The values of a header, each as it was sent. */
function valuesOf({ rawHeaders }: Message, name: string): string[] {
  return rawHeaders.filter((_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}

const NO_BODY = new Uint8Array();

/** The body, undefined when it is too large. By events: an iterator costs more than all the rest of carrying a request. */
function readAll(message: Message): Promise<Uint8Array | undefined> | Uint8Array {
  if (!hasBody(message)) return NO_BODY;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY) chunks.push(chunk);
      else if (size > GIVE_UP) message.destroy();
      // the rest is read and thrown away: who is still sending does not read the refusal
      else chunks.length = 0;
    });
    message.once('end', () => resolve(size > MAX_BODY ? undefined : chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    message.once('error', reject);
    message.once('close', () => {
      if (!message.complete) reject(new Error('the connection was closed before the body was there'));
    });
  });
}

function hasBody(message: Message): boolean {
  if ('stream' in message) return !message.stream.endAfterHeaders;
  return message.headers['content-length'] !== undefined || message.headers['transfer-encoding'] !== undefined;
}

const compress = promisify(gzip);

/** Headers of one connection mean nothing to HTTP/2, and it refuses them. */
const OF_CONNECTIONS = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

function writeHead(response: Response, status: number, headers: OutgoingHttpHeaders): void {
  if (!('stream' in response)) response.writeHead(status, headers);
  else response.writeHead(status, Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_CONNECTIONS.has(name.toLowerCase()))));
}

/** Nobody reads the answer any longer. */
const isGone = (response: Response): boolean => ('stream' in response ? response.stream.destroyed : response.destroyed);

/** Warnings hold texts of clients: headers carry them as bytes of UTF-8. */
function sendable({ warning, ...headers }: Answer['headers']): Answer['headers'] {
  if (warning === undefined) return headers;
  const lines = (Array.isArray(warning) ? warning : [warning]).map((line) => Buffer.from(line, 'utf8').toString('latin1'));
  return { ...headers, warning: lines };
}

async function send(message: Message, response: Response, answer: Answer, signal: AbortSignal): Promise<void> {
  const { body } = answer;
  const auditId = message.headers['audit-id'] ?? randomUUID();
  const headers = { 'audit-id': auditId, 'cache-control': 'no-cache, private', ...sendable(answer.headers) };
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const zipped = bytes.length >= GZIP_FROM && /\bgzip\b/.test(String(message.headers['accept-encoding'] ?? ''));
    const sent = zipped ? await compress(bytes, { level: 1 }) : bytes;
    if (isGone(response)) return;
    writeHead(response, answer.status, {
      ...headers,
      ...(zipped ? { 'content-encoding': 'gzip', vary: 'Accept-Encoding' } : {}),
      'content-length': sent.length,
    });
    if (message.method === 'HEAD') response.end();
    else response.end(sent);
    return;
  }
  writeHead(response, answer.status, headers);
  // The head of a watch goes out before its first event; that of HTTP/2 is gone.
  if (!('stream' in response)) response.flushHeaders();
  const stop = body.stream({
    write: (piece) => {
      if (isGone(response)) return;
      if ('stream' in response) response.write(piece);
      else response.write(piece);
    },
    end: () => response.end(),
  });
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
}

async function upgrade(handle: Handle, message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const controller = new AbortController();
  socket.on('close', () => controller.abort());
  socket.on('error', () => controller.abort());
  const answer = await handle({
    ...toApiRequest(message, new Uint8Array(), controller.signal),
    upgrade: { request: message, socket, head },
  });
  if (answer === HIJACKED) return;
  const text = typeof answer.body === 'string' ? answer.body : '';
  const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`);
  socket.end(
    `HTTP/1.1 ${answer.status} Refused\r\n${lines.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}
