/**
 * Lists and maps that were given without an item where the struct leaves them out. To Go they are there until the object is stored: messages print them,
 * defaults do not fill them. Objects here do not have them; which struct was given one is remembered beside it.
 */
import type { JsonObject, JsonValue } from '@caretaker/kube';

const given = new WeakMap<object, Map<string, JsonValue>>();

export function noteEmpty(holder: JsonObject, name: string, value: JsonValue): void {
  const names = given.get(holder);
  if (names === undefined) given.set(holder, new Map([[name, value]]));
  else names.set(name, value);
}

/** The empty list or map that a struct was given as a member that it does not have. */
export function givenEmpty(holder: object | undefined, name: string): JsonValue | undefined {
  return holder === undefined ? undefined : given.get(holder)?.get(name);
}

/** Whether a value was given, somewhere inside, an empty list or map that it does not have. */
export function holdsGivenEmpty(value: JsonValue | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  // what a default took the place of is no longer empty
  const names = [...(given.get(value)?.keys() ?? [])];
  return names.some((name) => !Object.hasOwn(value, name)) || Object.values(value).some((member) => holdsGivenEmpty(member as JsonValue));
}

/** `copy`, which stands for `original` from now on. */
export function carryEmpties<T extends object>(original: object, copy: T): T {
  const names = given.get(original);
  if (names !== undefined) given.set(copy, names);
  return copy;
}
