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

/** Go's converter between maps and structs names reflection kinds. */
export function converterWords(value: JsonValue, goType: string): string {
  const kind =
    typeof value === 'number' ? (Number.isInteger(value) ? 'int64' : 'float64') : (REFLECT_KINDS[describe(value)] ?? 'interface');
  if (goType.startsWith('map[')) return `cannot restore map from ${kind}`;
  if (goType.startsWith('[]')) return `cannot restore slice from ${kind}`;
  if (goType === 'string' && kind === 'int64') return 'cannot convert int64 to string';
  if (goType in RANGES && kind === 'float64') return `cannot convert float64 to ${goType}`;
  if (goType in RANGES || goType === 'float64' || goType === 'bool' || goType === 'string') return `unrecognized type: ${goType}`;
  return structTypes.has(goType) ? `cannot restore struct from: ${kind}` : 'unrecognized type: string';
}

/** Go types of structs, as far as readers were made for them. */
export const structTypes = new Set<string>();
