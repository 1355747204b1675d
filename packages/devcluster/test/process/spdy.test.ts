import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { constants, createDeflate } from 'node:zlib';
import { SPDY_DICTIONARY } from '../../src/process/spdy/dictionary.ts';
import { controlFrame, dataFrame, FLAG_FIN, FrameReader, PING, SYN_REPLY, SYN_STREAM } from '../../src/process/spdy/frames.ts';
import type { SpdyStream } from '../../src/process/spdy/session.ts';
import { SpdySession } from '../../src/process/spdy/session.ts';

/** A client as client-go is one: header blocks through one compressor. */
class Client {
  readonly socket: Socket;
  readonly #deflate = createDeflate({ dictionary: SPDY_DICTIONARY });
  readonly frames: { type: number | 'data'; streamId: number; flags: number; body: Buffer }[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    const reader = new FrameReader();
    socket.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) {
        if (frame.control)
          this.frames.push({ type: frame.type, streamId: frame.body.readUInt32BE(0), flags: frame.flags, body: frame.body });
        else this.frames.push({ type: 'data', streamId: frame.streamId, flags: frame.flags, body: frame.body });
      }
    });
  }

  async open(id: number, headers: Record<string, string>, flags = 0): Promise<void> {
    const word = (text: string): Buffer => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(text.length);
      return Buffer.concat([length, Buffer.from(text)]);
    };
    const count = Buffer.alloc(4);
    count.writeUInt32BE(Object.keys(headers).length);
    const block = Buffer.concat([count, ...Object.entries(headers).flatMap(([name, value]) => [word(name), word(value)])]);
    const parts: Buffer[] = [];
    const take = (chunk: Buffer): void => void parts.push(chunk);
    this.#deflate.on('data', take);
    this.#deflate.write(block);
    await new Promise<void>((resolve) => this.#deflate.flush(constants.Z_SYNC_FLUSH, () => resolve()));
    this.#deflate.off('data', take);
    const head = Buffer.alloc(10);
    head.writeUInt32BE(id, 0);
    this.socket.write(controlFrame(SYN_STREAM, flags, Buffer.concat([head, ...parts])));
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.socket, 'data');
  }
}

async function connect(onStream: (stream: SpdyStream) => void): Promise<{ client: Client; close(): void }> {
  const server = createServer((socket) => new SpdySession(socket, onStream));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const socket = createConnection({ host: '127.0.0.1', port: address.port });
  await once(socket, 'connect');
  return {
    client: new Client(socket),
    close: () => {
      socket.destroy();
      server.close();
    },
  };
}

test('the dictionary is the one of the draft', () => {
  assert.equal(SPDY_DICTIONARY.length, 1423);
  assert.equal(SPDY_DICTIONARY.toString('latin1').slice(-13), 'utf-,*,enq=0.');
});

test('streams are opened, answered, and carry bytes both ways with half-closed ends', async () => {
  const opened: SpdyStream[] = [];
  const { client, close } = await connect((stream) => {
    opened.push(stream);
    stream.pipe(stream);
  });
  await client.open(1, { streamtype: 'error', port: '8080', requestid: '0' }, FLAG_FIN);
  await client.open(3, { streamtype: 'data', port: '8080', requestid: '0' });
  client.socket.write(dataFrame(3, 0, Buffer.from('hello ')));
  client.socket.write(dataFrame(3, FLAG_FIN, Buffer.from('world')));
  const ended = (id: number): boolean =>
    client.frames.some((frame) => frame.type === 'data' && frame.streamId === id && (frame.flags & FLAG_FIN) !== 0);
  await client.until(() => ended(1) && ended(3));
  assert.deepEqual(
    opened.map(({ id, headers }) => [id, { ...headers }]),
    [
      [1, { streamtype: 'error', port: '8080', requestid: '0' }],
      [3, { streamtype: 'data', port: '8080', requestid: '0' }],
    ],
  );
  assert.deepEqual(
    client.frames.filter(({ type }) => type === SYN_REPLY).map(({ streamId }) => streamId),
    [1, 3],
  );
  const echoed = client.frames.filter(({ type, streamId }) => type === 'data' && streamId === 3).map(({ body }) => body);
  assert.equal(Buffer.concat(echoed).toString(), 'hello world');
  close();
});

test('pings come back', async () => {
  const { client, close } = await connect(() => undefined);
  client.socket.write(controlFrame(PING, 0, Buffer.from([0, 0, 0, 7])));
  await client.until(() => client.frames.length > 0);
  assert.deepEqual([client.frames[0]?.type, client.frames[0]?.streamId], [PING, 7]);
  close();
});

test('frames are cut from any pieces', () => {
  const bytes = Buffer.concat([
    dataFrame(3, 0, Buffer.from('abc')),
    controlFrame(PING, 0, Buffer.alloc(4)),
    dataFrame(5, FLAG_FIN, Buffer.alloc(0)),
  ]);
  const reader = new FrameReader();
  const seen = [...bytes].flatMap((byte) => reader.push(Buffer.from([byte])));
  assert.deepEqual(
    seen.map((frame) => (frame.control ? frame.type : `${frame.streamId}:${frame.body.toString()}`)),
    ['3:abc', PING, '5:'],
  );
});
