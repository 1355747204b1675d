/**
 * Go strings are bytes; ours are JavaScript strings. A byte that is not part of valid UTF-8 is carried as the lone
 * surrogate U+DC00 + byte (U+DC80..U+DCFF), so that nearly every string is an ordinary well-formed string and only the
 * few operations that cut inside a character pay for bytes.
 */

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const ASCII = /^[\x00-\x7f]*$/;

/** Tells whether every character is one byte, so that bytes and UTF-16 units count the same. */
export function isAscii(s: string): boolean {
  return ASCII.test(s);
}

/** The lone surrogate that carries an invalid byte (0x80..0xff). */
export function escapeByte(byte: number): string {
  return String.fromCharCode(0xdc00 + byte);
}

/** The byte that a UTF-16 unit carries, or -1 when it is not an escaped byte. Meaningful for lone surrogates only. */
export function escapedByte(unit: number): number {
  return unit >= 0xdc80 && unit <= 0xdcff ? unit - 0xdc00 : -1;
}

/** Text from outside (data, sources): a lone surrogate there is not a byte of ours, it becomes U+FFFD as in Go's decoders. */
export function fromHost(s: string): string {
  return s.isWellFormed() ? s : s.toWellFormed();
}

/** The bytes of a string. */
export function toBytes(s: string): Uint8Array {
  if (s.isWellFormed()) return Buffer.from(s, 'utf8');
  const out: number[] = [];
  for (const ch of s) {
    const code = ch.codePointAt(0) ?? 0;
    const byte = escapedByte(code);
    if (byte >= 0) out.push(byte);
    else out.push(...Buffer.from(ch, 'utf8'));
  }
  return Uint8Array.from(out);
}

/** The length in bytes of the UTF-8 sequence at `i`, or 0 when the bytes there are not valid UTF-8. */
export function sequenceLength(b: Uint8Array, i: number): number {
  const c = b[i] ?? 0;
  if (c < 0x80) return 1;
  const next = (k: number): number => b[i + k] ?? 0;
  const tail = (k: number): boolean => (next(k) & 0xc0) === 0x80;
  if (c >= 0xc2 && c <= 0xdf) return tail(1) ? 2 : 0;
  if (c >= 0xe0 && c <= 0xef) {
    const low = c === 0xe0 ? 0xa0 : 0x80;
    const high = c === 0xed ? 0x9f : 0xbf;
    return next(1) >= low && next(1) <= high && tail(2) ? 3 : 0;
  }
  if (c >= 0xf0 && c <= 0xf4) {
    const low = c === 0xf0 ? 0x90 : 0x80;
    const high = c === 0xf4 ? 0x8f : 0xbf;
    return next(1) >= low && next(1) <= high && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

/** The string of some bytes; invalid ones are escaped. */
export function fromBytes(b: Uint8Array): string {
  try {
    return strictDecoder.decode(b);
  } catch {
    return decodeLossless(b);
  }
}

function decodeLossless(b: Uint8Array): string {
  let out = '';
  let i = 0;
  while (i < b.length) {
    const n = sequenceLength(b, i);
    if (n === 0) {
      out += escapeByte(b[i] ?? 0);
      i++;
    } else {
      out += strictDecoder.decode(b.subarray(i, i + n));
      i += n;
    }
  }
  return out;
}

/** Joins escaped bytes that became a whole character by concatenation. Every function that glues strings ends with it. */
export function normalize(s: string): string {
  return s.isWellFormed() ? s : fromBytes(toBytes(s));
}

/** len(s) of Go: the number of bytes. */
export function byteLength(s: string): number {
  if (isAscii(s)) return s.length;
  let n = 0;
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    if (c < 0x80) n++;
    else if (c < 0x800) n += 2;
    else if (c >= 0xd800 && c < 0xdc00 && i + 1 < s.length) {
      n += 4;
      i++;
    } else if (escapedByte(c) >= 0) n++;
    else n += 3;
  }
  return n;
}

/** s[start:end] of Go; the caller has checked the bounds. */
export function sliceBytes(s: string, start: number, end: number): string {
  if (isAscii(s)) return s.slice(start, end);
  return fromBytes(toBytes(s).subarray(start, end));
}

/** The runes of a string as a `range` loop sees them: code points, U+FFFD for each invalid byte. */
export function runes(s: string): number[] {
  const out: number[] = [];
  for (const ch of s) {
    const code = ch.codePointAt(0) ?? 0;
    out.push(code >= 0xd800 && code <= 0xdfff ? 0xfffd : code);
  }
  return out;
}

/** utf8.RuneCountInString. */
export function runeCount(s: string): number {
  if (isAscii(s)) return s.length;
  let n = 0;
  for (const _ of s) n++;
  return n;
}

/** string(rune) of Go: U+FFFD for what is no code point. */
export function fromRune(code: number): string {
  if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd';
  return String.fromCodePoint(code);
}
