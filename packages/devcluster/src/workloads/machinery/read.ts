/**
 * Reading raw objects. The store validated them against their schemas, yet their members are `unknown` to the compiler: these readers give a value of
 * the wanted shape or a neutral one, and never throw.
 */
export type Fields = Readonly<Record<string, unknown>>;

const NONE: Fields = Object.freeze({});

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of member names and list positions; undefined when any step is missing. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current: unknown = value;
  for (const step of path) {
    if (typeof step === 'number') current = Array.isArray(current) ? current[step] : undefined;
    else current = isFields(current) ? current[step] : undefined;
    if (current === undefined || current === null) return undefined;
  }
  return current;
}

export function fields(value: unknown, ...path: readonly (string | number)[]): Fields {
  const found = at(value, ...path);
  return isFields(found) ? found : NONE;
}

export function items(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function text(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

export function integer(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

export function flag(value: unknown, ...path: readonly (string | number)[]): boolean {
  return at(value, ...path) === true;
}

/** A map of strings (labels, annotations, nodeSelector). Members that are no strings are left out. */
export function strings(value: unknown, ...path: readonly (string | number)[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [key, member] of Object.entries(fields(value, ...path))) if (typeof member === 'string') result[key] = member;
  return result;
}

/** RFC 3339 text -> milliseconds since the epoch; undefined when there is no time. */
export function instant(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const parsed = Date.parse(text(value, ...path));
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** meta/v1 Time: whole seconds. */
export function rfc3339(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** meta/v1 MicroTime: six digits. */
export function rfc3339Micro(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 23)}000Z`;
}

/** Deep equality of JSON values; order of members does not count. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((value, index) => sameJson(value, right[index]));
  }
  if (!isFields(left) || !isFields(right) || Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && sameJson(left[key], right[key]));
}
