import { GoFunction } from './function.ts';
import { GoMap } from './map.ts';
import { GoObject } from './object.ts';
import { GoSlice } from './slice.ts';
import type { GoType, Kind } from './types.ts';
import { T } from './types.ts';
import type { Value } from './value.ts';

/** reflect.TypeOf; undefined for a nil or missing value. */
export function typeOf(v: Value): GoType | undefined {
  switch (typeof v) {
    case 'string':
      return T.string;
    case 'boolean':
      return T.bool;
    case 'undefined':
      return undefined;
    default:
      return v === null ? undefined : v.type;
  }
}

/** The type's name as `%T` prints it, `<nil>` for nil. */
export function typeName(v: Value): string {
  return typeOf(v)?.name ?? '<nil>';
}

/** reflect.Value.Kind of the value inside; `invalid` for nil and for no value. */
export function kindOf(v: Value): Kind {
  return typeOf(v)?.kind ?? 'invalid';
}

/** Whether a nil can be assigned to the type (text/template's canBeNil). */
export function canBeNil(type: GoType): boolean {
  switch (type.kind) {
    case 'interface':
    case 'map':
    case 'slice':
    case 'ptr':
    case 'func':
      return true;
    default:
      return type === T.value;
  }
}

/** Whether the value is a nil of its type. */
export function isNil(v: Value): boolean {
  if (v === undefined || v === null) return true;
  return (v instanceof GoSlice || v instanceof GoMap) && v.isNil;
}

/** Whether values of the type can be compared with == (reflect.Type.Comparable). */
export function isComparable(v: Value): boolean {
  return !(v instanceof GoSlice || v instanceof GoMap || v instanceof GoFunction);
}

/** Whether the value is an object with methods. */
export function isObject(v: Value): v is GoObject {
  return v instanceof GoObject;
}
