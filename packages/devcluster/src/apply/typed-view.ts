/**
 * How the merge algebra sees a schema: a value is walked as a map, a list or a scalar. A node of kind `any` takes the form of the value; where that
 * does not fit (null, or a wrong type) the order map, scalar, list decides, as in structured-merge-diff.
 */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import type { TypeSchema } from '../schema/contract.ts';
import { DEDUCED } from '../schema/schema-node.ts';

export type Form = 'map' | 'list' | 'scalar';

/** A value, or undefined when there is none. */
export type Maybe = JsonValue | undefined;

export function isMap(value: Maybe): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function formOf(schema: TypeSchema, value: Maybe): Form {
  switch (schema.kind) {
    case 'struct':
    case 'map':
      return 'map';
    case 'list':
      return 'list';
    case 'any':
      if (schema.intOrString) return 'scalar';
      if (value === undefined || value === null) return 'map';
      if (Array.isArray(value)) return 'list';
      return typeof value === 'object' ? 'map' : 'scalar';
    default:
      return 'scalar';
  }
}

/** Schema of a member of a map; undefined when a struct does not declare it. */
export function memberSchema(schema: TypeSchema, name: string): TypeSchema | undefined {
  const declared = schema.properties.get(name);
  if (declared !== undefined) return declared;
  if (schema.kind === 'struct') return schema.preserveUnknown || schema.properties.size === 0 ? DEDUCED : undefined;
  return schema.element ?? DEDUCED;
}

/** Whether a list is owned as one; lists of untyped values are. */
export function isAtomicList(schema: TypeSchema): boolean {
  return schema.listType === 'atomic' || schema.kind === 'any';
}

/** Schema of list elements. */
export function elementSchema(schema: TypeSchema): TypeSchema {
  return schema.element ?? DEDUCED;
}

/** Equality of JSON values; the order of members does not count. */
export function equalValues(a: Maybe, b: Maybe): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!equalValues(a[i], b[i])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  let count = 0;
  for (const key in a) {
    if (!(key in b) || !equalValues(a[key], b[key])) return false;
    count++;
  }
  for (const _ in b) count--;
  return count === 0;
}
