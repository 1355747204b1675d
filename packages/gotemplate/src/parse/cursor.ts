import { isDigit, isLetter } from '../text/unicode.ts';
import type { Token, TokenType } from './token.ts';

/** What {@link Cursor.nextRune} gives at the end. */
export const EOF = -1;

/** The spaces that separate words in an action. */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 9 || code === 13 || code === 10;
}

/** The characters of names. */
export function isAlphaNumeric(code: number): boolean {
  return code === 0x5f || (code >= 0 && (isLetter(code) || isDigit(code)));
}

/** A place in the source and the token that is being read there, with their lines. */
export class Cursor {
  protected input: string;
  protected pos = 0;
  protected start = 0;
  #line = 1;
  #startLine = 1;
  #atEof = false;

  constructor(input: string) {
    this.input = input;
  }

  /** The line reached. */
  get line(): number {
    return this.#line;
  }

  protected nextRune(): number {
    const code = this.input.codePointAt(this.pos);
    if (code === undefined) {
      this.#atEof = true;
      return EOF;
    }
    this.pos += code > 0xffff ? 2 : 1;
    if (code === 10) this.#line++;
    return code;
  }

  protected backup(): void {
    if (this.#atEof || this.pos === 0) return;
    const unit = this.input.charCodeAt(this.pos - 1);
    const pair = unit >= 0xdc00 && unit <= 0xdfff && this.pos > 1 && (this.input.codePointAt(this.pos - 2) ?? 0) > 0xffff;
    this.pos -= pair ? 2 : 1;
    if (unit === 10) this.#line--;
  }

  protected peek(): number {
    const r = this.nextRune();
    this.backup();
    return r;
  }

  protected take(type: TokenType): Token {
    const token = { type, pos: this.start, text: this.input.slice(this.start, this.pos), line: this.#startLine };
    this.start = this.pos;
    this.#startLine = this.#line;
    return token;
  }

  protected countLines(from: number, to: number): void {
    for (let i = this.input.indexOf('\n', from); i >= 0 && i < to; i = this.input.indexOf('\n', i + 1)) this.#line++;
  }

  /** Skips what lies between the start and the position, counting its lines. */
  protected ignore(): void {
    this.countLines(this.start, this.pos);
    this.start = this.pos;
    this.#startLine = this.#line;
  }

  protected fail(text: string): Token {
    const token: Token = { type: 'error', pos: this.start, text, line: this.#startLine };
    this.start = 0;
    this.pos = 0;
    this.input = '';
    return token;
  }

  protected accept(valid: string): boolean {
    const r = this.nextRune();
    if (r !== EOF && valid.includes(String.fromCodePoint(r))) return true;
    this.backup();
    return false;
  }

  protected acceptRun(valid: string): void {
    while (this.accept(valid));
  }

  /** Reads what may be a number; false when a letter follows. It takes more than numbers: the parser finds out. */
  protected scanNumber(): boolean {
    const decimal = '0123456789_';
    let digits = decimal;
    this.accept('+-');
    if (this.accept('0')) {
      if (this.accept('xX')) digits = '0123456789abcdefABCDEF_';
      else if (this.accept('oO')) digits = '01234567_';
      else if (this.accept('bB')) digits = '01_';
    }
    this.acceptRun(digits);
    if (this.accept('.')) this.acceptRun(digits);
    const exponent = digits === decimal ? 'eE' : digits.length > decimal.length ? 'pP' : '';
    if (exponent !== '' && this.accept(exponent)) {
      this.accept('+-');
      this.acceptRun(decimal);
    }
    this.accept('i');
    if (!isAlphaNumeric(this.peek())) return true;
    this.nextRune();
    return false;
  }
}
