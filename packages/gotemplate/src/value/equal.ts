import { GoFunction } from './function.ts';
import { typeOf } from './kind.ts';
import { GoMap } from './map.ts';
import { Complex, Float, Int } from './number.ts';
import { GoObject } from './object.ts';
import { GoSlice } from './slice.ts';
import type { Value } from './value.ts';
import { visit } from './visits.ts';

/** reflect.DeepEqual: same types, same values all the way down; NaN equals nothing, a nil list no empty one. */
export function deepEqual(a: Value, b: Value): boolean {
  const ta = typeOf(a);
  const tb = typeOf(b);
  if (ta === undefined || tb === undefined) return ta === tb;
  if (ta.name !== tb.name) return false;
  if (a instanceof Int && b instanceof Int) return a.big === b.big;
  if (a instanceof Float && b instanceof Float) return a.value === b.value;
  if (a instanceof Complex && b instanceof Complex) return a.real === b.real && a.imag === b.imag;
  if (a instanceof GoSlice && b instanceof GoSlice) return sameSlice(a, b);
  if (a instanceof GoMap && b instanceof GoMap) return sameMap(a, b);
  if (a instanceof GoObject && b instanceof GoObject) return a.equals(b);
  if (a instanceof GoFunction) return false;
  return a === b;
}

function sameSlice(a: GoSlice, b: GoSlice): boolean {
  if (a === b) return true;
  if (a.isNil !== b.isNil || a.length !== b.length) return false;
  visit(a.length);
  for (let i = 0; i < a.length; i++) if (!deepEqual(a.at(i), b.at(i))) return false;
  return true;
}

function sameMap(a: GoMap, b: GoMap): boolean {
  if (a === b) return true;
  if (a.isNil !== b.isNil || a.size !== b.size) return false;
  visit(a.size);
  return a.sortedKeys().every((k) => b.has(k) && deepEqual(a.get(k), b.get(k)));
}
