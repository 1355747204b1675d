/** How Go names kinds of values in its complaints. */
import type { JsonValue } from '@caretaker/kube';

export function describe(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}

/** Bounds of Go's integers. */
export const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-2147483648, 2147483647],
  int: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  int64: [-(2 ** 63), 2 ** 63 - 1],
  uint8: [0, 255],
  uint16: [0, 65535],
  uint32: [0, 4294967295],
};

const REFLECT_KINDS: Readonly<Record<string, string>> = { array: 'slice', object: 'map', string: 'string', bool: 'bool' };

/** What a Go type is, whatever its name. */
export type GoForm = 'text' | 'plain' | 'list' | 'map' | 'struct';

/** Go's converter between maps and structs names reflection kinds. */
export function converterWords(value: JsonValue, goType: string, form: GoForm): string {
  const kind =
    typeof value === 'number' ? (Number.isInteger(value) ? 'int64' : 'float64') : (REFLECT_KINDS[describe(value)] ?? 'interface');
  if (form === 'map') return `cannot restore map from ${kind}`;
  if (form === 'list') return `cannot restore slice from ${kind}`;
  if (form === 'struct') return `cannot restore struct from: ${kind}`;
  if (form === 'text') return kind === 'int64' ? `cannot convert int64 to ${goType}` : 'unrecognized type: string';
  return goType in RANGES && kind === 'float64' ? `cannot convert float64 to ${goType}` : `unrecognized type: ${goType}`;
}

/** Go's short escapes of control characters. */
export const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** A text as Go's `%q` prints it. */
export function quoteGo(text: string): string {
  let out = '"';
  for (const point of text) {
    const code = point.codePointAt(0) ?? 0;
    if (point === '"' || point === '\\') out += `\\${point}`;
    else if (/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(point)) out += point;
    else if (SHORT_ESCAPES[point] !== undefined) out += SHORT_ESCAPES[point];
    else if (code < 0x80) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else out += code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return `${out}"`;
}
