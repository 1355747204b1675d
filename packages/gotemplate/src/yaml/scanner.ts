import { GoError } from '../errors.ts';
import { END, YamlReader } from './reader.ts';
import { isBlank, isBreak } from './scalar-style.ts';
import { scanAnchor, scanDirective, scanTag } from './scan-properties.ts';
import { scanBlock, scanPlain, scanQuoted } from './scan-scalars.ts';
import type { YamlToken, YamlTokenType } from './token.ts';
import { token } from './token.ts';

/** A place that may turn out to start a key without `?`. */
interface SimpleKey {
  possible: boolean;
  required: boolean;
  tokenNumber: number;
  index: number;
  line: number;
  column: number;
}

const MAX_DEPTH = 10_000;
const MAX_SIMPLE_KEY = 1024;
const NOT_PLAIN = '-?:,[]{}#&*!|>\'"%@`';

function fail(problem: string): never {
  throw new GoError(`yaml: ${problem}`);
}

/** Turns YAML 1.1 into tokens, as libyaml does in Go's port of it: the errors are its errors, though not in its words. */
export class YamlScanner {
  readonly #r: YamlReader;
  readonly #queue: YamlToken[] = [];
  #parsed = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #flowLevel = 0;
  readonly #keys: SimpleKey[] = [{ possible: false, required: false, tokenNumber: 0, index: 0, line: 0, column: 0 }];
  #keyAllowed = true;
  #ended = false;

  constructor(text: string) {
    this.#r = new YamlReader(text);
  }

  /** The next token, left in place. */
  peek(): YamlToken {
    while (!this.#ended && (this.#queue.length === 0 || this.#headMayBeKey())) this.#fetch();
    return this.#queue[0] ?? token('streamEnd');
  }

  /** Takes the next token. */
  take(): YamlToken {
    const t = this.peek();
    this.#queue.shift();
    this.#parsed++;
    return t;
  }

  /** Whether a KEY may still have to be put before the first token. */
  #headMayBeKey(): boolean {
    const key = this.#keys.findLast((k) => k.possible && k.tokenNumber === this.#parsed);
    return key !== undefined && this.#isValid(key);
  }

