import { quote } from '../text/quote.ts';
import { isDigit, isLetter, isPrint } from '../text/unicode.ts';
import type { Token, TokenType } from './token.ts';
import { keyword } from './token.ts';

const EOF = -1;
const COMMENT_START = '/*';
const COMMENT_END = '*/';
/** A trim marker is a minus and a space. */
const TRIM_LENGTH = 2;

function isSpace(code: number): boolean {
  return code === 0x20 || code === 9 || code === 13 || code === 10;
}

function isAlphaNumeric(code: number): boolean {
  return code === 0x5f || (code >= 0 && (isLetter(code) || isDigit(code)));
}

/** %#U of Go: U+0041 'A'. */
function unicodeName(code: number): string {
  // Go formats the end of input, -1, as the 64 bits of that number.
  if (code < 0) return 'U+FFFFFFFFFFFFFFFF';
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return isPrint(code) ? `${name} '${String.fromCodePoint(code)}'` : name;
}

/** What the parser decides about the words break and continue: they are keywords unless a function has the name. */
export interface LexerOptions {
  readonly breakOk: boolean;
  readonly continueOk: boolean;
}

/** Splits a template into tokens, one call at a time (Go's text/template/parse/lex.go). */
export class Lexer {
  readonly #left: string;
  readonly #right: string;
  readonly #options: LexerOptions;
  #input: string;
  #pos = 0;
  #start = 0;
  #line = 1;
  #startLine = 1;
  #atEof = false;
  #parens = 0;
  #insideAction = false;

  constructor(input: string, left: string, right: string, options: LexerOptions) {
    this.#input = input;
    this.#left = left;
    this.#right = right;
    this.#options = options;
  }

  /** The line reached. */
  get line(): number {
    return this.#line;
  }

  /** The next token. After an error it is an error or EOF for ever. */
  next(): Token {
    for (;;) {
      const token = this.#insideAction ? this.#lexInsideAction() : this.#lexText();
      if (token !== undefined) return token;
    }
  }

