import { fromBytes, isAscii, toBytes } from './bytes.ts';

/** One character of a Go literal: its value, whether it is a rune (as opposed to a single byte), and where the next one starts. */
export interface LiteralChar {
  readonly value: number;
  readonly multibyte: boolean;
  readonly next: number;
}

const SIMPLE: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 0x5c };
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** strconv.UnquoteChar at position `i` of `s`; undefined is Go's "invalid syntax". */
export function unquoteChar(s: string, i: number, quoteChar: string): LiteralChar | undefined {
  const c = s[i];
  if (c === undefined || c === quoteChar) return undefined;
  if (c !== '\\') {
    const code = s.codePointAt(i) ?? 0;
    return { value: code, multibyte: code >= 0x80, next: i + (code > 0xffff ? 2 : 1) };
  }
  const e = s[i + 1];
  if (e === undefined) return undefined;
  const simple = Object.hasOwn(SIMPLE, e) ? SIMPLE[e] : undefined;
  if (simple !== undefined) return { value: simple, multibyte: false, next: i + 2 };
  const digits = Object.hasOwn(HEX_DIGITS, e) ? HEX_DIGITS[e] : undefined;
  if (digits !== undefined) return hexEscape(s, i + 2, digits, e === 'x');
  if (e >= '0' && e <= '7') {
    const text = s.slice(i + 1, i + 4);
    const value = Number.parseInt(text, 8);
    return /^[0-7]{3}$/.test(text) && value <= 255 ? { value, multibyte: false, next: i + 4 } : undefined;
  }
  if ((e === '"' || e === "'") && e === quoteChar) return { value: e.charCodeAt(0), multibyte: false, next: i + 2 };
  return undefined;
}

function hexEscape(s: string, start: number, digits: number, single: boolean): LiteralChar | undefined {
  const text = s.slice(start, start + digits);
  if (text.length !== digits || !/^[0-9a-fA-F]+$/.test(text)) return undefined;
  const value = Number.parseInt(text, 16);
  const next = start + digits;
  if (single) return { value, multibyte: false, next };
  if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return undefined;
  return { value, multibyte: true, next };
}

/** strconv.Unquote for a string literal as the lexer found it, in double or back quotes; undefined is "invalid syntax". */
export function unquote(literal: string): string | undefined {
  if (literal.startsWith('`')) return literal.slice(1, -1).replaceAll('\r', '');
  if (literal.length < 2 || !literal.startsWith('"')) return undefined;
  if (!literal.includes('\\')) return literal.includes('\n') ? undefined : literal.slice(1, -1);
  let out = '';
  let raw = false;
  let i = 1;
  while (i < literal.length && literal[i] !== '"') {
    if (literal[i] === '\n') return undefined;
    const c = unquoteChar(literal, i, '"');
    if (c === undefined) return undefined;
    if (c.value >= 0x80 && !c.multibyte) {
      out += String.fromCharCode(0xdc00 + c.value);
      raw = true;
    } else out += String.fromCodePoint(c.value);
    i = c.next;
  }
  if (i !== literal.length - 1) return undefined;
  return raw && !isAscii(out) ? fromBytes(toBytes(out)) : out;
}
