import { normalize } from '../text/bytes.ts';
import { typeName } from '../value/kind.ts';
import { Int } from '../value/number.ts';
import type { Value } from '../value/value.ts';
import { Printer } from './printer.ts';

const MAX_NUMBER = 1_000_000;

function tooLarge(n: number): boolean {
  return n > MAX_NUMBER || n < -MAX_NUMBER;
}

interface ParsedNumber {
  readonly value: number;
  readonly present: boolean;
  readonly next: number;
}

/** fmt's parsenum: digits at `i`; a number beyond a million counts as none and swallows the rest. */
function parseNumber(s: string, i: number, end: number): ParsedNumber {
  let value = 0;
  let next = i;
  while (next < end && s[next] !== undefined && /[0-9]/.test(s[next] ?? '')) {
    if (tooLarge(value)) return { value: 0, present: false, next: end };
    value = value * 10 + Number(s[next]);
    next++;
  }
  return { value, present: next > i, next };
}

/** The state of one Sprintf call (fmt's doPrintf). */
class FormatRun {
  readonly #p = new Printer();
  readonly #text: string;
  readonly #args: readonly Value[];
  #i = 0;
  #argument = 0;
  #reordered = false;
  #goodIndex = true;
  #afterIndex = false;

  constructor(text: string, args: readonly Value[]) {
    this.#text = text;
    this.#args = args;
  }

  run(): string {
    const end = this.#text.length;
    while (this.#i < end) {
      this.#goodIndex = true;
      const percent = this.#text.indexOf('%', this.#i);
      const stop = percent < 0 ? end : percent;
      this.#p.out += this.#text.slice(this.#i, stop);
      this.#i = stop;
      if (stop >= end) break;
      this.#i++;
      if (!this.#verb()) break;
    }
    if (!this.#reordered && this.#argument < this.#args.length) this.#extra();
    return normalize(this.#p.out);
  }

  /** One directive after its percent sign; false when the text ended in it. */
  #verb(): boolean {
    const f = this.#p.format;
    f.clear();
    this.#afterIndex = false;
    this.#flags();
    this.#index();
    this.#width();
    this.#precision();
    if (!this.#afterIndex) this.#index();
    const code = this.#text.codePointAt(this.#i);
    if (code === undefined) {
      this.#p.out += '%!(NOVERB)';
      return false;
    }
    const verb = String.fromCodePoint(code);
    this.#i += verb.length;
    if (verb === '%') this.#p.out += '%';
    else if (!this.#goodIndex) this.#p.out += `%!${verb}(BADINDEX)`;
    else if (this.#argument >= this.#args.length) this.#p.out += `%!${verb}(MISSING)`;
    else this.#print(verb);
    return true;
  }

  #print(verb: string): void {
    const f = this.#p.format;
    if (verb === 'v' || verb === 'w') {
      f.sharpV = f.sharp;
      f.sharp = false;
      f.plusV = f.plus;
      f.plus = false;
    }
    this.#p.arg(this.#args[this.#argument], verb);
    this.#argument++;
  }

  #flags(): void {
    const f = this.#p.format;
    for (; this.#i < this.#text.length; this.#i++) {
      switch (this.#text[this.#i]) {
        case '#':
          f.sharp = true;
          break;
        case '0':
          f.zero = true;
          break;
        case '+':
          f.plus = true;
          break;
        case '-':
          f.minus = true;
          break;
        case ' ':
          f.space = true;
          break;
        default:
          return;
      }
    }
  }

  /** An explicit argument index, as in `%[2]d`. */
  #index(): void {
    this.#afterIndex = false;
    if (this.#text[this.#i] !== '[') return;
    this.#reordered = true;
    const close = this.#text.indexOf(']', this.#i + 1);
    if (this.#text.length - this.#i < 3 || close < 0) {
      this.#goodIndex = false;
      this.#i++;
      return;
    }
    const n = parseNumber(this.#text, this.#i + 1, close);
    const ok = n.present && n.next === close;
    this.#i = close + 1;
    if (ok && n.value >= 1 && n.value <= this.#args.length) {
      this.#argument = n.value - 1;
      this.#afterIndex = true;
      return;
    }
    this.#goodIndex = false;
    this.#afterIndex = ok;
  }

  /** An integer argument for `*`, or undefined when the argument is none or too large. */
  #star(): number | undefined {
    if (this.#argument >= this.#args.length) return undefined;
    const v = this.#args[this.#argument];
    this.#argument++;
    if (!(v instanceof Int)) return undefined;
    const n = v.toNumber();
    return tooLarge(n) ? undefined : n;
  }

  #width(): void {
    const f = this.#p.format;
    if (this.#text[this.#i] === '*') {
      this.#i++;
      const n = this.#star();
      f.widthPresent = n !== undefined;
      f.width = n ?? 0;
      if (n === undefined) this.#p.out += '%!(BADWIDTH)';
      if (f.width < 0) {
        f.width = -f.width;
        f.minus = true;
        f.zero = false;
      }
      this.#afterIndex = false;
      return;
    }
    const n = parseNumber(this.#text, this.#i, this.#text.length);
    f.width = n.value;
    f.widthPresent = n.present;
    this.#i = n.next;
    if (this.#afterIndex && n.present) this.#goodIndex = false;
  }

  #precision(): void {
    const f = this.#p.format;
    if (this.#text[this.#i] !== '.' || this.#i + 1 >= this.#text.length) return;
    this.#i++;
    if (this.#afterIndex) this.#goodIndex = false;
    this.#index();
    if (this.#text[this.#i] === '*') {
      this.#i++;
      const n = this.#star();
      f.precisionPresent = n !== undefined && n >= 0;
      f.precision = f.precisionPresent ? (n ?? 0) : 0;
      if (!f.precisionPresent) this.#p.out += '%!(BADPREC)';
      this.#afterIndex = false;
      return;
    }
    const n = parseNumber(this.#text, this.#i, this.#text.length);
    f.precision = n.value;
    f.precisionPresent = true;
    this.#i = n.next;
  }

  #extra(): void {
    const p = this.#p;
    p.format.clear();
    p.out += '%!(EXTRA ';
    this.#args.slice(this.#argument).forEach((v, i) => {
      if (i > 0) p.out += ', ';
      if (v === null || v === undefined) p.out += '<nil>';
      else {
        p.out += `${typeName(v)}=`;
        p.arg(v, 'v');
      }
    });
    p.out += ')';
  }
}

/** fmt.Sprintf. */
export function sprintf(format: string, args: readonly Value[]): string {
  return new FormatRun(format, args).run();
}