  #nextRune(): number {
    const code = this.#input.codePointAt(this.#pos);
    if (code === undefined) {
      this.#atEof = true;
      return EOF;
    }
    this.#pos += code > 0xffff ? 2 : 1;
    if (code === 10) this.#line++;
    return code;
  }

  #backup(): void {
    if (this.#atEof || this.#pos === 0) return;
    const unit = this.#input.charCodeAt(this.#pos - 1);
    const pair = unit >= 0xdc00 && unit <= 0xdfff && this.#pos > 1 && (this.#input.codePointAt(this.#pos - 2) ?? 0) > 0xffff;
    this.#pos -= pair ? 2 : 1;
    if (unit === 10) this.#line--;
  }

  #peek(): number {
    const r = this.#nextRune();
    this.#backup();
    return r;
  }

  #take(type: TokenType): Token {
    const token = { type, pos: this.#start, text: this.#input.slice(this.#start, this.#pos), line: this.#startLine };
    this.#start = this.#pos;
    this.#startLine = this.#line;
    return token;
  }

  #emit(type: TokenType): Token {
    return this.#take(type);
  }

  #countLines(from: number, to: number): void {
    for (let i = this.#input.indexOf('\n', from); i >= 0 && i < to; i = this.#input.indexOf('\n', i + 1)) this.#line++;
  }

  /** Skips what lies between the start and the position, counting its lines. */
  #ignore(): void {
    this.#countLines(this.#start, this.#pos);
    this.#start = this.#pos;
    this.#startLine = this.#line;
  }

  #fail(text: string): Token {
    const token: Token = { type: 'error', pos: this.#start, text, line: this.#startLine };
    this.#start = 0;
    this.#pos = 0;
    this.#input = '';
    return token;
  }

  #lexText(): Token | undefined {
    const at = this.#input.indexOf(this.#left, this.#pos);
    if (at < 0) {
      this.#pos = this.#input.length;
      if (this.#pos > this.#start) {
        this.#countLines(this.#start, this.#pos);
        return this.#emit('text');
      }
      return this.#emit('EOF');
    }
    if (at > this.#pos) {
      this.#pos = at;
      const trim = this.#leftTrimAt(at + this.#left.length) ? this.#spacesBefore(at) : 0;
      this.#pos -= trim;
      this.#countLines(this.#start, this.#pos);
      const token = this.#take('text');
      this.#pos += trim;
      this.#ignore();
      if (token.text.length > 0) return token;
    }
    return this.#lexLeftDelim();
  }

  /** How many spaces end the text that starts at the start and ends at `end`. */
  #spacesBefore(end: number): number {
    let i = end;
    while (i > this.#start && isSpace(this.#input.charCodeAt(i - 1))) i--;
    return end - i;
  }

  #leftTrimAt(i: number): boolean {
    return this.#input[i] === '-' && isSpace(this.#input.charCodeAt(i + 1));
  }

  #rightTrimAt(i: number): boolean {
    return isSpace(this.#input.charCodeAt(i)) && this.#input[i + 1] === '-' && this.#input.startsWith(this.#right, i + TRIM_LENGTH);
  }

  #skipSpaces(): void {
    while (isSpace(this.#input.charCodeAt(this.#pos))) this.#pos++;
  }

  #lexLeftDelim(): Token | undefined {
    this.#pos += this.#left.length;
    const afterMarker = this.#leftTrimAt(this.#pos) ? TRIM_LENGTH : 0;
    if (this.#input.startsWith(COMMENT_START, this.#pos + afterMarker)) {
      this.#pos += afterMarker;
      this.#ignore();
      return this.#lexComment();
    }
    const token = this.#take('leftDelim');
    this.#insideAction = true;
    this.#pos += afterMarker;
    this.#ignore();
    this.#parens = 0;
    return token;
  }

  #lexComment(): Token | undefined {
    const end = this.#input.indexOf(COMMENT_END, this.#pos + COMMENT_START.length);
    if (end < 0) {
      return this.#fail('unclosed comment');
    }
    this.#pos = end + COMMENT_END.length;
    const trim = this.#rightTrimAt(this.#pos);
    if (!trim && !this.#input.startsWith(this.#right, this.#pos)) {
      return this.#fail('comment ends before closing delimiter');
    }
    this.#countLines(this.#start, this.#pos);
    this.#start = this.#pos;
    this.#pos += (trim ? TRIM_LENGTH : 0) + this.#right.length;
    if (trim) this.#skipSpaces();
    this.#ignore();
    return undefined;
  }

  #lexRightDelim(): Token {
    const trim = this.#rightTrimAt(this.#pos);
    if (trim) {
      this.#pos += TRIM_LENGTH;
      this.#ignore();
    }
    this.#pos += this.#right.length;
    const token = this.#take('rightDelim');
    if (trim) {
      this.#skipSpaces();
      this.#ignore();
    }
    this.#insideAction = false;
    return token;
  }

  #lexInsideAction(): Token {
    if (this.#rightTrimAt(this.#pos) || this.#input.startsWith(this.#right, this.#pos)) {
      return this.#parens === 0 ? this.#lexRightDelim() : this.#fail('unclosed left paren');
    }
    const r = this.#nextRune();
    if (r === EOF) return this.#fail('unclosed action');
    if (isSpace(r)) {
      this.#backup();
      return this.#lexSpace();
    }
    return r > 0x7f ? this.#lexBeyondAscii(r) : this.#lexAscii(String.fromCharCode(r), r);
  }

  #lexBeyondAscii(r: number): Token {
    if (!isAlphaNumeric(r)) return this.#fail(`unrecognized character in action: ${unicodeName(r)}`);
    this.#backup();
    return this.#lexIdentifier();
  }

  #lexAscii(c: string, r: number): Token {
    switch (c) {
      case '=':
        return this.#emit('assign');
      case ':':
        return this.#nextRune() === 0x3d ? this.#emit('declare') : this.#fail('expected :=');
      case '|':
        return this.#emit('pipe');
      case '"':
        return this.#lexQuoted('"', 'string', 'unterminated quoted string');
      case "'":
        return this.#lexQuoted("'", 'charConstant', 'unterminated character constant');
      case '`':
        return this.#lexRawQuote();
      case '$':
        return this.#lexFieldOrVariable('variable');
      case '(':
        this.#parens++;
        return this.#emit('leftParen');
      case ')':
        this.#parens--;
        return this.#parens < 0 ? this.#fail('unexpected right paren') : this.#emit('rightParen');
      default:
        return this.#lexWord(c, r);
    }
  }

  #lexWord(c: string, r: number): Token {
    const following = this.#input.charCodeAt(this.#pos);
    if (c === '.' && !Number.isNaN(following) && (following < 0x30 || following > 0x39)) return this.#lexFieldOrVariable('field');
    if ('.+-0123456789'.includes(c)) {
      this.#backup();
      return this.#lexNumber();
    }
    if (isAlphaNumeric(r)) {
      this.#backup();
      return this.#lexIdentifier();
    }
    return isPrint(r) ? this.#emit('char') : this.#fail(`unrecognized character in action: ${unicodeName(r)}`);
  }

  #lexSpace(): Token {
    let count = 0;
    while (isSpace(this.#peek())) {
      this.#nextRune();
      count++;
    }
    // A closing delimiter with a trim marker starts with a space, which belongs to it.
    if (this.#rightTrimAt(this.#pos - 1)) {
      this.#backup();
      if (count === 1) return this.#lexRightDelim();
    }
    return this.#emit('space');
  }

  #lexIdentifier(): Token {
    let r = this.#nextRune();
    while (isAlphaNumeric(r)) r = this.#nextRune();
    this.#backup();
    const word = this.#input.slice(this.#start, this.#pos);
    if (!this.#atTerminator()) return this.#fail(`bad character ${unicodeName(r)}`);
    const key = keyword(word);
    if ((key === 'break' && !this.#options.breakOk) || (key === 'continue' && !this.#options.continueOk)) return this.#emit('identifier');
    if (key !== undefined) return this.#emit(key);
    return this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier');
  }

  #lexFieldOrVariable(type: 'field' | 'variable'): Token {
    if (this.#atTerminator()) return this.#emit(type === 'variable' ? 'variable' : 'dot');
    let r = this.#nextRune();
    while (isAlphaNumeric(r)) r = this.#nextRune();
    this.#backup();
    return this.#atTerminator() ? this.#emit(type) : this.#fail(`bad character ${unicodeName(r)}`);
  }

  /** Whether a word may end here. */
  #atTerminator(): boolean {
    const r = this.#peek();
    if (r === EOF || isSpace(r) || '.,|:)('.includes(String.fromCodePoint(r))) return true;
    return this.#input.startsWith(this.#right, this.#pos);
  }

  #accept(valid: string): boolean {
    const r = this.#nextRune();
    if (r !== EOF && valid.includes(String.fromCodePoint(r))) return true;
    this.#backup();
    return false;
  }

  #acceptRun(valid: string): void {
    while (this.#accept(valid));
  }

  #lexNumber(): Token {
    const bad = (): Token => this.#fail(`bad number syntax: ${quote(this.#input.slice(this.#start, this.#pos))}`);
    if (!this.#scanNumber()) return bad();
    const sign = this.#peek();
    if (sign !== 0x2b && sign !== 0x2d) return this.#emit('number');
    if (!this.#scanNumber() || this.#input[this.#pos - 1] !== 'i') return bad();
    return this.#emit('complex');
  }

  #scanNumber(): boolean {
    const decimal = '0123456789_';
    let digits = decimal;
    this.#accept('+-');
    if (this.#accept('0')) {
      if (this.#accept('xX')) digits = '0123456789abcdefABCDEF_';
      else if (this.#accept('oO')) digits = '01234567_';
      else if (this.#accept('bB')) digits = '01_';
    }
    this.#acceptRun(digits);
    if (this.#accept('.')) this.#acceptRun(digits);
    const exponent = digits === decimal ? 'eE' : digits.length > decimal.length ? 'pP' : '';
    if (exponent !== '' && this.#accept(exponent)) {
      this.#accept('+-');
      this.#acceptRun(decimal);
    }
    this.#accept('i');
    if (!isAlphaNumeric(this.#peek())) return true;
    this.#nextRune();
    return false;
  }

  #lexQuoted(end: string, type: TokenType, unterminated: string): Token {
    const endCode = end.charCodeAt(0);
    for (;;) {
      const r = this.#nextRune();
      if (r === endCode) return this.#emit(type);
      const escaped = r === 0x5c ? this.#nextRune() : r;
      if (escaped === EOF || escaped === 10) return this.#fail(unterminated);
    }
  }

  #lexRawQuote(): Token {
    for (;;) {
      const r = this.#nextRune();
      if (r === EOF) return this.#fail('unterminated raw quoted string');
      if (r === 0x60) return this.#emit('rawString');
    }
  }
}
