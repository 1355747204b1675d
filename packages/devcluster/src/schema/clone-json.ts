import type { JsonObject, JsonValue } from '@caretaker/kube';
import { carryEmpties } from '../decode/given-empty.ts';

/** A deep copy of a JSON value: what structuredClone does for these, several times faster. */
export function cloneJson<T>(value: T): T {
  return copy(value as JsonValue) as T;
}

/** A deep copy of an object, but for its managedFields: their sets are shared by all versions that have the same. */
export function cloneObject<T extends { metadata: object }>(object: T): T {
  const { metadata } = object;
  if (!('managedFields' in metadata)) return cloneJson(object);
  const cloned = cloneJson({ ...object, metadata: { ...metadata, managedFields: null } });
  return { ...cloned, metadata: { ...cloned.metadata, managedFields: metadata.managedFields } };
}

function copy(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const list: JsonValue[] = new Array(value.length);
    for (let i = 0; i < value.length; i += 1) list[i] = copy(value[i] as JsonValue);
    return list;
  }
  const out: JsonObject = {};
  for (const key of Object.keys(value)) {
    const member = copy(value[key] as JsonValue);
    if (key === '__proto__') Object.defineProperty(out, key, { value: member, writable: true, enumerable: true, configurable: true });
    else out[key] = member;
  }
  return carryEmpties(value, out);
}
