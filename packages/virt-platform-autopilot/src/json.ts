import type { JsonValue, KubeObject } from '@caretaker/kube';

/** Reading unknown JSON: nothing from outside is trusted to have a shape. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member at a path of plain names, or undefined on any miss. */
export function memberAt(value: unknown, ...names: readonly string[]): unknown {
  let current = value;
  for (const name of names) {
    if (!isRecord(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}

export function listAt(value: unknown, ...names: readonly string[]): readonly unknown[] {
  const found = memberAt(value, ...names);
  return Array.isArray(found) ? found : [];
}

export function stringAt(value: unknown, ...names: readonly string[]): string | undefined {
  const found = memberAt(value, ...names);
  return typeof found === 'string' ? found : undefined;
}

/** Whether a value can be sent as a Kubernetes object: apiVersion, kind and a metadata map. */
export function isKubeObject(value: unknown): value is KubeObject {
  return isRecord(value) && typeof value['apiVersion'] === 'string' && typeof value['kind'] === 'string' && isRecord(value['metadata']);
}

/** A deep copy as JSON. */
export function toJson(value: unknown): JsonValue {
  const copy: JsonValue = JSON.parse(JSON.stringify(value ?? null));
  return copy;
}
