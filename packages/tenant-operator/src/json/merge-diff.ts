/** The JSON merge patch (RFC 7386) that turns one value into another. Pure. */
import type { JsonObject, JsonValue } from '@caretaker/kube';

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Equality of JSON values; the order of members does not matter. */
export function jsonEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => jsonEqual(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && jsonEqual(a[name], b[name]));
}

/** The patch, or undefined when nothing differs. Members that `to` lacks are removed. Lists are replaced whole. */
export function mergeDiff(from: JsonObject, to: JsonObject): JsonObject | undefined {
  const patch: JsonObject = {};
  for (const [name, wanted] of Object.entries(to)) {
    const present = from[name];
    if (isObject(present) && isObject(wanted)) {
      const inner = mergeDiff(present, wanted);
      if (inner) patch[name] = inner;
    } else if (!jsonEqual(present, wanted)) patch[name] = wanted;
  }
  for (const name of Object.keys(from)) if (!(name in to)) patch[name] = null;
  return Object.keys(patch).length > 0 ? patch : undefined;
}
