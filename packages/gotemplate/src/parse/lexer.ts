import { quote } from '../text/quote.ts';
import { isPrint } from '../text/unicode.ts';
import { Cursor, EOF, isAlphaNumeric, isSpace } from './cursor.ts';
import type { Token, TokenType } from './token.ts';
import { keyword } from './token.ts';

const COMMENT_START = '/*';
const COMMENT_END = '*/';
/** A trim marker is a minus and a space. */
const TRIM_LENGTH = 2;

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
export class Lexer extends Cursor {
  readonly #left: string;
  readonly #right: string;
  readonly #options: LexerOptions;
  #parens = 0;
  #insideAction = false;

  constructor(input: string, left: string, right: string, options: LexerOptions) {
    super(input);
    this.#left = left;
    this.#right = right;
    this.#options = options;
  }

  /** The next token. After an error it is an error or EOF for ever. */
  next(): Token {
    for (;;) {
      const token = this.#insideAction ? this.#lexInsideAction() : this.#lexText();
      if (token !== undefined) return token;
    }
  }

  #lexText(): Token | undefined {
    const at = this.input.indexOf(this.#left, this.pos);
    if (at < 0) {
      this.pos = this.input.length;
      if (this.pos > this.start) {
        this.countLines(this.start, this.pos);
        return this.take('text');
      }
      return this.take('EOF');
    }
    if (at > this.pos) {
      this.pos = at;
      const trim = this.#leftTrimAt(at + this.#left.length) ? this.#spacesBefore(at) : 0;
      this.pos -= trim;
      this.countLines(this.start, this.pos);
      const token = this.take('text');
      this.pos += trim;
      this.ignore();
      if (token.text.length > 0) return token;
    }
    return this.#lexLeftDelim();
  }

