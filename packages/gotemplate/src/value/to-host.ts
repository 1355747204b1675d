import { GoMap } from './map.ts';
import { Missing } from './missing.ts';
import { Complex, Float, Int } from './number.ts';
import { GoObject } from './object.ts';
import { GoSlice } from './slice.ts';
import type { Value } from './value.ts';
import { visit } from './visits.ts';

/** A JavaScript number, or a bigint where a number would round. */
export function integerToHost(v: Int): number | bigint {
  const n = v.toNumber();
  return Number.isSafeInteger(n) ? n : v.big;
}

/**
 * A template's value as plain JavaScript: objects, arrays, strings, numbers (bigint beyond 2^53), booleans and null. A missing value
 * is undefined; an object with methods is its text.
 */
export function toHost(v: Value): unknown {
  if (v === undefined || v === null || typeof v === 'string' || typeof v === 'boolean') return v;
  if (v instanceof Int) return integerToHost(v);
  if (v instanceof Float) return v.value;
  if (v instanceof GoMap) return mapToHost(v);
  if (v instanceof GoSlice) return sliceToHost(v);
  if (v instanceof GoObject) return v.toText();
  if (v instanceof Complex) return `(${v.real}${v.imag < 0 ? '' : '+'}${v.imag}i)`;
  if (v instanceof Missing) throw v.error();
  return undefined;
}

function sliceToHost(v: GoSlice): unknown[] {
  visit(v.length);
  return v.items().map((_, i) => toHost(v.at(i)));
}

/** {@link toHost} of a map. Every key is an own property, `__proto__` too. */
export function mapToHost(v: GoMap): Record<string, unknown> {
  visit(v.size);
  return Object.fromEntries(v.sortedKeys().map((k) => [k, toHost(v.get(k))]));
}
