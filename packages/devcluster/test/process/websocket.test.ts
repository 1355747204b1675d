import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BINARY, CLOSE, TEXT, WebSocketReader, webSocketFrame } from '../../src/process/websocket/frames.ts';

function masked(opcode: number, payload: Buffer, fin = true): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const body = Buffer.from(payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0)));
  const head =
    payload.length < 126
      ? Buffer.from([(fin ? 0x80 : 0) | opcode, 0x80 | payload.length])
      : Buffer.from([(fin ? 0x80 : 0) | opcode, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, mask, body]);
}

test('frames of a client are unmasked, whatever pieces they come in', () => {
  const long = Buffer.alloc(300, 'x');
  const bytes = Buffer.concat([masked(TEXT, Buffer.from('hi')), masked(BINARY, long, false), masked(CLOSE, Buffer.alloc(0))]);
  const reader = new WebSocketReader();
  const frames = [...bytes].flatMap((byte) => reader.push(Buffer.from([byte])));
  assert.deepEqual(
    frames.map(({ fin, opcode, payload }) => [fin, opcode, payload.length]),
    [
      [true, TEXT, 2],
      [false, BINARY, 300],
      [true, CLOSE, 0],
    ],
  );
  assert.equal(frames[0]?.payload.toString(), 'hi');
});

test('frames of the server carry their length in one, three or nine bytes', () => {
  for (const [length, head] of [
    [5, 2],
    [126, 4],
    [65_535, 4],
    [65_536, 10],
  ] as const) {
    const frame = webSocketFrame(BINARY, Buffer.alloc(length));
    assert.equal(frame.length, length + head);
    const [read] = new WebSocketReader().push(frame);
    assert.equal(read?.payload.length, length);
  }
});
