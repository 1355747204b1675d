import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';

/** A member that is an object; an empty one (not stored) when it is missing. */
export function member(value: unknown, key: string): JsonObject {
  const found: unknown = value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined;
  return found !== null && typeof found === 'object' && !Array.isArray(found) ? (found as JsonObject) : {};
}

/** A member that is a list of objects. */
export function members(value: unknown, key: string): JsonObject[] {
  const found: unknown = value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined;
  return Array.isArray(found) ? (found as JsonObject[]) : [];
}

export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The spec of an object that is being written, made if it is missing: plugins change it in place. */
export function specOf(object: KubeObject): JsonObject {
  const spec = object['spec'];
  if (spec !== null && typeof spec === 'object' && !Array.isArray(spec)) return spec as JsonObject;
  const fresh: JsonObject = {};
  object['spec'] = fresh;
  return fresh;
}
