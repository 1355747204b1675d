/** String and regular-expression functions. */
import { RE2JS } from 're2js';
import { SHORT_ESCAPES } from '../../decode/words.ts';
import { CelFault } from '../errors.ts';
import type { Library } from '../library.ts';
import { CelDuration, CelTimestamp, CelTypeValue, CelUint } from '../values.ts';
import { showDouble, showDuration, showTimestamp } from './conversions.ts';

const patterns = new Map<string, RE2JS>();

function pattern(source: string): RE2JS {
  let compiled = patterns.get(source);
  if (compiled === undefined) {
    if (patterns.size > 1024) patterns.clear();
    try {
      compiled = RE2JS.compile(source);
    } catch (error) {
      throw new CelFault(error instanceof Error ? error.message : String(error));
    }
    patterns.set(source, compiled);
  }
  return compiled;
}

function findAll(text: string, source: string, limit: bigint): string[] {
  const found: string[] = [];
  const matcher = pattern(source).matcher(text);
  while ((limit < 0n || BigInt(found.length) < limit) && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}

function find(text: string, source: string): string {
  return findAll(text, source, 1n)[0] ?? '';
}

function charAt(text: string, index: bigint): string {
  const chars = [...text];
  if (index < 0n || index > BigInt(chars.length)) throw new CelFault(`index out of range: ${index}`);
  return chars[Number(index)] ?? '';
}

function replace(text: string, from: string, to: string, limit: bigint): string {
  if (limit < 0n) return text.split(from).join(to);
  const parts = text.split(from);
  const head = parts.slice(0, Number(limit) + 1).join(to);
  const rest = parts.slice(Number(limit) + 1);
  return [head, ...rest].join(from);
}

const GO_ESCAPES: Readonly<Record<string, string>> = {
  ...SHORT_ESCAPES,
  '\\': '\\\\',
  '"': '\\"',
};
const quote = (text: string): string => `"${[...text].map((char) => GO_ESCAPES[char] ?? char).join('')}"`;

/** How `%s` prints a value. */
export function printValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map(printNested).join(', ')}]`;
  if (value instanceof Map)
    return `{${[...value]
      .map(([key, one]) => `${printNested(key)}: ${printNested(one)}`)
      .sort()
      .join(', ')}}`;
  if (value instanceof CelTimestamp) return showTimestamp(value);
  if (value instanceof CelDuration) return showDuration(value);
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof CelTypeValue) return value.name;
  if (typeof value === 'number') return showDouble(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  return String(value);
}

const printNested = (value: unknown): string => printValue(value);

function formatOne(directive: string, precision: number | undefined, value: unknown): string {
  switch (directive) {
    case 's':
      return printValue(value);
    case 'd':
      if (typeof value !== 'bigint') throw new CelFault('error during formatting: decimal clause can only be used on integers');
      return String(value);
    case 'f':
      return Number(value).toFixed(precision ?? 6);
    case 'e':
      return Number(value)
        .toExponential(precision ?? 6)
        .replace(/e([+-])(\d)$/, 'e$10$2');
    case 'b':
      return typeof value === 'boolean' ? (value ? '1' : '0') : (value as bigint).toString(2);
    case 'o':
      return (value as bigint).toString(8);
    default:
      return hex(value, directive === 'X');
  }
}

function hex(value: unknown, upper: boolean): string {
  const text = typeof value === 'string' ? Buffer.from(value, 'utf8').toString('hex') : (value as bigint).toString(16);
  return upper ? text.toUpperCase() : text;
}

function format(template: string, values: readonly unknown[]): string {
  let next = 0;
  return template.replace(/%(?:%|(?:\.(\d+))?([sdfebxXo]))/g, (found, precision: string | undefined, directive: string | undefined) => {
    if (found === '%%' || directive === undefined) return '%';
    if (next >= values.length) throw new CelFault(`index ${next} out of range`);
    return formatOne(directive, precision === undefined ? undefined : Number(precision), values[next++]);
  });
}

function indexIn(text: string, part: string, from: bigint): bigint {
  const chars = [...text];
  if (from < 0n || from > BigInt(chars.length)) throw new CelFault(`index out of range: ${from}`);
  const wanted = [...part];
  for (let i = Number(from); i + wanted.length <= chars.length; i++) if (wanted.every((char, j) => chars[i + j] === char)) return BigInt(i);
  return -1n;
}

function lastIndexIn(text: string, part: string, from: bigint): bigint {
  const chars = [...text];
  if (from < 0n || from > BigInt(chars.length)) throw new CelFault(`index out of range: ${from}`);
  const wanted = [...part];
  for (let i = Math.min(Number(from), chars.length - wanted.length); i >= 0; i--)
    if (wanted.every((char, j) => chars[i + j] === char)) return BigInt(i);
  return -1n;
}

function substring(text: string, start: bigint, end: bigint): string {
  const chars = [...text];
  const size = BigInt(chars.length);
  if (start > end) throw new CelFault(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0n || start > size) throw new CelFault(`index out of range: ${start}`);
  if (end < 0n || end > size) throw new CelFault(`index out of range: ${end}`);
  return chars.slice(Number(start), Number(end)).join('');
}

function splitAt(text: string, separator: string, limit: bigint): string[] {
  if (limit === 0n) return [];
  const parts = separator === '' ? [...text] : text.split(separator);
  if (limit < 0n || BigInt(parts.length) <= limit) return parts;
  const last = Number(limit) - 1;
  return [...parts.slice(0, last), parts.slice(last).join(separator)];
}

const ascii = (text: string, from: string, change: (char: string) => string): string => text.replace(new RegExp(`[${from}]`, 'g'), change);
const length = (text: string): bigint => BigInt([...text].length);

export function addStrings(library: Library): void {
  library.add('string.contains(string): bool', (text: string, part: string) => text.includes(part));
  library.add('string.startsWith(string): bool', (text: string, part: string) => text.startsWith(part));
  library.add('string.endsWith(string): bool', (text: string, part: string) => text.endsWith(part));
  const matches = (text: string, source: string): boolean => pattern(source).matcher(text).find();
  library.add('string.matches(string): bool', matches);
  library.add('matches(string, string): bool', matches);
  library.add('string.find(string): string', find);
  library.add('string.findAll(string): list<string>', (text: string, source: string) => findAll(text, source, -1n));
  library.add('string.findAll(string, int): list<string>', findAll);
  library.add('string.charAt(int): string', charAt);
  library.add('string.indexOf(string): int', (text: string, part: string) => indexIn(text, part, 0n));
  library.add('string.indexOf(string, int): int', indexIn);
  library.add('string.lastIndexOf(string): int', (text: string, part: string) => lastIndexIn(text, part, length(text)));
  library.add('string.lastIndexOf(string, int): int', lastIndexIn);
  library.add('string.lowerAscii(): string', (text: string) => ascii(text, 'A-Z', (char) => char.toLowerCase()));
  library.add('string.upperAscii(): string', (text: string) => ascii(text, 'a-z', (char) => char.toUpperCase()));
  library.add('string.replace(string, string): string', (text: string, from: string, to: string) => replace(text, from, to, -1n));
  library.add('string.replace(string, string, int): string', replace);
  library.add('string.split(string): list<string>', (text: string, separator: string) => splitAt(text, separator, -1n));
  library.add('string.split(string, int): list<string>', splitAt);
  library.add('string.substring(int): string', (text: string, start: bigint) => substring(text, start, length(text)));
  library.add('string.substring(int, int): string', substring);
  library.add('string.trim(): string', (text: string) => text.trim());
  library.add('list<string>.join(): string', (list: string[]) => list.join(''));
  library.add('list<string>.join(string): string', (list: string[], separator: string) => list.join(separator));
  library.add('string.format(list<dyn>): string', format);
  library.add('::strings.quote(string): string', quote);
  library.add('::jsonpatch.escapeKey(string): string', (key: string) => key.replace(/~/g, '~0').replace(/\//g, '~1'));
}

/** Whether a text is a pattern of the server's dialect. */
export function isPattern(source: string): boolean {
  try {
    pattern(source);
    return true;
  } catch {
    return false;
  }
}
