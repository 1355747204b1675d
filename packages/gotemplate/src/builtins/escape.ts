import { runes, toBytes } from '../text/bytes.ts';
import { isPrint } from '../text/unicode.ts';

const HTML: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

/** template.HTMLEscapeString. */
export function htmlEscape(s: string): string {
  return s.replace(/[\0"'&<>]/g, (c) => HTML[c] ?? c);
}

const JS_NAMED: Readonly<Record<number, string>> = {
  92: '\\\\',
  39: "\\'",
  34: '\\"',
  60: '\\u003C',
  62: '\\u003E',
  38: '\\u0026',
  61: '\\u003D',
};

/** template.JSEscapeString. */
export function jsEscape(s: string): string {
  let out = '';
  for (const code of runes(s)) {
    const named = JS_NAMED[code];
    if (named !== undefined) out += named;
    else if (code < 0x20) out += `\\u00${code.toString(16).toUpperCase().padStart(2, '0')}`;
    else if (code < 0x80 || isPrint(code)) out += String.fromCodePoint(code);
    else out += `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  }
  return out;
}

const UNRESERVED = /[A-Za-z0-9\-_.~]/;

/** url.QueryEscape. */
export function queryEscape(s: string): string {
  let out = '';
  for (const byte of toBytes(s)) {
    const c = String.fromCharCode(byte);
    if (byte < 0x80 && UNRESERVED.test(c)) out += c;
    else out += c === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}
