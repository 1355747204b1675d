import { GoError } from '../errors.ts';
import type { YamlReader } from './reader.ts';
import { END } from './reader.ts';
import { isBlank, isBreak } from './scalar-style.ts';

function fail(problem: string): never {
  throw new GoError(`yaml: ${problem}`);
}

/** Line breaks between pieces of text: one alone becomes a space, more lose the first. */
function fold(leading: string, trailing: string): string {
  if (leading === '\n') return trailing === '' ? ' ' : trailing;
  return leading + trailing;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function scanEscape(r: YamlReader): string {
  const c = r.peek(1);
  const simple = Object.hasOwn(SIMPLE_ESCAPES, c) ? SIMPLE_ESCAPES[c] : undefined;
  const length = Object.hasOwn(HEX_LENGTH, c) ? (HEX_LENGTH[c] ?? 0) : 0;
  if (simple === undefined && length === 0) fail('found unknown escape character');
  r.skip();
  r.skip();
  if (simple !== undefined) return simple;
  let hex = '';
  for (let k = 0; k < length; k++) hex += r.peek(k);
  if (!/^[0-9a-fA-F]+$/.test(hex)) fail('did not find expected hexdecimal number');
  const code = Number.parseInt(hex, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) fail('found invalid Unicode character escape code');
  for (let k = 0; k < length; k++) r.skip();
  return String.fromCodePoint(code);
}

/** Blanks and line breaks within a scalar. */
interface Gap {
  spaces: string;
  leading: string;
  trailing: string;
  broken: boolean;
}

/** Reads blanks and breaks; `onBlank` may refuse a blank. */
function scanGap(r: YamlReader, gap: Gap, onBlank: (broken: boolean) => void): void {
  while (isBlank(r.peek()) || isBreak(r.peek())) {
    if (isBlank(r.peek())) {
      onBlank(gap.broken);
      const c = r.skip();
      if (!gap.broken) gap.spaces += c;
    } else if (gap.broken) gap.trailing += r.skipLine();
    else {
      gap.spaces = '';
      gap.leading = r.skipLine();
      gap.broken = true;
    }
  }
}

/** A scalar in single or double quotes, from its opening quote. */
export function scanQuoted(r: YamlReader, quote: "'" | '"'): string {
  let out = '';
  r.skip();
  for (;;) {
    if (r.atDocumentIndicator()) fail('found unexpected document indicator');
    if (r.peek() === END) fail('found unexpected end of stream');
    const gap: Gap = { spaces: '', leading: '', trailing: '', broken: false };
    while (!r.isBlankOrEnd()) {
      const c = r.peek();
      if (quote === "'" && c === "'" && r.peek(1) === "'") {
        out += c;
        r.skip();
        r.skip();
      } else if (c === quote) break;
      else if (quote === '"' && c === '\\' && isBreak(r.peek(1))) {
        r.skip();
        r.skipLine();
        gap.broken = true;
        break;
      } else out += quote === '"' && c === '\\' ? scanEscape(r) : r.skip();
    }
    if (r.peek() === quote) break;
    scanGap(r, gap, () => {});
    out += gap.broken ? fold(gap.leading, gap.trailing) : gap.spaces;
  }
  r.skip();
  return out;
}

/** What a plain scalar may not run into within brackets. */
const FLOW_ENDS = ',?[]{}';

/** A scalar without quotes. `broken` tells that it ended with a line break. */
export function scanPlain(r: YamlReader, indent: number, inFlow: boolean): { text: string; broken: boolean } {
  let out = '';
  let gap: Gap = { spaces: '', leading: '', trailing: '', broken: false };
  for (;;) {
    if (r.atDocumentIndicator() || r.peek() === '#') break;
    while (!r.isBlankOrEnd()) {
      const c = r.peek();
      if ((c === ':' && r.isBlankOrEnd(1)) || (inFlow && FLOW_ENDS.includes(c))) break;
      if (gap.broken || gap.spaces !== '') {
        out += gap.broken ? fold(gap.leading, gap.trailing) : gap.spaces;
        gap = { spaces: '', leading: '', trailing: '', broken: false };
      }
      out += r.skip();
    }
    if (!isBlank(r.peek()) && !isBreak(r.peek())) break;
    scanGap(r, gap, (broken) => {
      if (broken && r.column < indent && r.peek() === '\t') fail('found a tab character that violates indentation');
    });
    if (!inFlow && r.column < indent) break;
  }
  return { text: out, broken: gap.broken };
}

interface BlockHeader {
  readonly chomping: -1 | 0 | 1;
  /** The explicit indentation, 0 for none. */
  readonly increment: number;
}

function scanBlockHeader(r: YamlReader): BlockHeader {
  let chomping: -1 | 0 | 1 = 0;
  let increment = 0;
  const chomp = (): boolean => {
    const c = r.peek();
    if (c !== '+' && c !== '-') return false;
    chomping = c === '+' ? 1 : -1;
    r.skip();
    return true;
  };
  const digit = (): boolean => {
    const c = r.peek();
    if (!/^[0-9]$/.test(c)) return false;
    if (c === '0') fail('found an indentation indicator equal to 0');
    increment = Number(c);
    r.skip();
    return true;
  };
  if (chomp()) digit();
  else if (digit()) chomp();
  while (isBlank(r.peek())) r.skip();
  if (r.peek() === '#') while (!r.isBreakOrEnd()) r.skip();
  if (!r.isBreakOrEnd()) fail('did not find expected comment or line break');
  r.skipLine();
  return { chomping, increment };
}

/** The empty lines before a line of text; finds the indentation when it is not known (0). */
function scanBlockBreaks(r: YamlReader, indent: number, parent: number): { breaks: string; indent: number } {
  let breaks = '';
  let widest = 0;
  for (;;) {
    while ((indent === 0 || r.column < indent) && r.peek() === ' ') r.skip();
    widest = Math.max(widest, r.column);
    if ((indent === 0 || r.column < indent) && r.peek() === '\t') fail('found a tab character where an indentation space is expected');
    if (!isBreak(r.peek())) break;
    breaks += r.skipLine();
  }
  return { breaks, indent: indent === 0 ? Math.max(widest, parent + 1, 1) : indent };
}

/** A literal or folded block scalar, from its indicator. `parent` is the indentation around it, -1 at the top. */
export function scanBlock(r: YamlReader, literal: boolean, parent: number): string {
  r.skip();
  const { chomping, increment } = scanBlockHeader(r);
  let { breaks: trailing, indent } = scanBlockBreaks(r, increment > 0 ? Math.max(parent, 0) + increment : 0, parent);
  let out = '';
  let leading = '';
  let leadingBlank = false;
  while (r.column === indent && r.peek() !== END) {
    const blank = isBlank(r.peek());
    if (!literal && !leadingBlank && !blank && leading === '\n') out += trailing === '' ? ' ' : '';
    else out += leading;
    out += trailing;
    leadingBlank = blank;
    while (!r.isBreakOrEnd()) out += r.skip();
    leading = r.skipLine();
    ({ breaks: trailing, indent } = scanBlockBreaks(r, indent, parent));
  }
  if (chomping !== -1) out += leading;
  return chomping === 1 ? out + trailing : out;
}
