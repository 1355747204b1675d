/** String and regular-expression functions beyond the language's own. */
import type { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';

const patterns = new Map<string, RE2JS>();

function pattern(source: string): RE2JS {
  let compiled = patterns.get(source);
  if (compiled === undefined) {
    if (patterns.size > 1024) patterns.clear();
    compiled = RE2JS.compile(source);
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
  if (index < 0n || index > BigInt(chars.length)) throw new Error(`index out of range: ${index}`);
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
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
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
  if (value instanceof Date) return value.toISOString().replace(/\.000Z$/, 'Z');
  return String(value);
}

const printNested = (value: unknown): string => printValue(value);

function formatOne(directive: string, precision: number | undefined, value: unknown): string {
  switch (directive) {
    case 's':
      return printValue(value);
    case 'd':
      if (typeof value !== 'bigint') throw new Error('error during formatting: decimal clause can only be used on integers');
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
    if (next >= values.length) throw new Error(`index ${next} out of range`);
    return formatOne(directive, precision === undefined ? undefined : Number(precision), values[next++]);
  });
}

/** The language's own `matches` follows another dialect of regular expressions than the server: rules call this one instead. */
export const MATCHES = 'matchesRe2';

export function registerStrings(env: Environment): void {
  env.registerFunction(`string.${MATCHES}(string): bool`, (text: string, source: string) => pattern(source).matcher(text).find());
  env.registerFunction('string.find(string): string', find);
  env.registerFunction('string.findAll(string): list<string>', (text: string, source: string) => findAll(text, source, -1n));
  env.registerFunction('string.findAll(string, int): list<string>', findAll);
  env.registerFunction('string.charAt(int): string', charAt);
  env.registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) => replace(text, from, to, -1n));
  env.registerFunction('string.replace(string, string, int): string', replace);
  env.registerFunction('string.reverse(): string', (text: string) => [...text].reverse().join(''));
  env.registerFunction('string.format(list): string', format);
  env.registerFunction('string(google.protobuf.Timestamp): string', printValue);
  env.registerFunction('string(google.protobuf.Duration): string', String);
  env.registerFunction('int(google.protobuf.Timestamp): int', (time: Date) => BigInt(Math.trunc(time.getTime() / 1000)));
  class StringsNamespace {}
  env.registerType('StringsNamespace', StringsNamespace);
  env.registerConstant('strings', 'StringsNamespace', new StringsNamespace());
  env.registerFunction('StringsNamespace.quote(string): string', (_: unknown, text: string) => quote(text));
}

/** The rule with calls of `matches` renamed, outside of its string literals. */
export function renameMatches(source: string): string {
  const literal = /r?(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\.matches(?=\s*\()/g;
  return source.replace(literal, (found) => (found === '.matches' ? `.${MATCHES}` : found));
}
