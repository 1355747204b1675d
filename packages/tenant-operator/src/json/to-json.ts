import type { JsonObject, JsonValue } from '@caretaker/kube';
import { isMap } from '../api/schema.ts';

/** A plain value as JSON: members that are undefined are left out, as JSON.stringify does. @throws TypeError for what JSON cannot hold. */
export function toJson(value: unknown): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (isMap(value)) return toJsonObject(value);
  throw new TypeError(`${typeof value} is no JSON`);
}

/** The same for an object. */
export function toJsonObject(value: object): JsonObject {
  const out: JsonObject = {};
  for (const [name, member] of Object.entries(value)) if (member !== undefined) out[name] = toJson(member);
  return out;
}
