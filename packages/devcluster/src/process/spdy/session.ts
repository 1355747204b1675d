import { Duplex } from 'node:stream';
import type { Frame } from './frames.ts';
import { controlFrame, dataFrame, FLAG_FIN, FrameReader, GOAWAY, HEADERS, PING, RST_STREAM, SYN_REPLY, SYN_STREAM } from './frames.ts';
import type { SpdyHeaders } from './header-codec.ts';
import { HeaderCodec } from './header-codec.ts';

const CHUNK = 32 * 1024;
const CANCEL = 5;

/** A stream that the client opened. Ends of both directions are told apart: `end()` is our half, the 'end' event the client's. */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: SpdyHeaders;
  readonly #session: SpdySession;
  #reset = false;

  constructor(session: SpdySession, id: number, headers: SpdyHeaders) {
    super({ allowHalfOpen: true });
    this.#session = session;
    this.id = id;
    this.headers = headers;
  }

  /** From the session: bytes of the client, and its end. */
  receive(body: Buffer, fin: boolean): void {
    if (body.length > 0) this.push(body);
    if (fin) this.push(null);
  }

  /** From the session: the client gave the stream up. */
  abort(): void {
    this.#reset = true;
    this.destroy();
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    let last = true;
    for (let offset = 0; offset < chunk.length; offset += CHUNK) {
      last = this.#session.send(dataFrame(this.id, 0, chunk.subarray(offset, offset + CHUNK)));
    }
    if (last) done();
    else this.#session.onceDrained(() => done());
  }

  override _final(done: () => void): void {
    this.#session.send(dataFrame(this.id, FLAG_FIN, Buffer.alloc(0)));
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#session.forget(this, !this.#reset && !this.writableFinished);
    done(error);
  }
}

/** The server's side of a SPDY/3.1 session over any byte stream. Like the servers of Kubernetes it has no flow control of its own. */
export class SpdySession {
  readonly #wire: Duplex;
  readonly #codec = new HeaderCodec();
  readonly #reader = new FrameReader();
  readonly #streams = new Map<number, SpdyStream>();
  readonly #onStream: (stream: SpdyStream) => void;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(wire: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#wire = wire;
    this.#onStream = onStream;
    wire.on('data', (chunk: Buffer) => {
      // Header blocks are decompressed asynchronously and must stay in order with everything else.
      this.#work = this.#work.then(() => this.#take(chunk)).catch(() => this.close());
    });
    wire.once('close', () => this.#end());
    wire.once('end', () => this.#end());
    wire.on('error', () => this.#end());
  }

  send(frame: Buffer): boolean {
    if (this.#closed || this.#wire.destroyed || this.#wire.writableEnded) return true;
    return this.#wire.write(frame);
  }

  onceDrained(then: () => void): void {
    const off = (): void => {
      this.#wire.off('drain', off);
      this.#wire.off('close', off);
      then();
    };
    this.#wire.once('drain', off);
    this.#wire.once('close', off);
  }

  forget(stream: SpdyStream, reset: boolean): void {
    if (!this.#streams.delete(stream.id) || !reset) return;
    const body = Buffer.alloc(8);
    body.writeUInt32BE(stream.id, 0);
    body.writeUInt32BE(CANCEL, 4);
    this.send(controlFrame(RST_STREAM, 0, body));
  }

  close(): void {
    this.#end();
    this.#wire.end();
  }

  async #take(chunk: Buffer): Promise<void> {
    for (const frame of this.#reader.push(chunk)) await this.#frame(frame);
  }

  async #frame(frame: Frame): Promise<void> {
    if (!frame.control) {
      this.#streams.get(frame.streamId)?.receive(frame.body, (frame.flags & FLAG_FIN) !== 0);
      return;
    }
    const { type, body, flags } = frame;
    if (type === SYN_STREAM) await this.#opened(body.readUInt32BE(0) & 0x7fffffff, flags, body.subarray(10));
    // Later headers change nothing here, but their bytes belong to the compression's state.
    else if (type === HEADERS) await this.#codec.decode(body.subarray(4));
    else if (type === RST_STREAM) this.#streams.get(body.readUInt32BE(0) & 0x7fffffff)?.abort();
    else if (type === PING) this.send(controlFrame(PING, 0, body));
    else if (type === GOAWAY) this.#end();
  }

  async #opened(id: number, flags: number, block: Buffer): Promise<void> {
    const stream = new SpdyStream(this, id, await this.#codec.decode(block));
    stream.on('error', () => stream.destroy());
    this.#streams.set(id, stream);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(id);
    this.send(controlFrame(SYN_REPLY, 0, Buffer.concat([head, await this.#codec.encode({})])));
    if ((flags & FLAG_FIN) !== 0) stream.receive(Buffer.alloc(0), true);
    this.#onStream(stream);
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const stream of [...this.#streams.values()]) stream.abort();
    this.#codec.close();
  }
}
