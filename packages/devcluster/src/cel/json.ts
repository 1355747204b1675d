/** JSON as values of CEL, and back. */
import type { JsonValue } from '@caretaker/kube';
import { showDuration, showTimestamp } from './functions/conversions.ts';
import { CelDuration, CelOptional, CelStruct, CelTimestamp, CelUint } from './values.ts';

/** JSON as CEL sees it: whole numbers are int, objects maps. */
export function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(celValue);
  return new Map(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, celValue(member)]),
  );
}

/** A value of CEL as JSON. */
export function jsonOf(value: unknown): JsonValue {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof CelUint) return Number(value.value);
  if (value instanceof CelTimestamp) return showTimestamp(value);
  if (value instanceof CelDuration) return showDuration(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof CelOptional) return value.present ? jsonOf(value.value) : null;
  if (Array.isArray(value)) return value.map(jsonOf);
  if (value instanceof Map || value instanceof CelStruct) {
    const entries = value instanceof Map ? value : value.fields;
    return Object.fromEntries([...entries].map(([key, one]) => [String(key), jsonOf(one)]));
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
