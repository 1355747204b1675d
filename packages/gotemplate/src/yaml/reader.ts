import { GoError } from '../errors.ts';
import { isBreak } from './scalar-style.ts';

const FORBIDDEN = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** What the end of the text looks like. */
export const END = '\0';

/** A place in a YAML text: counts characters, knows line breaks of all five kinds. */
export class YamlReader {
  readonly #text: string;
  #pos = 0;
  /** Characters read so far, on all lines and on this one. */
  index = 0;
  line = 0;
  column = 0;

  constructor(text: string) {
    this.#text = text.startsWith('\ufeff') ? text.slice(1) : text;
    if (FORBIDDEN.test(this.#text)) throw new GoError('yaml: control characters are not allowed');
  }

  /** The character `ahead` units from here. Only what is found to be one unit is looked past. */
  peek(ahead = 0): string {
    return this.#text[this.#pos + ahead] ?? END;
  }

  skip(): string {
    const code = this.#text.codePointAt(this.#pos);
    if (code === undefined) return '';
    const c = String.fromCodePoint(code);
    this.#pos += c.length;
    this.index++;
    this.column++;
    return c;
  }

  /** Takes a line break and returns it in normal form. */
  skipLine(): string {
    const c = this.peek();
    if (!isBreak(c)) return '';
    const length = c === '\r' && this.peek(1) === '\n' ? 2 : 1;
    this.#pos += length;
    this.index += length;
    this.column = 0;
    this.line++;
    return c === '\u2028' || c === '\u2029' ? c : '\n';
  }

  isBlankOrEnd(ahead = 0): boolean {
    const c = this.peek(ahead);
    return c === ' ' || c === '\t' || c === END || isBreak(c);
  }

  isBreakOrEnd(): boolean {
    return this.peek() === END || isBreak(this.peek());
  }

  /** Whether `---` or `...` stands alone at the start of a line. */
  atDocumentIndicator(mark?: '-' | '.'): boolean {
    if (this.column !== 0) return false;
    const c = this.peek();
    if (mark === undefined ? c !== '-' && c !== '.' : c !== mark) return false;
    return this.peek(1) === c && this.peek(2) === c && this.isBlankOrEnd(3);
  }
}
