import { GoError } from '../errors.ts';
import { toBinary } from '../text/binary.ts';
import { fromRune } from '../text/bytes.ts';
import { quote } from '../text/quote.ts';
import { growCapacity } from '../value/capacity.ts';
import { dict } from '../value/map.ts';
import { Float } from '../value/number.ts';
import { list } from '../value/slice.ts';
import type { Value } from '../value/value.ts';

/** What json.Unmarshal into an interface leaves behind: the value, and its complaint. */
export interface Decoded {
  readonly value: Value;
  readonly error: GoError | undefined;
}

const MAX_DEPTH = 10_000;
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '\\': '\\', '/': '/', '"': '"' };

function quoteByte(c: string): string {
  if (c === "'") return "'\\''";
  return c === '"' ? "'\"'" : `'${quote(c).slice(1, -1)}'`;
}

/** A reader of JSON with encoding/json's words for what is wrong. */
class Reader {
  readonly #s: string;
  #i = 0;
  #depth = 0;
  /** Numbers that do not fit are nil, and this says so. */
  fault: GoError | undefined;

  constructor(s: string) {
    this.#s = s;
  }

  /** The error at the current place; at the end Go looks at an imagined space before it says that the text ended. */
  #bad(context: string, spaceAllowed: boolean): never {
    const c = this.#s[this.#i];
    if (c === undefined && spaceAllowed) throw new GoError('unexpected end of JSON input');
    const byte = c === undefined ? ' ' : (toBinary(this.#s.slice(this.#i, this.#i + 2))[0] ?? c);
    throw new GoError(`invalid character ${quoteByte(byte)} ${context}`);
  }

  #skipSpace(): void {
    while (' \t\r\n'.includes(this.#s[this.#i] ?? 'x')) this.#i++;
  }

  document(): Value {
    const v = this.#value();
    this.#skipSpace();
    if (this.#i < this.#s.length) this.#bad('after top-level value', true);
    return v;
  }

  #value(): Value {
    this.#skipSpace();
    const c = this.#s[this.#i];
    switch (c) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      case 't':
        return this.#literal('true', true);
      case 'f':
        return this.#literal('false', false);
      case 'n':
        return this.#literal('null', null);
      default:
        if (c === '-' || (c !== undefined && c >= '0' && c <= '9')) return this.#number();
        return this.#bad('looking for beginning of value', true);
    }
  }

  #nested(read: () => Value): Value {
    this.#depth++;
    if (this.#depth > MAX_DEPTH) throw new GoError('exceeded max depth');
    this.#i++;
    const v = read();
    this.#depth--;
    return v;
  }

  #object(): Value {
    const out = dict();
    this.#skipSpace();
    if (this.#s[this.#i] === '}') {
      this.#i++;
      return out;
    }
    for (;;) {
      this.#skipSpace();
      if (this.#s[this.#i] !== '"') this.#bad('looking for beginning of object key string', true);
      const key = this.#string();
      this.#skipSpace();
      if (this.#s[this.#i] !== ':') this.#bad('after object key', true);
      this.#i++;
      out.set(key, this.#value());
      this.#skipSpace();
      const c = this.#s[this.#i];
      if (c !== ',' && c !== '}') this.#bad('after object key:value pair', true);
      this.#i++;
      if (c === '}') return out;
    }
  }

  #array(): Value {
    const items: Value[] = [];
    this.#skipSpace();
    if (this.#s[this.#i] === ']') {
      this.#i++;
      return list(items);
    }
    for (;;) {
      items.push(this.#value());
      this.#skipSpace();
      const c = this.#s[this.#i];
      if (c !== ',' && c !== ']') this.#bad('after array element', true);
      this.#i++;
      if (c === ']') return list(items, growCapacity(items.length));
    }
  }

  #string(): string {
    let out = '';
    this.#i++;
    for (;;) {
      const c = this.#s[this.#i];
      if (c === undefined || c < ' ') this.#bad('in string literal', true);
      this.#i++;
      if (c === '"') return out.toWellFormed();
      out += c === '\\' ? this.#escape() : c;
    }
  }

  #escape(): string {
    const c = this.#s[this.#i];
    if (c === 'u') {
      this.#i++;
      return this.#unicode();
    }
    const plain = c === undefined ? undefined : ESCAPES[c];
    if (plain === undefined) this.#bad('in string escape code', false);
    this.#i++;
    return plain;
  }

  #hex(): number {
    let code = 0;
    for (let k = 0; k < 4; k++) {
      const c = this.#s[this.#i] ?? '';
      if (!/^[0-9a-fA-F]$/.test(c)) this.#bad('in \\u hexadecimal character escape', false);
      code = code * 16 + Number.parseInt(c, 16);
      this.#i++;
    }
    return code;
  }

  #unicode(): string {
    const code = this.#hex();
    const high = code >= 0xd800 && code < 0xdc00;
    const low = high ? /^\\u([dD][c-fC-F][0-9a-fA-F]{2})/.exec(this.#s.slice(this.#i, this.#i + 6)) : null;
    if (low === null) return fromRune(code);
    this.#i += 6;
    return String.fromCharCode(code, Number.parseInt(low[1] ?? '0', 16));
  }

  #literal(word: string, v: Value): Value {
    for (const [k, expected] of [...word].entries()) {
      if (this.#s[this.#i] !== expected) this.#bad(`in literal ${word} (expecting '${expected}')`, k === 0);
      this.#i++;
    }
    return v;
  }

  #digits(context: string): void {
    if (!/[0-9]/.test(this.#s[this.#i] ?? '')) this.#bad(context, false);
    while (/[0-9]/.test(this.#s[this.#i] ?? '')) this.#i++;
  }

  #number(): Value {
    const start = this.#i;
    if (this.#s[this.#i] === '-') this.#i++;
    if (this.#s[this.#i] === '0') this.#i++;
    else this.#digits('in numeric literal');
    if (this.#s[this.#i] === '.') {
      this.#i++;
      this.#digits('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.#s[this.#i] ?? '')) {
      this.#i++;
      if (/[+-]/.test(this.#s[this.#i] ?? '')) this.#i++;
      this.#digits('in exponent of numeric literal');
    }
    const text = this.#s.slice(start, this.#i);
    const f = Number(text);
    if (Number.isFinite(f)) return new Float(f);
    this.fault ??= new GoError(`json: cannot unmarshal number ${text} into Go value of type float64`);
    return null;
  }
}

/** json.Unmarshal into an interface{}: all numbers are float64. A syntax error leaves nil. */
export function decodeJson(s: string): Decoded {
  const reader = new Reader(s);
  try {
    const value = reader.document();
    return { value, error: reader.fault };
  } catch (cause) {
    if (!(cause instanceof GoError)) throw cause;
    return { value: null, error: cause };
  }
}
