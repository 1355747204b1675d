import { isAscii, runeCount, toBytes } from '../text/bytes.ts';
import { canBackquote, quote, quoteRune } from '../text/quote.ts';
import { isPrint } from '../text/unicode.ts';
import type { FloatFormat } from './float.ts';
import { formatFloat } from './float.ts';

/** The flags, width and precision of one verb, and the formats of the basic types under them (Go's fmt/format.go). */
export class Format {
  plus = false;
  minus = false;
  sharp = false;
  space = false;
  zero = false;
  /** %+v and %#v. */
  plusV = false;
  sharpV = false;
  width = 0;
  widthPresent = false;
  precision = 0;
  precisionPresent = false;

  clear(): void {
    this.plus = this.minus = this.sharp = this.space = this.zero = this.plusV = this.sharpV = false;
    this.width = this.precision = 0;
    this.widthPresent = this.precisionPresent = false;
  }

  /** `n` characters of padding: zeros on the left when asked for. */
  padding(n: number): string {
    if (n <= 0) return '';
    return (this.zero && !this.minus ? '0' : ' ').repeat(n);
  }

  pad(s: string): string {
    if (!this.widthPresent || this.width === 0) return s;
    const fill = this.padding(this.width - runeCount(s));
    return this.minus ? s + fill : fill + s;
  }

  #padSpaces(s: string): string {
    const zero = this.zero;
    this.zero = false;
    const out = this.pad(s);
    this.zero = zero;
    return out;
  }

  boolean(v: boolean): string {
    return this.pad(v ? 'true' : 'false');
  }

  #truncate(s: string): string {
    if (!this.precisionPresent) return s;
    if (isAscii(s)) return s.slice(0, this.precision);
    return [...s].slice(0, this.precision).join('');
  }

  string(s: string): string {
    return this.pad(this.#truncate(s));
  }

  quoted(s: string): string {
    const text = this.#truncate(s);
    if (this.sharp && canBackquote(text)) return this.pad(`\`${text}\``);
    return this.pad(quote(text, this.plus));
  }

  /** %x of a string: two digits a byte. */
  hexString(s: string, upper: boolean): string {
    const all = toBytes(s);
    const bytes = this.precisionPresent && this.precision < all.length ? all.subarray(0, this.precision) : all;
    if (bytes.length === 0) return this.widthPresent ? this.padding(this.width) : '';
    const prefix = this.sharp ? (upper ? '0X' : '0x') : '';
    const parts = Array.from(bytes, (b) => {
      const h = b.toString(16).padStart(2, '0');
      return upper ? h.toUpperCase() : h;
    });
    const text = this.space ? parts.map((p) => prefix + p).join(' ') : prefix + parts.join('');
    const fill = this.widthPresent ? this.padding(this.width - text.length) : '';
    return this.minus ? text + fill : fill + text;
  }

  integer(v: bigint, base: 2 | 8 | 10 | 16, verb: string, upper = false): string {
    const negative = v < 0n;
    let precision = 0;
    if (this.precisionPresent) {
      precision = this.precision;
      if (precision === 0 && v === 0n) return this.widthPresent ? ' '.repeat(this.width) : '';
    } else if (this.zero && !this.minus && this.widthPresent) {
      precision = this.width;
      if (negative || this.plus || this.space) precision--;
    }
    let digits = (negative ? -v : v).toString(base);
    if (upper) digits = digits.toUpperCase();
    digits = digits.padStart(precision, '0');
    if (this.sharp) {
      if (base === 2) digits = `0b${digits}`;
      else if (base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
      else if (base === 16) digits = (upper ? '0X' : '0x') + digits;
    }
    if (verb === 'O') digits = `0o${digits}`;
    if (negative) digits = `-${digits}`;
    else if (this.plus) digits = `+${digits}`;
    else if (this.space) digits = ` ${digits}`;
    return this.#padSpaces(digits);
  }

  /** %U: U+0041, with # also the character. */
  unicode(u: bigint): string {
    const precision = this.precisionPresent && this.precision > 4 ? this.precision : 4;
    let text = `U+${u.toString(16).toUpperCase().padStart(precision, '0')}`;
    if (this.sharp && u <= 0x10ffffn && isPrint(Number(u))) text += ` '${String.fromCodePoint(Number(u))}'`;
    return this.#padSpaces(text);
  }

  /** %c. */
  character(u: bigint): string {
    return this.pad(codePointText(u));
  }

  /** %q of an integer. */
  quotedCharacter(u: bigint): string {
    return this.pad(quoteRune(u > 0x10ffffn ? 0xfffd : Number(u), this.plus));
  }

  float(v: number, verb: FloatFormat | 'v', defaultPrecision: number): string {
    const precision = this.precisionPresent ? this.precision : defaultPrecision;
    let num = formatFloat(v, verb === 'v' ? 'g' : verb, precision);
    if (!num.startsWith('-') && !num.startsWith('+')) num = `+${num}`;
    if (this.space && num.startsWith('+') && !this.plus) num = ` ${num.slice(1)}`;
    if (num[1] === 'I' || num[1] === 'N') {
      if (num[1] === 'N' && !this.space && !this.plus) num = num.slice(1);
      return this.#padSpaces(num);
    }
    if (this.sharp && verb !== 'b') num = this.#sharpFloat(num, verb, precision);
    if (!this.plus && num.startsWith('+')) return this.pad(num.slice(1));
    if (this.zero && !this.minus && this.widthPresent && this.width > num.length) {
      return num.slice(0, 1) + this.padding(this.width - num.length) + num.slice(1);
    }
    return this.pad(num);
  }

  /** The # flag: always a decimal point, and trailing zeros kept. */
  #sharpFloat(num: string, verb: string, precision: number): string {
    let digits = 0;
    if (verb === 'v' || verb === 'g' || verb === 'G' || verb === 'x') digits = precision === -1 ? 6 : precision;
    const hex = verb === 'x' || verb === 'X';
    const at = num.search(hex ? /[pP]/ : /[pPeE]/);
    let head = at < 0 ? num : num.slice(0, at);
    const tail = at < 0 ? '' : num.slice(at);
    let seen = false;
    for (const c of head.slice(1)) {
      if (c === '.') continue;
      if (c !== '0') seen = true;
      if (seen) digits--;
    }
    if (!head.includes('.')) {
      if (head.length === 2 && head[1] === '0') digits--;
      head += '.';
    }
    return head + '0'.repeat(Math.max(digits, 0)) + tail;
  }
}

function codePointText(u: bigint): string {
  const valid = u <= 0x10ffffn && !(u >= 0xd800n && u <= 0xdfffn);
  return valid ? String.fromCodePoint(Number(u)) : '\ufffd';
}
