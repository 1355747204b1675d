/** Small helpers of the defaulting tables. Absent, null and (for strings) empty mean that nothing was given. */
import type { JsonObject, JsonValue } from '@caretaker/kube';

/** Sets a member that is absent or null. */
export function fill(object: JsonObject, name: string, value: JsonValue): void {
  const present = object[name];
  if (present === undefined || present === null) object[name] = value;
}

/** Sets a member that is absent or zero: what Go cannot tell apart without a pointer. */
export function fillZero(object: JsonObject, name: string, value: JsonValue): void {
  const present = object[name];
  if (present === undefined || present === null || present === '' || present === 0) object[name] = value;
}

/** A member that is an object, made when absent. */
export function child(object: JsonObject, name: string): JsonObject {
  const present = object[name];
  if (isObject(present)) return present;
  const made: JsonObject = {};
  object[name] = made;
  return made;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list member; empty when there is none. */
export function items(object: JsonObject, name: string): JsonObject[] {
  const list = object[name];
  return Array.isArray(list) ? list.filter(isObject) : [];
}

export function member(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = object?.[name];
  return isObject(value) ? value : undefined;
}

/** Whether a list or map member holds anything. */
export function hasItems(object: JsonObject | undefined, name: string): boolean {
  const value = object?.[name];
  if (Array.isArray(value)) return value.length > 0;
  return isObject(value) && Object.keys(value).length > 0;
}