  /** How many spaces end the text that starts at the start and ends at `end`. */
  #spacesBefore(end: number): number {
    let i = end;
    while (i > this.start && isSpace(this.input.charCodeAt(i - 1))) i--;
    return end - i;
  }

  #leftTrimAt(i: number): boolean {
    return this.input[i] === '-' && isSpace(this.input.charCodeAt(i + 1));
  }

  #rightTrimAt(i: number): boolean {
    return isSpace(this.input.charCodeAt(i)) && this.input[i + 1] === '-' && this.input.startsWith(this.#right, i + TRIM_LENGTH);
  }

  #skipSpaces(): void {
    while (isSpace(this.input.charCodeAt(this.pos))) this.pos++;
  }

  #lexLeftDelim(): Token | undefined {
    this.pos += this.#left.length;
    const afterMarker = this.#leftTrimAt(this.pos) ? TRIM_LENGTH : 0;
    if (this.input.startsWith(COMMENT_START, this.pos + afterMarker)) {
      this.pos += afterMarker;
      this.ignore();
      return this.#lexComment();
    }
    const token = this.take('leftDelim');
    this.#insideAction = true;
    this.pos += afterMarker;
    this.ignore();
    this.#parens = 0;
    return token;
  }

  #lexComment(): Token | undefined {
    const end = this.input.indexOf(COMMENT_END, this.pos + COMMENT_START.length);
    if (end < 0) {
      return this.fail('unclosed comment');
    }
    this.pos = end + COMMENT_END.length;
    const trim = this.#rightTrimAt(this.pos);
    if (!trim && !this.input.startsWith(this.#right, this.pos)) {
      return this.fail('comment ends before closing delimiter');
    }
    this.countLines(this.start, this.pos);
    this.start = this.pos;
    this.pos += (trim ? TRIM_LENGTH : 0) + this.#right.length;
    if (trim) this.#skipSpaces();
    this.ignore();
    return undefined;
  }

  #lexRightDelim(): Token {
    const trim = this.#rightTrimAt(this.pos);
    if (trim) {
      this.pos += TRIM_LENGTH;
      this.ignore();
    }
    this.pos += this.#right.length;
    const token = this.take('rightDelim');
    if (trim) {
      this.#skipSpaces();
      this.ignore();
    }
    this.#insideAction = false;
    return token;
  }

  #lexInsideAction(): Token {
    if (this.#rightTrimAt(this.pos) || this.input.startsWith(this.#right, this.pos)) {
      return this.#parens === 0 ? this.#lexRightDelim() : this.fail('unclosed left paren');
    }
    const r = this.nextRune();
    if (r === EOF) return this.fail('unclosed action');
    if (isSpace(r)) {
      this.backup();
      return this.#lexSpace();
    }
    return r > 0x7f ? this.#lexBeyondAscii(r) : this.#lexAscii(String.fromCharCode(r), r);
  }

  #lexBeyondAscii(r: number): Token {
    if (!isAlphaNumeric(r)) return this.fail(`unrecognized character in action: ${unicodeName(r)}`);
    this.backup();
    return this.#lexIdentifier();
  }

  #lexAscii(c: string, r: number): Token {
    switch (c) {
      case '=':
        return this.take('assign');
      case ':':
        return this.nextRune() === 0x3d ? this.take('declare') : this.fail('expected :=');
      case '|':
        return this.take('pipe');
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
        return this.take('leftParen');
      case ')':
        this.#parens--;
        return this.#parens < 0 ? this.fail('unexpected right paren') : this.take('rightParen');
      default:
        return this.#lexWord(c, r);
    }
  }

  #lexWord(c: string, r: number): Token {
    const following = this.input.charCodeAt(this.pos);
    if (c === '.' && !Number.isNaN(following) && (following < 0x30 || following > 0x39)) return this.#lexFieldOrVariable('field');
    if ('.+-0123456789'.includes(c)) {
      this.backup();
      return this.#lexNumber();
    }
    if (isAlphaNumeric(r)) {
      this.backup();
      return this.#lexIdentifier();
    }
    return isPrint(r) ? this.take('char') : this.fail(`unrecognized character in action: ${unicodeName(r)}`);
  }

  #lexSpace(): Token {
    let count = 0;
    while (isSpace(this.peek())) {
      this.nextRune();
      count++;
    }
    // A closing delimiter with a trim marker starts with a space, which belongs to it.
    if (this.#rightTrimAt(this.pos - 1)) {
      this.backup();
      if (count === 1) return this.#lexRightDelim();
    }
    return this.take('space');
  }

  #lexIdentifier(): Token {
    let r = this.nextRune();
    while (isAlphaNumeric(r)) r = this.nextRune();
    this.backup();
    const word = this.input.slice(this.start, this.pos);
    if (!this.#atTerminator()) return this.fail(`bad character ${unicodeName(r)}`);
    const key = keyword(word);
    if ((key === 'break' && !this.#options.breakOk) || (key === 'continue' && !this.#options.continueOk)) return this.take('identifier');
    if (key !== undefined) return this.take(key);
    return this.take(word === 'true' || word === 'false' ? 'bool' : 'identifier');
  }

  #lexFieldOrVariable(type: 'field' | 'variable'): Token {
    if (this.#atTerminator()) return this.take(type === 'variable' ? 'variable' : 'dot');
    let r = this.nextRune();
    while (isAlphaNumeric(r)) r = this.nextRune();
    this.backup();
    return this.#atTerminator() ? this.take(type) : this.fail(`bad character ${unicodeName(r)}`);
  }

  /** Whether a word may end here. */
  #atTerminator(): boolean {
    const r = this.peek();
    if (r === EOF || isSpace(r) || '.,|:)('.includes(String.fromCodePoint(r))) return true;
    return this.input.startsWith(this.#right, this.pos);
  }

  #lexNumber(): Token {
    const bad = (): Token => this.fail(`bad number syntax: ${quote(this.input.slice(this.start, this.pos))}`);
    if (!this.scanNumber()) return bad();
    const sign = this.peek();
    if (sign !== 0x2b && sign !== 0x2d) return this.take('number');
    if (!this.scanNumber() || this.input[this.pos - 1] !== 'i') return bad();
    return this.take('complex');
  }

  #lexQuoted(end: string, type: TokenType, unterminated: string): Token {
    const endCode = end.charCodeAt(0);
    for (;;) {
      const r = this.nextRune();
      if (r === endCode) return this.take(type);
      const escaped = r === 0x5c ? this.nextRune() : r;
      if (escaped === EOF || escaped === 10) return this.fail(unterminated);
    }
  }

  #lexRawQuote(): Token {
    for (;;) {
      const r = this.nextRune();
      if (r === EOF) return this.fail('unterminated raw quoted string');
      if (r === 0x60) return this.take('rawString');
    }
  }
}
