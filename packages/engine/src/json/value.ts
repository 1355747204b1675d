import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A deep copy as JSON; members that are `undefined` are left out. Anything JSON cannot hold becomes null. */
export function toJson(value: unknown): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(toJson);
  return isRecord(value) ? toJsonObject(value) : null;
}

export function toJsonObject(value: object): JsonObject {
  // fromEntries defines members, so that one named `__proto__` is data like any other.
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, toJson(member)]));
}

/** A deep copy that shares nothing with the original. */
export function copyObject(object: KubeObject): KubeObject {
  return structuredClone(object);
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member at a path of plain names, or undefined. */
export function dig(value: unknown, ...names: readonly string[]): unknown {
  let current = value;
  for (const name of names) {
    if (!isRecord(current)) return undefined;
    current = current[name];
  }
  return current;
}

export function digNumber(value: unknown, ...names: readonly string[]): number | undefined {
  const found = dig(value, ...names);
  return typeof found === 'number' ? found : undefined;
}

export function digString(value: unknown, ...names: readonly string[]): string | undefined {
  const found = dig(value, ...names);
  return typeof found === 'string' ? found : undefined;
}

export function digList(value: unknown, ...names: readonly string[]): readonly unknown[] {
  const found = dig(value, ...names);
  return Array.isArray(found) ? found : [];
}

/** JSON equality: order of members does not matter, order of list items does. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => jsonEqual(item, b[index]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const names = Object.keys(a).filter((name) => a[name] !== undefined);
  const others = Object.keys(b).filter((name) => b[name] !== undefined);
  return names.length === others.length && names.every((name) => b[name] !== undefined && jsonEqual(a[name], b[name]));
}
