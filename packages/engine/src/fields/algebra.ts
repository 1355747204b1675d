import type { FieldSet } from './field-set.ts';
import { fieldPaths } from './walk.ts';

/** Paths in `a` that `b` has not. */
export function difference(a: FieldSet, b: FieldSet): string[] {
  if (a === b) return [];
  const other = new Set(fieldPaths(b.fields()));
  return fieldPaths(a.fields()).filter((path) => !other.has(path));
}

/** Whether `path` is one of the set's fields, or lies below one that is owned whole (an atomic list or map). */
export function ownsField(set: FieldSet, path: string): boolean {
  return fieldPaths(set.fields()).some((own) => own === path || isBelow(path, own));
}

/** Whether the set has a field at `path` or anywhere below it. */
export function touches(set: FieldSet, path: string): boolean {
  return fieldPaths(set.fields()).some((own) => own === path || isBelow(own, path) || isBelow(path, own));
}

/** Whether `path` is strictly below `ancestor`. */
export function isBelow(path: string, ancestor: string): boolean {
  if (!path.startsWith(ancestor) || path.length === ancestor.length) return false;
  const next = path[ancestor.length];
  return next === '.' || next === '[';
}
