import { crc32 } from 'node:zlib';
import { deflate } from './deflate.ts';

/** Magic, deflate, no flags, no time, no level, and an unknown operating system. */
const HEAD = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/** A gzip file (RFC 1952) without time or name, byte for byte what Go's compress/gzip writes at its default level. */
export function gzip(data: Uint8Array): Uint8Array {
  const body = deflate(data);
  const out = new Uint8Array(HEAD.length + body.length + 8);
  out.set(HEAD);
  out.set(body, HEAD.length);
  const tail = new DataView(out.buffer, HEAD.length + body.length);
  tail.setUint32(0, crc32(data), true);
  tail.setUint32(4, data.length >>> 0, true);
  return out;
}
