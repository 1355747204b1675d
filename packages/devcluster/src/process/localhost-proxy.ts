import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Where a host name of a pod's network leads. Undefined: as the machine resolves it. */
export type Resolve = (host: string, port: number) => { host: string; port: number } | undefined;

/**
 * The HTTP proxy of commands that run in a process pod: `localhost` means the pod's own address there, not this machine's, and cluster names
 * (`service.namespace.svc`) lead to the pods behind them. curl, wget and most clients take it from `http_proxy`.
 */
export class LocalhostProxy {
  readonly #server: Server;
  readonly #resolve: Resolve;
  readonly #sockets = new Set<Duplex>();

  private constructor(resolve: Resolve) {
    this.#resolve = resolve;
    this.#server = createServer((incoming, answer) => this.#forward(incoming, answer));
    this.#server.on('connect', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => this.#tunnel(incoming, socket, head));
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static listen(address: string, resolve: Resolve): Promise<LocalhostProxy> {
    const proxy = new LocalhostProxy(resolve);
    return new Promise((done, fail) => {
      proxy.#server.once('error', fail);
      proxy.#server.listen(0, address, () => done(proxy));
    });
  }

  get url(): string {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? `http://${address.address}:${address.port}` : '';
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #target(host: string, port: number): { host: string; port: number } {
    return this.#resolve(host.toLowerCase().replace(/^\[|\]$/g, ''), port) ?? { host, port };
  }

  #forward(incoming: IncomingMessage, answer: ServerResponse): void {
    if (!URL.canParse(incoming.url ?? '')) {
      answer.writeHead(400).end('an absolute URL is needed\n');
      return;
    }
    const url = new URL(incoming.url ?? '');
    const target = this.#target(url.hostname, Number(url.port || 80));
    const { 'proxy-connection': _proxy, 'proxy-authorization': _authorization, ...headers } = incoming.headers;
    const outgoing = request({ ...target, method: incoming.method ?? 'GET', path: `${url.pathname}${url.search}`, headers });
    outgoing.once('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.once('error', (error) => {
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502, { 'content-type': 'text/plain' }).end(`${url.host}: ${error.message}\n`);
    });
    incoming.pipe(outgoing);
  }

  #tunnel(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const match = /^(.*):(\d+)$/.exec(incoming.url ?? '');
    const target = this.#target(match?.[1] ?? '', Number(match?.[2] ?? 443));
    const outgoing = connect(target, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      outgoing.write(head);
      outgoing.pipe(socket).pipe(outgoing);
    });
    outgoing.once('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    socket.once('error', () => outgoing.destroy());
  }
}
