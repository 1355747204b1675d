import { NEWER } from './generated/newer.ts';

/** Go's unicode package, in so far as templates can tell the difference. */

let newer: Set<number> | undefined;

/** Whether the code point is one that Go's Unicode 15 does not know yet. */
export function isNewer(code: number): boolean {
  if (newer === undefined) {
    newer = new Set();
    for (const range of NEWER.trim().split(/\s+/)) {
      const [start = '0', length = '0'] = range.split('-');
      const first = Number.parseInt(start, 36);
      for (let c = first; c <= first + Number.parseInt(length, 36); c++) newer.add(c);
    }
  }
  return newer.has(code);
}

const PRINT = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const LETTER = /^\p{L}$/u;
const DIGIT = /^\p{Nd}$/u;
const UPPER = /^\p{Lu}$/u;
const PUNCT = /^\p{P}$/u;
const NUMBER = /^\p{N}$/u;
const LOWER = /^\p{Ll}$/u;

/** unicode.IsPrint and strconv.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrint(code: number): boolean {
  if (code < 0x7f) return code >= 0x20;
  if (code >= 0xd800 && code <= 0xdfff) return false;
  return PRINT.test(String.fromCodePoint(code)) && !isNewer(code);
}

/** unicode.IsLetter. */
export function isLetter(code: number): boolean {
  if (code < 0x80) return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  return LETTER.test(String.fromCodePoint(code)) && !isNewer(code);
}

/** unicode.IsDigit. */
export function isDigit(code: number): boolean {
  if (code < 0x80) return code >= 0x30 && code <= 0x39;
  return DIGIT.test(String.fromCodePoint(code)) && !isNewer(code);
}

/** unicode.IsUpper. */
export function isUpper(code: number): boolean {
  return UPPER.test(String.fromCodePoint(code)) && !isNewer(code);
}

/** unicode.IsLower. */
export function isLower(code: number): boolean {
  // U+0295 lost its case after Unicode 15.
  return code === 0x295 || (LOWER.test(String.fromCodePoint(code)) && !isNewer(code));
}

/** unicode.IsPunct. */
export function isPunct(code: number): boolean {
  return PUNCT.test(String.fromCodePoint(code)) && !isNewer(code);
}

/** unicode.IsNumber. */
export function isNumber(code: number): boolean {
  return NUMBER.test(String.fromCodePoint(code)) && !isNewer(code);
}

/** unicode.IsSpace. */
export function isSpace(code: number): boolean {
  if (code <= 0xff) return (code >= 9 && code <= 13) || code === 0x20 || code === 0x85 || code === 0xa0;
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}
