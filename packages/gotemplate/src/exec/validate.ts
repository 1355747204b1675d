import { canBeNil, typeName, typeOf } from '../value/kind.ts';
import { GoMap } from '../value/map.ts';
import { Missing } from '../value/missing.ts';
import { nilSlice } from '../value/slice.ts';
import type { GoType } from '../value/types.ts';
import { T } from '../value/types.ts';
import type { Value } from '../value/value.ts';
import type { State } from './state.ts';

/** reflect.Zero for the types that can be nil. */
export function zeroOf(type: GoType): Value {
  switch (type.kind) {
    case 'map':
      return new GoMap(type, new Map(), true);
    case 'slice':
      return nilSlice(type);
    case 'struct':
      return undefined;
    default:
      return null;
  }
}

/** Go's validateType: the value as an argument of the type. `type` is undefined where anything will do. */
export function validate(s: State, v: Value, type: GoType | undefined): Value {
  if (type === undefined) return v;
  if (v === undefined) {
    if (canBeNil(type)) return zeroOf(type);
    return s.fail(`invalid value; expected ${type.name}`);
  }
  if (v instanceof Missing) throw v.error();
  if (type === T.any || type === T.value) return v;
  const actual = typeOf(v);
  if (actual !== undefined && actual.name === type.name) return v;
  return s.fail(`wrong type for value; expected ${type.name}; got ${v === null ? 'interface {}' : typeName(v)}`);
}

/** {@link validate} for a parameter that accepts a missing value (missingkey=handled): it arrives as the zero of the type. */
export function validateOrMissing(s: State, v: Value, type: GoType): Value {
  if (!(v instanceof Missing)) return validate(s, v, type);
  if (type === T.value) return v;
  if (type === T.bool) return false;
  return type === T.any ? null : zeroOf(type);
}
