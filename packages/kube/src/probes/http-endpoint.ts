import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { asError, KubeError } from '../errors/kube-error.ts';
import type { Component } from '../manager/component.ts';
import { parseAddress } from './address.ts';

export interface PlainAnswer {
  status: number;
  contentType?: string;
  body: string;
}

export type PlainHandler = (query: URLSearchParams) => PlainAnswer | Promise<PlainAnswer>;

export interface HttpEndpoint extends Component {
  /** The port that is listened on; undefined while not started, or when the address says off. */
  readonly port: number | undefined;
}

/** A small plain-HTTP server: GET and HEAD of fixed paths. Off when the address is `0`. */
export function createHttpEndpoint(name: string, bindAddress: string, handlers: Readonly<Record<string, PlainHandler>>): HttpEndpoint {
  const address = parseAddress(bindAddress);
  const server = createServer((request, response) => void answer(request, response, handlers));
  server.keepAliveTimeout = 30_000;
  let port: number | undefined;
  return {
    name,
    get port() {
      return port;
    },
    start: () =>
      new Promise<void>((resolve, reject) => {
        if (address === undefined) return resolve();
        server.once('error', (error) =>
          reject(new KubeError('KUBE_BIND_ADDRESS', `cannot listen on ${bindAddress}: ${error.message}`, { cause: error })),
        );
        server.listen({ port: address.port, ...(address.host === undefined ? {} : { host: address.host }) }, () => {
          const bound = server.address();
          port = typeof bound === 'object' && bound !== null ? bound.port : undefined;
          resolve();
        });
      }),
    stop: () =>
      new Promise<void>((resolve) => {
        if (!server.listening) return resolve();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, handlers: Readonly<Record<string, PlainHandler>>): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const handler = handlers[url.pathname];
  const reply = await replyOf(request.method ?? 'GET', handler, url.searchParams);
  response.writeHead(reply.status, {
    'content-type': reply.contentType ?? 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(reply.body),
  });
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}

async function replyOf(method: string, handler: PlainHandler | undefined, query: URLSearchParams): Promise<PlainAnswer> {
  if (handler === undefined) return { status: 404, body: '404 page not found\n' };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: 'method not allowed\n' };
  try {
    return await handler(query);
  } catch (thrown) {
    return { status: 500, body: `${asError(thrown).message}\n` };
  }
}
