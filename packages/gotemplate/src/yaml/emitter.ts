import { runeCount } from '../text/bytes.ts';
import type { ScalarStyle } from './scalar-style.ts';
import { analyzeScalar, isBreak, isPrintable, selectStyle } from './scalar-style.ts';

/** A tree to write. Scalars carry their text and the style that is asked for. */
export type YamlNode =
  | { readonly kind: 'scalar'; readonly text: string; readonly style: ScalarStyle }
  | { readonly kind: 'list'; readonly items: readonly YamlNode[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [YamlNode, YamlNode])[] };

const BEST_WIDTH = 80;
const BEST_INDENT = 2;
const SIMPLE_KEY_BYTES = 128;

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

function escapeCharacter(c: string): string {
  const short = Object.hasOwn(ESCAPES, c) ? ESCAPES[c] : undefined;
  if (short !== undefined) return `\\${short}`;
  const code = c.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Writes a tree as go-yaml v2's emitter does: block style, two spaces, lines folded beyond 80 columns. */
class Emitter {
  out = '';
  #column = 0;
  #indent = -1;
  /** The last character was white space; nothing but indentation is on the line. */
  #whitespace = true;
  #indention = true;

  document(node: YamlNode): string {
    this.#node(node, false, false);
    this.#writeIndent();
    return this.out;
  }

  #put(c: string): void {
    this.out += c;
    this.#column++;
  }

  /** Puts a text without line breaks. */
  #write(text: string): void {
    this.out += text;
    this.#column += runeCount(text);
  }

  #break(c = '\n'): void {
    this.out += c;
    this.#column = 0;
  }

  #writeIndent(): void {
    const indent = Math.max(this.#indent, 0);
    if (!this.#indention || this.#column > indent || (this.#column === indent && !this.#whitespace)) this.#break();
    if (this.#column < indent) this.#write(' '.repeat(indent - this.#column));
    this.#whitespace = true;
    this.#indention = true;
  }

  #indicator(text: string, needSpace: boolean, isSpace: boolean, isIndention: boolean): void {
    if (needSpace && !this.#whitespace) this.#put(' ');
    this.#write(text);
    this.#whitespace = isSpace;
    this.#indention = this.#indention && isIndention;
  }

  #node(node: YamlNode, inMapping: boolean, simpleKey: boolean): void {
    const held = this.#indent;
    if (node.kind === 'scalar') {
      this.#indent = this.#indent < 0 ? BEST_INDENT : this.#indent + BEST_INDENT;
      this.#scalar(node.text, node.style, simpleKey);
    } else if (node.kind === 'list') {
      if (node.items.length === 0) this.#empty('[', ']');
      else this.#list(node.items, inMapping);
    } else if (node.entries.length === 0) this.#empty('{', '}');
    else this.#map(node.entries);
    this.#indent = held;
  }

  #empty(open: string, close: string): void {
    this.#indicator(open, true, true, false);
    this.#indicator(close, false, false, false);
  }

  #list(items: readonly YamlNode[], inMapping: boolean): void {
    // A list that is the value of a key is not indented.
    const flush = inMapping && !this.#indention;
    if (this.#indent < 0) this.#indent = 0;
    else if (!flush) this.#indent += BEST_INDENT;
    for (const item of items) {
      this.#writeIndent();
      this.#indicator('-', true, false, true);
      this.#node(item, false, false);
    }
  }

  #map(entries: readonly (readonly [YamlNode, YamlNode])[]): void {
    this.#indent = this.#indent < 0 ? 0 : this.#indent + BEST_INDENT;
    for (const [key, value] of entries) {
      this.#writeIndent();
      if (isSimpleKey(key)) {
        this.#node(key, true, true);
        this.#indicator(':', false, false, false);
      } else {
        this.#indicator('?', true, false, true);
        this.#node(key, true, false);
        this.#writeIndent();
        this.#indicator(':', true, false, true);
      }
      this.#node(value, true, false);
    }
  }

  #scalar(text: string, wanted: ScalarStyle, simpleKey: boolean): void {
    switch (selectStyle(text, wanted, analyzeScalar(text), simpleKey)) {
      case 'plain':
        this.#plain(text, !simpleKey);
        break;
      case 'single':
        this.#single(text, !simpleKey);
        break;
      case 'double':
        this.#double(text, !simpleKey);
        break;
      case 'literal':
        this.#literal(text);
        break;
    }
  }

  #plain(text: string, mayFold: boolean): void {
    if (!this.#whitespace) this.#put(' ');
    const foldable = text.includes(' ');
    if (!foldable) this.#write(text);
    let spaces = false;
    const chars = foldable ? [...text] : [];
    chars.forEach((c, i) => {
      if (c === ' ' && mayFold && !spaces && this.#column > BEST_WIDTH && chars[i + 1] !== ' ') this.#writeIndent();
      else {
        this.#put(c);
        if (c !== ' ') this.#indention = false;
      }
      spaces = c === ' ';
    });
    this.#whitespace = false;
    this.#indention = false;
  }

  #single(text: string, mayFold: boolean): void {
    this.#indicator("'", true, false, false);
    const chars = [...text];
    let spaces = false;
    let breaks = false;
    chars.forEach((c, i) => {
      if (c === ' ') {
        const fold = mayFold && !spaces && this.#column > BEST_WIDTH && i > 0 && i < chars.length - 1 && chars[i + 1] !== ' ';
        if (fold) this.#writeIndent();
        else this.#put(c);
        spaces = true;
        return;
      }
      if (isBreak(c)) {
        if (!breaks && c === '\n') this.#break();
        this.#break(c);
        this.#indention = true;
        breaks = true;
        return;
      }
      if (breaks) this.#writeIndent();
      if (c === "'") this.#put("'");
      this.#put(c);
      this.#indention = false;
      spaces = false;
      breaks = false;
    });
    this.#indicator("'", false, false, false);
    this.#whitespace = false;
    this.#indention = false;
  }

  #double(text: string, mayFold: boolean): void {
    this.#indicator('"', true, false, false);
    const chars = [...text];
    // go-yaml looks for a byte order mark at the start of the text for every character.
    const marked = text.startsWith('\ufeff');
    let spaces = false;
    chars.forEach((c, i) => {
      if (marked || !isPrintable(c) || isBreak(c) || c === '"' || c === '\\') {
        for (const e of escapeCharacter(c)) this.#put(e);
        spaces = false;
        return;
      }
      if (c === ' ' && mayFold && !spaces && this.#column > BEST_WIDTH && i > 0 && i < chars.length - 1) {
        this.#writeIndent();
        if (chars[i + 1] === ' ') this.#put('\\');
      } else this.#put(c);
      spaces = c === ' ';
    });
    this.#indicator('"', false, false, false);
    this.#whitespace = false;
    this.#indention = false;
  }

  #literal(text: string): void {
    const chars = [...text];
    this.#indicator('|', true, false, false);
    if (chars[0] === ' ' || isBreak(chars[0])) this.#indicator(String(BEST_INDENT), false, false, false);
    const chomp = !isBreak(chars.at(-1)) ? '-' : chars.length === 1 || isBreak(chars.at(-2)) ? '+' : '';
    if (chomp !== '') this.#indicator(chomp, false, false, false);
    this.#break();
    this.#indention = true;
    this.#whitespace = true;
    for (const line of text.split(/([\n\r\x85\u2028\u2029])/)) {
      if (isBreak(line)) {
        this.#break(line);
        this.#indention = true;
      } else if (line !== '') {
        this.#writeIndent();
        this.#write(line);
        this.#indention = false;
      }
    }
  }
}

function isSimpleKey(key: YamlNode): boolean {
  return key.kind === 'scalar' && !analyzeScalar(key.text).multiline && new TextEncoder().encode(key.text).length <= SIMPLE_KEY_BYTES;
}

/** Writes a document, with its final line break. */
export function emitYaml(node: YamlNode): string {
  return new Emitter().document(node);
}
