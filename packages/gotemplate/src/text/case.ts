import { fromRune, isAscii, runes } from './bytes.ts';
import { isNewer } from './unicode.ts';

/** Go maps case rune by rune (simple mapping), where JavaScript may make several characters of one. */

/** Simple upper case where the full mapping has more than one character: Greek letters with iota below. */
function upperWithIota(code: number): number {
  if (code >= 0x1f80 && code <= 0x1faf && (code & 0x8) === 0) return code + 8;
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return code + 9;
  return code;
}

/** unicode.ToUpper. */
export function upperRune(code: number): number {
  if (code < 0x80) return code >= 0x61 && code <= 0x7a ? code - 32 : code;
  const upper = String.fromCodePoint(code).toUpperCase();
  const mapped = upper.codePointAt(0) ?? code;
  if (upper.length > (mapped > 0xffff ? 2 : 1)) return upperWithIota(code);
  return mapped !== code && (isNewer(mapped) || isNewer(code)) ? code : mapped;
}

/** unicode.ToLower. */
export function lowerRune(code: number): number {
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? code + 32 : code;
  const mapped = String.fromCodePoint(code).toLowerCase().codePointAt(0) ?? code;
  return mapped !== code && isNewer(code) ? code : mapped;
}

/** The letters that have a title case of their own: Ǆ ǅ ǆ and their like. */
function titleDigraph(code: number): number | undefined {
  if (code >= 0x1c4 && code <= 0x1cc) return code - ((code - 0x1c4) % 3) + 1;
  return code >= 0x1f1 && code <= 0x1f3 ? 0x1f2 : undefined;
}

/** unicode.ToTitle. */
export function titleRune(code: number): number {
  const georgian = (code >= 0x10d0 && code <= 0x10fa) || (code >= 0x10fd && code <= 0x10ff);
  return titleDigraph(code) ?? (georgian ? code : upperRune(code));
}

/** Maps every rune; invalid bytes become U+FFFD, as in strings.Map. */
export function mapRunes(s: string, f: (code: number) => number): string {
  let out = '';
  for (const code of runes(s)) out += fromRune(f(code));
  return out;
}

/** strings.ToUpper. */
export function toUpper(s: string): string {
  return isAscii(s) ? s.toUpperCase() : mapRunes(s, upperRune);
}

/** strings.ToLower. */
export function toLower(s: string): string {
  return isAscii(s) ? s.toLowerCase() : mapRunes(s, lowerRune);
}
