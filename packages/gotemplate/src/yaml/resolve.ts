import { GoError } from '../errors.ts';
import { parseFloat64, parseInt64, parseUint64 } from '../text/strconv.ts';
import { parseTime } from '../time/parse.ts';

/** What a plain scalar of YAML 1.1 stands for, as go-yaml v2 reads it. */
export type Resolved =
  | { readonly tag: 'str'; readonly value: string }
  | { readonly tag: 'bool'; readonly value: boolean }
  | { readonly tag: 'null' }
  | { readonly tag: 'int'; readonly value: bigint }
  | { readonly tag: 'float'; readonly value: number }
  | { readonly tag: 'timestamp' };

const WORDS: ReadonlyMap<string, Resolved> = new Map<string, Resolved>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((w): [string, Resolved] => [
    w,
    { tag: 'bool', value: true },
  ]),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((w): [string, Resolved] => [
    w,
    { tag: 'bool', value: false },
  ]),
  ...['', '~', 'null', 'Null', 'NULL'].map((w): [string, Resolved] => [w, { tag: 'null' }]),
  ...['.nan', '.NaN', '.NAN'].map((w): [string, Resolved] => [w, { tag: 'float', value: Number.NaN }]),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((w): [string, Resolved] => [
    w,
    { tag: 'float', value: Number.POSITIVE_INFINITY },
  ]),
  ...['-.inf', '-.Inf', '-.INF'].map((w): [string, Resolved] => [w, { tag: 'float', value: Number.NEGATIVE_INFINITY }]),
]);

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const TIMESTAMPS = ['2006-1-2T15:4:5.999999999Z07:00', '2006-1-2t15:4:5.999999999Z07:00', '2006-1-2 15:4:5.999999999', '2006-1-2'];
const BASE60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

function isTimestamp(text: string): boolean {
  if (!/^[0-9]{4}-/.test(text)) return false;
  return TIMESTAMPS.some((layout) => {
    try {
      parseTime(layout, text);
      return true;
    } catch (cause) {
      if (cause instanceof GoError) return false;
      throw cause;
    }
  });
}

function parseBinary(text: string): bigint | undefined {
  const m = /^(-?)0b([+-]?)([01]+)$/.exec(text);
  if (m === null || (m[1] === '-' && m[2] !== '')) return undefined;
  const magnitude = BigInt(`0b${m[3]}`);
  const value = m[1] === '-' || m[2] === '-' ? -magnitude : magnitude;
  if (BigInt.asIntN(64, value) === value) return value;
  return m[1] === '' && m[2] === '' && BigInt.asUintN(64, value) === value ? value : undefined;
}

function resolveNumber(text: string): Resolved | undefined {
  const plain = text.replaceAll('_', '');
  const i = parseInt64(plain, 0);
  if (typeof i === 'bigint') return { tag: 'int', value: i };
  const u = parseUint64(plain, 0);
  if (typeof u === 'bigint') return { tag: 'int', value: u };
  if (FLOAT.test(plain)) {
    const f = parseFloat64(plain);
    if (typeof f === 'number') return { tag: 'float', value: f };
  }
  const b = parseBinary(plain);
  return b === undefined ? undefined : { tag: 'int', value: b };
}

/** Resolves a plain scalar without a tag. */
export function resolvePlain(text: string): Resolved {
  const str: Resolved = { tag: 'str', value: text };
  if (text !== '' && !/^[-+0-9.yYnNtTfFoO~]/.test(text)) return str;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (text.startsWith('.')) {
    const f = parseFloat64(text);
    return typeof f === 'number' ? { tag: 'float', value: f } : str;
  }
  if (!/^[-+0-9]/.test(text)) return str;
  if (isTimestamp(text)) return { tag: 'timestamp' };
  return resolveNumber(text) ?? str;
}

/** Whether a text must be quoted to stay a string. */
export function needsQuotes(text: string): boolean {
  return resolvePlain(text).tag !== 'str' || BASE60.test(text);
}
