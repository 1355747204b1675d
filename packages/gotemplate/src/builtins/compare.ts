import { GoError } from '../errors.ts';
import { showValue } from '../fmt/printer.ts';
import { compareStrings } from '../text/compare.ts';
import { isComparable, isNil, kindOf, typeName } from '../value/kind.ts';
import { Complex, Float, Int } from '../value/number.ts';
import { GoObject } from '../value/object.ts';
import type { Value } from '../value/value.ts';

type Basic = 'bool' | 'complex' | 'int' | 'float' | 'string' | 'uint' | 'other';

function basicKind(v: Value): Basic {
  if (typeof v === 'string') return 'string';
  if (typeof v === 'boolean') return 'bool';
  if (v instanceof Int) return v.unsigned ? 'uint' : 'int';
  if (v instanceof Float) return 'float';
  return v instanceof Complex ? 'complex' : 'other';
}

function incompatible(a: Value, b: Value): GoError {
  return new GoError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
}

/** eq of two values; throws {@link GoError} where Go refuses to compare. */
function equalPair(a: Value, b: Value): boolean {
  const k1 = basicKind(a);
  const k2 = basicKind(b);
  const valid = (v: Value): boolean => v !== undefined && v !== null;
  if (k1 !== k2) {
    if (a instanceof Int && b instanceof Int) return a.big === b.big;
    if (valid(a) && valid(b)) throw incompatible(a, b);
    return false;
  }
  if (a instanceof Int && b instanceof Int) return a.big === b.big;
  if (a instanceof Float && b instanceof Float) return a.value === b.value;
  if (a instanceof Complex && b instanceof Complex) return a.real === b.real && a.imag === b.imag;
  if (k1 !== 'other') return a === b;
  return equalOther(a, b);
}

function equalOther(a: Value, b: Value): boolean {
  const ka = kindOf(a);
  const kb = kindOf(b);
  if (ka !== kb && ka !== 'invalid' && kb !== 'invalid') {
    throw new GoError(`non-comparable types ${showValue(a, 's')}: ${typeName(a)}, ${typeName(b)}: ${showValue(b)}`);
  }
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b);
  if (!isComparable(b)) throw new GoError(`non-comparable type ${showValue(b, 's')}: ${typeName(b)}`);
  return sameObject(a, b);
}

/** eq: the first equals any of the others. */
export function equal(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new GoError('missing argument for comparison');
  return others.some((o) => equalPair(first, o));
}

/** lt; throws {@link GoError} for types without an order. */
export function less(a: Value, b: Value): boolean {
  const k1 = basicKind(a);
  const k2 = basicKind(b);
  if (k1 === 'other' || k2 === 'other') throw new GoError('invalid type for comparison');
  if (a instanceof Int && b instanceof Int) return a.big < b.big;
  if (k1 !== k2) throw incompatible(a, b);
  if (a instanceof Float && b instanceof Float) return a.value < b.value;
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b) < 0;
  throw new GoError('invalid type for comparison');
}

/** le is lt or eq, as in Go, which tells what a NaN does. */
export function lessOrEqual(a: Value, b: Value): boolean {
  return less(a, b) || equal(a, [b]);
}

/** Go's == of what is neither basic nor nil: pointers by identity, structs by value. */
export function sameObject(a: Value, b: Value): boolean {
  if (a === b) return true;
  return a instanceof GoObject && b instanceof GoObject && a.type.kind === 'struct' && a.equals(b);
}