  #isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    if (key.line >= this.#r.line && key.index + MAX_SIMPLE_KEY >= this.#r.index) return true;
    if (key.required) fail("could not find expected ':'");
    key.possible = false;
    return false;
  }

  #currentKey(): SimpleKey {
    return this.#keys.at(-1) ?? fail('no simple key');
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    this.#removeKey();
    const { index, line, column } = this.#r;
    this.#keys[this.#keys.length - 1] = {
      possible: true,
      required: this.#flowLevel === 0 && this.#indent === column,
      tokenNumber: this.#parsed + this.#queue.length,
      index,
      line,
      column,
    };
  }

  #removeKey(): void {
    const key = this.#currentKey();
    if (key.possible && key.required) fail("could not find expected ':'");
    key.possible = false;
  }

  #push(type: YamlTokenType, text = '', suffix = '', plain = false): void {
    this.#queue.push(token(type, text, suffix, plain));
  }

  /** Opens a block at a column; its start goes before the token of that number, or at the end. */
  #rollIndent(column: number, number: number | undefined, type: YamlTokenType): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    if (this.#indents.length > MAX_DEPTH) fail(`exceeded max depth of ${MAX_DEPTH}`);
    if (number === undefined) this.#push(type);
    else this.#queue.splice(number - this.#parsed, 0, token(type));
  }

  #unrollIndent(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#push('blockEnd');
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #skipToToken(): void {
    const r = this.#r;
    for (;;) {
      if (r.column === 0 && r.peek() === '\ufeff') r.skip();
      while (r.peek() === ' ' || (r.peek() === '\t' && (this.#flowLevel > 0 || !this.#keyAllowed))) r.skip();
      if (r.peek() === '#') while (!r.isBreakOrEnd()) r.skip();
      if (!isBreak(r.peek())) return;
      r.skipLine();
      if (this.#flowLevel === 0) this.#keyAllowed = true;
    }
  }

  #fetch(): void {
    this.#skipToToken();
    const r = this.#r;
    this.#unrollIndent(r.column);
    const c = r.peek();
    if (c === END) this.#fetchEnd();
    else if (r.column === 0 && c === '%') this.#fetchDirective();
    else if (r.atDocumentIndicator('-')) this.#fetchDocumentIndicator('documentStart');
    else if (r.atDocumentIndicator('.')) this.#fetchDocumentIndicator('documentEnd');
    else this.#fetchContent(c);
  }

  #fetchContent(c: string): void {
    if (this.#fetchIndicator(c)) return;
    const blankFollows = this.#r.isBlankOrEnd(1);
    const inFlow = this.#flowLevel > 0;
    const startsPlain =
      !(this.#r.isBlankOrEnd() || NOT_PLAIN.includes(c)) ||
      (c === '-' && !isBlank(this.#r.peek(1))) ||
      (!inFlow && (c === '?' || c === ':') && !blankFollows);
    if (c === '-' && blankFollows) this.#fetchBlockEntry();
    else if (c === '?' && (inFlow || blankFollows)) this.#fetchKey();
    else if (c === ':' && (inFlow || blankFollows)) this.#fetchValue();
    else if ((c === '|' || c === '>') && !inFlow) this.#fetchBlockScalar(c === '|');
    else if (startsPlain) this.#fetchPlain();
    else fail('found character that cannot start any token');
  }

  /** Fetches what one character is enough to tell; false when it tells nothing. */
  #fetchIndicator(c: string): boolean {
    if (c === '[') this.#fetchFlowStart('flowSequenceStart');
    else if (c === '{') this.#fetchFlowStart('flowMappingStart');
    else if (c === ']') this.#fetchFlowEnd('flowSequenceEnd');
    else if (c === '}') this.#fetchFlowEnd('flowMappingEnd');
    else if (c === ',') this.#fetchFlowEntry();
    else if (c === '*') this.#fetchAnchor('alias');
    else if (c === '&') this.#fetchAnchor('anchor');
    else if (c === '!') this.#fetchTag();
    else if (c === "'" || c === '"') this.#fetchQuoted(c);
    else return false;
    return true;
  }

  #fetchFlowEntry(): void {
    this.#removeKey();
    this.#keyAllowed = true;
    this.#single('flowEntry');
  }

  #fetchQuoted(quote: "'" | '"'): void {
    this.#saveKey();
    this.#keyAllowed = false;
    this.#push('scalar', scanQuoted(this.#r, quote));
  }

  #single(type: YamlTokenType): void {
    this.#r.skip();
    this.#push(type);
  }

  #fetchEnd(): void {
    if (this.#r.column !== 0) {
      this.#r.column = 0;
      this.#r.line++;
    }
    this.#unrollIndent(-1);
    this.#removeKey();
    this.#keyAllowed = false;
    this.#push('streamEnd');
    this.#ended = true;
  }

  #fetchDocumentIndicator(type: 'documentStart' | 'documentEnd'): void {
    this.#unrollIndent(-1);
    this.#removeKey();
    this.#keyAllowed = false;
    for (let i = 0; i < 3; i++) this.#r.skip();
    this.#push(type);
  }

  #fetchFlowStart(type: YamlTokenType): void {
    this.#saveKey();
    this.#keys.push({ possible: false, required: false, tokenNumber: 0, index: 0, line: 0, column: 0 });
    this.#flowLevel++;
    if (this.#flowLevel > MAX_DEPTH) fail(`exceeded max depth of ${MAX_DEPTH}`);
    this.#keyAllowed = true;
    this.#single(type);
  }

  #fetchFlowEnd(type: YamlTokenType): void {
    this.#removeKey();
    if (this.#flowLevel > 0) {
      this.#flowLevel--;
      this.#keys.pop();
    }
    this.#keyAllowed = false;
    this.#single(type);
  }

  #fetchBlockEntry(): void {
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) fail('block sequence entries are not allowed in this context');
      this.#rollIndent(this.#r.column, undefined, 'blockSequenceStart');
    }
    this.#removeKey();
    this.#keyAllowed = true;
    this.#single('blockEntry');
  }

  #fetchKey(): void {
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) fail('mapping keys are not allowed in this context');
      this.#rollIndent(this.#r.column, undefined, 'blockMappingStart');
    }
    this.#removeKey();
    this.#keyAllowed = this.#flowLevel === 0;
    this.#single('key');
  }

  #fetchValue(): void {
    const key = this.#currentKey();
    if (this.#isValid(key)) {
      this.#queue.splice(key.tokenNumber - this.#parsed, 0, token('key'));
      this.#rollIndent(key.column, key.tokenNumber, 'blockMappingStart');
      key.possible = false;
      this.#keyAllowed = false;
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#keyAllowed) fail('mapping values are not allowed in this context');
        this.#rollIndent(this.#r.column, undefined, 'blockMappingStart');
      }
      this.#keyAllowed = this.#flowLevel === 0;
    }
    this.#single('value');
  }

  #fetchBlockScalar(literal: boolean): void {
    this.#removeKey();
    this.#keyAllowed = true;
    this.#push('scalar', scanBlock(this.#r, literal, this.#indent));
  }

  #fetchPlain(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const { text, broken } = scanPlain(this.#r, this.#indent + 1, this.#flowLevel > 0);
    if (broken) this.#keyAllowed = true;
    this.#push('scalar', text, '', true);
  }

  #fetchAnchor(type: 'alias' | 'anchor'): void {
    this.#saveKey();
    this.#keyAllowed = false;
    this.#queue.push(scanAnchor(this.#r, type));
  }

  #fetchTag(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    this.#queue.push(scanTag(this.#r));
  }

  #fetchDirective(): void {
    this.#unrollIndent(-1);
    this.#removeKey();
    this.#keyAllowed = false;
    this.#queue.push(scanDirective(this.#r));
  }
}
