/** What the server writes for fields to which nothing was given. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { type FieldRow, OMIT_EMPTY, OMIT_ZERO, POINTER, typeRow } from '../schema/type-table.ts';
import { RANGES } from './words.ts';

/** The value a Go struct has when nothing was given: undefined when it is left out. */
export type Zero = () => JsonValue | undefined;

/** What the server writes for a field that has its zero value; undefined when it writes nothing. */
export function fieldZero(field: FieldRow): Zero | undefined {
  const bits = field.o ?? 0;
  if ((bits & OMIT_ZERO) !== 0) return undefined;
  const isStruct = field.t.startsWith('#') || ['time', 'microtime', 'duration', 'intorstring', 'quantity'].includes(field.t);
  if ((bits & POINTER) !== 0) return (bits & OMIT_EMPTY) !== 0 ? undefined : () => null;
  if (isStruct) return zeroOf(field.t, bits);
  if ((bits & OMIT_EMPTY) !== 0) return undefined;
  return zeroOf(field.t, bits);
}

export function zeroOf(type: string, bits: number): Zero {
  if ((bits & POINTER) !== 0 || type.startsWith('[]') || type.startsWith('{}')) return () => null;
  if (type.startsWith('#')) return () => zeroStruct(type.slice(1));
  if (type === 'string') return () => '';
  if (type === 'bool') return () => false;
  if (type === 'quantity') return () => '0';
  if (type in RANGES || type === 'float64' || type === 'intorstring') return () => 0;
  if (type === 'duration') return () => '0s';
  return () => null;
}

const zeros = new Map<string, readonly (readonly [string, Zero])[]>();

/** The fields of a struct that are written when nothing was given. */
export function zerosOf(typeName: string): readonly (readonly [string, Zero])[] {
  let found = zeros.get(typeName);
  if (found === undefined) {
    found = typeRow(typeName).fields.flatMap((field) => {
      const zero = fieldZero(field);
      return zero === undefined ? [] : [[field.n, zero] as const];
    });
    zeros.set(typeName, found);
  }
  return found;
}

/** A struct to which nothing was given, as the server writes it. */
export function zeroStruct(typeName: string): JsonObject {
  const out: JsonObject = {};
  for (const [name, zero] of zerosOf(typeName)) {
    const value = zero();
    if (value !== undefined) out[name] = value;
  }
  return out;
}
