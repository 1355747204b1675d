import { GoError } from '../errors.ts';
import { fromBinary, toBinary } from '../text/binary.ts';

/** base64.StdEncoding and base32.StdEncoding of Go, whose decoders say where a text is wrong. */

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function encode(text: string, alphabet: string, bits: number, group: number): string {
  const s = toBinary(text);
  let out = '';
  let held = 0;
  let count = 0;
  for (let i = 0; i < s.length; i++) {
    held = (held << 8) | s.charCodeAt(i);
    count += 8;
    while (count >= bits) {
      count -= bits;
      out += alphabet[(held >> count) & ((1 << bits) - 1)] ?? '';
    }
    held &= (1 << count) - 1;
  }
  if (count > 0) out += alphabet[(held << (bits - count)) & ((1 << bits) - 1)] ?? '';
  return out.padEnd(Math.ceil(out.length / group) * group, '=');
}

/** base64.StdEncoding.EncodeToString. */
export function encodeBase64(s: string): string {
  return encode(s, BASE64, 6, 4);
}

/** base32.StdEncoding.EncodeToString. */
export function encodeBase32(s: string): string {
  return encode(s, BASE32, 5, 8);
}

function corrupt(name: string, at: number): GoError {
  return new GoError(`illegal ${name} data at input byte ${at}`);
}

function bytesOf(values: readonly number[], bits: number): string {
  let out = '';
  let held = 0;
  let count = 0;
  for (const v of values) {
    held = (held << bits) | v;
    count += bits;
    if (count >= 8) {
      count -= 8;
      out += String.fromCharCode((held >> count) & 0xff);
      held &= (1 << count) - 1;
    }
  }
  return out;
}

/** base64.StdEncoding.DecodeString; line breaks are skipped. */
export function decodeBase64(text: string): string {
  const s = toBinary(text);
  const values: number[] = [];
  let i = 0;
  const skip = (): void => {
    while (s[i] === '\n' || s[i] === '\r') i++;
  };
  for (;;) {
    const quantum: number[] = [];
    while (quantum.length < 4) {
      skip();
      if (i >= s.length) {
        if (quantum.length === 0) return fromBinary(bytesOf(values, 6));
        throw corrupt('base64', i - quantum.length);
      }
      const c = s[i] ?? '';
      const v = BASE64.indexOf(c);
      i++;
      if (v >= 0) {
        quantum.push(v);
        continue;
      }
      if (c !== '=' || quantum.length < 2) throw corrupt('base64', i - 1);
      skip();
      if (quantum.length === 2) {
        if (i >= s.length) throw corrupt('base64', s.length);
        if (s[i] !== '=') throw corrupt('base64', i - 1);
        i++;
        skip();
      }
      if (i < s.length) throw corrupt('base64', i);
      return fromBinary(bytesOf(values, 6) + bytesOf(quantum, 6));
    }
    values.push(...quantum);
  }
}

/** base32.StdEncoding.DecodeString; line breaks are skipped. */
export function decodeBase32(text: string): string {
  const s = toBinary(text).replace(/[\r\n]/g, '');
  const values: number[] = [];
  let out = '';
  let i = 0;
  while (i < s.length) {
    const quantum: number[] = [];
    while (quantum.length < 8) {
      if (i >= s.length) throw corrupt('base32', i - quantum.length);
      const c = s[i] ?? '';
      const j = quantum.length;
      i++;
      if (c === '=' && j >= 2 && s.length - i < 8) {
        const rest = s.slice(i);
        if (rest.length + j < 7) throw corrupt('base32', s.length);
        for (let k = 0; k < 7 - j; k++) if (rest.length > k && rest[k] !== '=') throw corrupt('base32', i + k - 1);
        if (j === 3 || j === 6) throw corrupt('base32', i - 1);
        out = bytesOf(values, 5) + bytesOf(quantum, 5);
        return fromBinary(out);
      }
      const v = BASE32.indexOf(c);
      if (v < 0 || c === '') throw corrupt('base32', i - 1);
      quantum.push(v);
    }
    values.push(...quantum);
  }
  return fromBinary(bytesOf(values, 5));
}
