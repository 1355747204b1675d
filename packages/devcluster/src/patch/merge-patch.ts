import type { JsonObject, JsonValue } from '@caretaker/kube';
import { isMap } from '../apply/typed-view.ts';

/** RFC 7386: null removes, objects merge, everything else replaces. Gives a new document that may share parts with both. */
export function applyMergePatch(document: JsonObject, patch: JsonObject): JsonObject {
  const out: JsonObject = { ...document };
  for (const key of Object.keys(patch)) {
    const value = patch[key] as JsonValue;
    if (value === null) {
      delete out[key];
      continue;
    }
    const current = Object.hasOwn(out, key) ? out[key] : undefined;
    out[key] = isMap(value) && current !== undefined && isMap(current) ? applyMergePatch(current, value) : withoutNulls(value);
  }
  return out;
}

/** What is new has its nulls taken out, also inside lists (there the members of objects, not the items). */
function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  const out: JsonObject = {};
  for (const key of Object.keys(value)) {
    const member = value[key] as JsonValue;
    if (member !== null) out[key] = withoutNulls(member);
  }
  return out;
}
