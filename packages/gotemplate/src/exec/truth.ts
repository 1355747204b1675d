import { GoMap } from '../value/map.ts';
import { Missing } from '../value/missing.ts';
import { Complex, Float, Int } from '../value/number.ts';
import { GoSlice } from '../value/slice.ts';
import type { Value } from '../value/value.ts';

/** template.IsTrue: not the zero of its type. A missing value is false. */
export function isTrue(v: Value): boolean {
  if (typeof v === 'string') return v !== '';
  if (typeof v === 'boolean') return v;
  if (v === undefined || v === null) return false;
  if (v instanceof Int) return v.big !== 0n;
  if (v instanceof Float) return v.value !== 0;
  if (v instanceof GoMap) return v.size > 0;
  if (v instanceof GoSlice) return v.length > 0;
  if (v instanceof Complex) return v.real !== 0 || v.imag !== 0;
  return !(v instanceof Missing);
}
