import { fromBytes, isAscii, toBytes } from './bytes.ts';

/** A string whose characters are the bytes of another: for algorithms that count and cut by bytes. */
export function toBinary(s: string): string {
  if (isAscii(s)) return s;
  let out = '';
  for (const b of toBytes(s)) out += String.fromCharCode(b);
  return out;
}

/** Back from {@link toBinary}. */
export function fromBinary(s: string): string {
  if (isAscii(s)) return s;
  const bytes = new Uint8Array(s.length);
  for (let i = 0; i < s.length; i++) bytes[i] = s.charCodeAt(i);
  return fromBytes(bytes);
}

/** Runs a search over strings; by bytes when one of them holds invalid ones, which may be parts of characters in another. */
export function bytewise<R>(strings: readonly string[], f: (...s: string[]) => R): R {
  return strings.every((s) => s.isWellFormed()) ? f(...strings) : f(...strings.map(toBinary));
}

/** {@link bytewise} for functions whose result is a string. */
export function bytewiseText(strings: readonly string[], f: (...s: string[]) => string): string {
  return strings.every((s) => s.isWellFormed()) ? f(...strings) : fromBinary(f(...strings.map(toBinary)));
}
