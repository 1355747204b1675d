/** Frame types of SPDY/3.1. */
export const SYN_STREAM = 1;
export const SYN_REPLY = 2;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const GOAWAY = 7;
export const HEADERS = 8;
export const WINDOW_UPDATE = 9;

export const FLAG_FIN = 1;

export interface ControlFrame {
  control: true;
  type: number;
  flags: number;
  body: Buffer;
}
export interface DataFrame {
  control: false;
  streamId: number;
  flags: number;
  body: Buffer;
}
export type Frame = ControlFrame | DataFrame;

/** Cuts a byte stream into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Frame[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      if (this.#rest.length < 8) return frames;
      const length = this.#rest.readUIntBE(5, 3);
      if (this.#rest.length < 8 + length) return frames;
      const head = this.#rest.readUInt32BE(0);
      const flags = this.#rest.readUInt8(4);
      const body = this.#rest.subarray(8, 8 + length);
      this.#rest = this.#rest.subarray(8 + length);
      if (head >>> 31 === 1) frames.push({ control: true, type: head & 0xffff, flags, body });
      else frames.push({ control: false, streamId: head & 0x7fffffff, flags, body });
    }
  }
}

export function controlFrame(type: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x8003, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt8(flags, 4);
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

export function dataFrame(streamId: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(streamId & 0x7fffffff, 0);
  head.writeUInt8(flags, 4);
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}
