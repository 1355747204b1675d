import { GoMap } from '../value/map.ts';
import { Complex, Float, Int } from '../value/number.ts';
import { GoSlice } from '../value/slice.ts';
import type { Value } from '../value/value.ts';

/** Sprig's empty: the zero of its type; objects are never empty. */
export function isEmpty(v: Value): boolean {
  if (v === null || v === undefined || v === '' || v === false) return true;
  if (v instanceof Int) return v.big === 0n;
  if (v instanceof Float) return v.value === 0;
  if (v instanceof Complex) return v.real === 0 && v.imag === 0;
  if (v instanceof GoMap) return v.size === 0;
  return v instanceof GoSlice && v.length === 0;
}
