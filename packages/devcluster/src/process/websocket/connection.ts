import { Duplex } from 'node:stream';
import { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, WebSocketReader, webSocketFrame } from './frames.ts';

export interface WebSocketHandlers {
  message(payload: Buffer): void;
  /** The client is gone; comes once. */
  closed(): void;
}

/** The server's side of a WebSocket after its handshake. */
export class WebSocketConnection {
  readonly #socket: Duplex;
  readonly #reader = new WebSocketReader();
  readonly #handlers: WebSocketHandlers;
  #parts: Buffer[] = [];
  #closing = false;
  #closed = false;

  constructor(socket: Duplex, head: Buffer, handlers: WebSocketHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.once('end', () => this.#gone());
    socket.once('close', () => this.#gone());
    socket.on('error', () => this.#gone());
    if (head.length > 0) this.#take(head);
  }

  /** False when the client reads slowly: wait for `onceDrained`. */
  send(payload: Buffer): boolean {
    return this.#write(webSocketFrame(BINARY, payload));
  }

  onceDrained(then: () => void): void {
    const once = (): void => {
      this.#socket.off('drain', once);
      this.#socket.off('close', once);
      then();
    };
    this.#socket.once('drain', once);
    this.#socket.once('close', once);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Says goodbye; the client closes the connection. */
  close(code = 1000): void {
    if (this.#closing) return;
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.#write(webSocketFrame(CLOSE, payload));
    this.#closing = true;
    this.#socket.end();
  }

  #write(frame: Buffer): boolean {
    if (this.#closing || this.#closed || this.#socket.destroyed) return true;
    return this.#socket.write(frame);
  }

  #take(chunk: Buffer): void {
    for (const { fin, opcode, payload } of this.#reader.push(chunk)) {
      if (opcode === PING) this.#write(webSocketFrame(PONG, payload));
      else if (opcode === CLOSE) {
        this.close();
        this.#gone();
      } else if (opcode === BINARY || opcode === TEXT || opcode === CONTINUATION) {
        this.#parts.push(payload);
        if (!fin) continue;
        const message = this.#parts.length === 1 ? payload : Buffer.concat(this.#parts);
        this.#parts = [];
        this.#handlers.message(message);
      }
    }
  }

  #gone(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handlers.closed();
  }
}

/** A WebSocket as a plain byte stream, one binary message for each piece: what tunnels of SPDY run in. */
export function webSocketDuplex(socket: Duplex, head: Buffer): Duplex {
  const duplex = new Duplex({
    read: () => connection.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      if (connection.send(chunk)) done();
      else connection.onceDrained(() => done());
    },
    final: (done) => {
      connection.close();
      done();
    },
    destroy: (error, done) => {
      connection.close();
      done(error);
    },
  });
  const connection: WebSocketConnection = new WebSocketConnection(socket, head, {
    message: (payload) => {
      if (!duplex.push(payload)) connection.pause();
    },
    closed: () => {
      duplex.push(null);
      duplex.destroy();
    },
  });
  return duplex;
}
