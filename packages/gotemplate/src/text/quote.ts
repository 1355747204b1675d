import { escapedByte } from './bytes.ts';
import { isPrint } from './unicode.ts';

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

const NAMED: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  12: '\\f',
  10: '\\n',
  13: '\\r',
  9: '\\t',
  11: '\\v',
};

function hex(n: number, width: number): string {
  return n.toString(16).padStart(width, '0');
}

function escapeRune(code: number, quoteCode: number, asciiOnly: boolean): string {
  if (code === quoteCode || code === 0x5c) return `\\${String.fromCharCode(code)}`;
  if (asciiOnly ? code < 0x80 && isPrint(code) : isPrint(code)) return String.fromCodePoint(code);
  const named = NAMED[code];
  if (named !== undefined) return named;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  if (code < 0x10000) return `\\u${hex(code, 4)}`;
  return `\\U${hex(code, 8)}`;
}

/** strconv.Quote; with `asciiOnly` strconv.QuoteToASCII. Invalid bytes come out as `\x..`. */
export function quote(s: string, asciiOnly = false): string {
  if (PLAIN.test(s)) return `"${s}"`;
  let out = '"';
  for (const ch of s) {
    const code = ch.codePointAt(0) ?? 0;
    const byte = escapedByte(code);
    out += byte >= 0 ? `\\x${hex(byte, 2)}` : escapeRune(code, 0x22, asciiOnly);
  }
  return `${out}"`;
}

/** strconv.QuoteRune; with `asciiOnly` strconv.QuoteRuneToASCII. */
export function quoteRune(code: number, asciiOnly = false): string {
  const valid = code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return `'${escapeRune(valid ? code : 0xfffd, 0x27, asciiOnly)}'`;
}

/** strconv.CanBackquote: no control character but tab, no backquote, no BOM, valid UTF-8. */
export function canBackquote(s: string): boolean {
  return s.isWellFormed() && !/[\x00-\x08\x0a-\x1f\x7f`\ufeff]/.test(s);
}
