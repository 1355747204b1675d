/** Tokens of CEL. */
import type { Literal } from './ast.ts';
import type { CelProblem } from './errors.ts';

export interface Token {
  readonly kind: 'ident' | 'escaped' | 'literal' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
  readonly value?: Literal;
}

const SYMBOL = /==|!=|<=|>=|&&|\|\||[<>()[\]{}.,?:+\-*/%!]/y;
const NUMBER = /0x[0-9a-fA-F]+u?|\d+\.\d+(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+[uU]?/y;
const IDENT = /[_a-zA-Z][_a-zA-Z0-9]*/y;
const ESCAPED = /`[a-zA-Z0-9_.\-/ ]+`/y;
const SPACE = /[\t\n\f\r ]+|\/\/[^\n]*/y;
const ESCAPE = '\\\\(?:[abfnrtv"\'`?\\\\]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})';
const RAW = `"""[^]*?"""|'''[^]*?'''|"[^"\\n\\r]*"|'[^'\\n\\r]*'`;
const COOKED = `"""(?:${ESCAPE}|[^\\\\])*?"""|'''(?:${ESCAPE}|[^\\\\])*?'''|"(?:${ESCAPE}|[^"\\\\\\n\\r])*"|'(?:${ESCAPE}|[^'\\\\\\n\\r])*'`;
const TEXT = new RegExp(`([bB]?[rR]|[rR][bB])(${RAW})|([bB]?)(${COOKED})`, 'y');
const BROKEN = new RegExp(`["'](?:${ESCAPE}|[^\\\\\\n\\r])*(?:\\\\.)?`, 'y');

function take(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

/** Reads all tokens; what is none is reported and passed over. */
export function readTokens(source: string, problems: CelProblem[]): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const space = take(SPACE, source, at);
    if (space !== null) {
      at += space[0].length;
      continue;
    }
    const token = readText(source, at) ?? readToken(source, at);
    if (token !== undefined) {
      tokens.push(token);
      at += token.text.length;
      continue;
    }
    const bad = badText(source, at);
    problems.push({ offset: at, message: `Syntax error: token recognition error at: '${bad}'` });
    at += bad.length;
  }
  tokens.push({ kind: 'end', text: '<EOF>', at });
  return tokens;
}

/** How much the server's scanner throws away: a text that does not end, a lone sign with what follows it. */
function badText(source: string, at: number): string {
  const char = source.charAt(at);
  if (char === '"' || char === "'") return take(BROKEN, source, at)?.[0] ?? char;
  if (char === '=' || char === '&' || char === '|') return source.slice(at, at + 2);
  return char;
}

function readToken(source: string, at: number): Token | undefined {
  const number = take(NUMBER, source, at);
  if (number !== null) return { kind: 'literal', text: number[0], at, value: numberOf(number[0]) };
  const name = take(IDENT, source, at);
  if (name !== null) {
    const text = name[0];
    if (text === 'true' || text === 'false') return { kind: 'literal', text, at, value: text === 'true' };
    if (text === 'null') return { kind: 'literal', text, at, value: null };
    return { kind: text === 'in' ? 'symbol' : 'ident', text, at };
  }
  const escaped = take(ESCAPED, source, at);
  if (escaped !== null) return { kind: 'escaped', text: escaped[0], at };
  const symbol = take(SYMBOL, source, at);
  return symbol === null ? undefined : { kind: 'symbol', text: symbol[0], at };
}

function numberOf(text: string): Literal {
  if (/^0x/.test(text)) return text.endsWith('u') ? { uint: BigInt(text.slice(0, -1)) } : BigInt(text);
  if (/[uU]$/.test(text)) return { uint: BigInt(text.slice(0, -1)) };
  return /[.eE]/.test(text) ? Number(text) : BigInt(text);
}

function readText(source: string, at: number): Token | undefined {
  const match = take(TEXT, source, at);
  if (match === null) return undefined;
  const [text, raw, rawText = '', bytes = '', cooked = ''] = match;
  const prefix = raw ?? bytes;
  const quoted = raw === undefined ? cooked : rawText;
  const marks = quoted.startsWith('"""') || quoted.startsWith("'''") ? 3 : 1;
  const body = quoted.slice(marks, -marks);
  const isBytes = /b/i.test(prefix);
  let value: string | Uint8Array;
  if (/r/i.test(prefix)) value = isBytes ? Buffer.from(body, 'utf8') : body;
  else if (isBytes) value = Buffer.concat(pieces(body, true));
  else value = Buffer.concat(pieces(body, false)).toString('utf8');
  return { kind: 'literal', text, at, value };
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** In bytes, \x and octals are bytes; in texts, code points. */
function pieces(body: string, bytes: boolean): Buffer[] {
  const out: Buffer[] = [];
  for (const [found, escaped] of body.matchAll(
    /\\(x[0-9a-fA-F]{2}|X[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|.)|[^\\]+/gs,
  )) {
    if (escaped === undefined) out.push(Buffer.from(found, 'utf8'));
    else if (escaped.length === 1) out.push(Buffer.from(ESCAPES[escaped] ?? escaped, 'utf8'));
    else {
      const isOctal = /^\d/.test(escaped);
      const code = isOctal ? Number.parseInt(escaped, 8) : Number.parseInt(escaped.slice(1), 16);
      out.push(bytes && !/^[uU]/.test(escaped) ? Buffer.from([code]) : Buffer.from(String.fromCodePoint(code), 'utf8'));
    }
  }
  return out;
}
