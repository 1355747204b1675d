import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { Answer } from '../server/answer.ts';
import type { ApiRequest } from '../server/api-request.ts';
import { HIJACKED } from '../server/subresource-handlers.ts';
import type { KeyedCertificate } from '../tls/certificates.ts';

type Handle = (request: ApiRequest) => Promise<Answer>;

export interface HttpsListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Bodies larger than this are refused, as the apiserver does (3 MiB). */
const MAX_BODY = 3 * 1024 * 1024;
/** Smaller answers are not worth compressing. */
const GZIP_FROM = 128 * 1024;

/** Serves requests over TLS, HTTP/1.1 only (which kubectl accepts). */
export async function listenHttps(
  handle: Handle,
  certificate: KeyedCertificate,
  options: { port: number; host: string },
): Promise<HttpsListener> {
  const server: Server = createServer({ key: certificate.keyPem, cert: certificate.certPem, ALPNProtocols: ['http/1.1'], keepAlive: true });
  server.requestTimeout = 0;
  server.headersTimeout = 60_000;
  server.keepAliveTimeout = 120_000;
  const sockets = new Set<Socket>();
  server.on('secureConnection', (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
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

async function serve(handle: Handle, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const controller = new AbortController();
  response.on('close', () => controller.abort());
  const body = await readAll(message);
  if (body === undefined) {
    response.writeHead(413, { 'content-type': 'text/plain; charset=utf-8' });
    response.end('request body too large\n');
    return;
  }
  const answer = await handle(toApiRequest(message, body, controller.signal));
  if (response.destroyed) return;
  send(message, response, answer, controller.signal);
}

function toApiRequest(message: IncomingMessage, body: Uint8Array, signal: AbortSignal): ApiRequest {
  const url = message.url ?? '/';
  const cut = url.indexOf('?');
  return {
    method: message.method ?? 'GET',
    path: cut < 0 ? url : url.slice(0, cut),
    query: new URLSearchParams(cut < 0 ? '' : url.slice(cut + 1)),
    headers: headersOf(message),
    body,
    signal,
  };
}

function headersOf(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

async function readAll(message: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(bytes);
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

function send(message: IncomingMessage, response: ServerResponse, answer: Answer, signal: AbortSignal): void {
  const { body } = answer;
  const headers = { 'cache-control': 'no-cache, private', ...answer.headers };
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const zipped = bytes.length >= GZIP_FROM && /\bgzip\b/.test(String(message.headers['accept-encoding'] ?? ''));
    const sent = zipped ? gzipSync(bytes, { level: 1 }) : bytes;
    response.writeHead(answer.status, {
      ...headers,
      ...(zipped ? { 'content-encoding': 'gzip', vary: 'Accept-Encoding' } : {}),
      'content-length': sent.length,
    });
    response.end(message.method === 'HEAD' ? undefined : sent);
    return;
  }
  response.writeHead(answer.status, headers);
  // The head of a watch goes out before its first event.
  response.flushHeaders();
  const stop = body.stream({
    write: (piece) => {
      if (!response.destroyed) response.write(piece);
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
