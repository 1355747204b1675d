import { PassThrough, type Readable } from 'node:stream';
import type { UpgradeSocket } from '../../server/contract.ts';
import { WebSocketConnection } from '../websocket/connection.ts';
import { acceptWebSocket, requestedProtocols } from '../websocket/handshake.ts';
import type { RemoteStatus, RemoteStreams, TerminalSize } from './remote-streams.ts';
import { parseSize } from './remote-streams.ts';

/** Sub-protocols, best first. v5 adds the closing of a single channel. */
export const WEBSOCKET_PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const RESIZE = 4;
const CLOSE_CHANNEL = 255;

/** Exec and attach over a WebSocket: the first byte of each message names its channel. Undefined when no protocol fits. */
export function openWebSocketStreams(upgrade: UpgradeSocket, wantsStdin: boolean): RemoteStreams | undefined {
  const requested = requestedProtocols(upgrade);
  const protocol = WEBSOCKET_PROTOCOLS.find((name) => requested.includes(name));
  if (protocol === undefined) return undefined;
  acceptWebSocket(upgrade, protocol);
  return new WebSocketStreams(upgrade, wantsStdin);
}

class WebSocketStreams implements RemoteStreams {
  readonly stdin: Readable | undefined;
  readonly #input: PassThrough | undefined;
  readonly #connection: WebSocketConnection;
  #resize: ((size: TerminalSize) => void) | undefined;
  #lastSize: TerminalSize | undefined;
  #onClose: (() => void) | undefined;
  #closed = false;

  constructor(upgrade: UpgradeSocket, wantsStdin: boolean) {
    this.#input = wantsStdin ? new PassThrough() : undefined;
    this.stdin = this.#input;
    this.#connection = new WebSocketConnection(upgrade.socket, upgrade.head, {
      message: (payload) => this.#message(payload),
      closed: () => {
        this.#closed = true;
        this.#input?.end();
        this.#onClose?.();
      },
    });
  }

  write(stream: 'stdout' | 'stderr', chunk: Buffer): boolean {
    return this.#connection.send(Buffer.concat([Buffer.from([stream === 'stdout' ? STDOUT : STDERR]), chunk]));
  }

  drained(then: () => void): void {
    this.#connection.onceDrained(then);
  }

  onResize(handler: (size: TerminalSize) => void): void {
    this.#resize = handler;
    if (this.#lastSize) handler(this.#lastSize);
  }

  onClose(handler: () => void): void {
    if (this.#closed) handler();
    else this.#onClose = handler;
  }

  finish(status: RemoteStatus): void {
    this.#onClose = undefined;
    this.#connection.send(Buffer.concat([Buffer.from([ERROR]), Buffer.from(JSON.stringify(status))]));
    this.#connection.close();
  }

  #message(payload: Buffer): void {
    const channel = payload[0];
    const body = payload.subarray(1);
    if (channel === STDIN) this.#type(body);
    else if (channel === RESIZE) {
      const size = parseSize(body);
      if (size) this.#lastSize = size;
      if (size) this.#resize?.(size);
    } else if (channel === CLOSE_CHANNEL && body[0] === STDIN) this.#input?.end();
  }

  #type(body: Buffer): void {
    const input = this.#input;
    if (!input || input.writableEnded || body.length === 0) return;
    if (input.write(body)) return;
    this.#connection.pause();
    input.once('drain', () => this.#connection.resume());
  }
}
