import { dict, GoMap } from '../value/map.ts';
import { GoSlice } from '../value/slice.ts';
import type { Value } from '../value/value.ts';
import { visit } from '../value/visits.ts';
import { isEmpty } from './empty.ts';

/**
 * mergo.Merge of maps: adds what `destination` lacks or has empty, and goes into maps that both have. With `overwrite`
 * (mergo.MergeWithOverwrite) the source wins. A nil in the source counts only with `overwrite`. Maps and lists of the source are
 * shared, not copied.
 */
export function mergeInto(destination: GoMap, source: GoMap, overwrite: boolean): void {
  visit(source.size);
  for (const key of source.sortedKeys()) {
    const from = source.get(key);
    if (from === null || from === undefined) {
      if (overwrite) destination.set(key, null);
      continue;
    }
    const to = destination.get(key);
    if (from instanceof GoMap && to instanceof GoMap) mergeInto(to, from, overwrite);
    if (from instanceof GoSlice && to !== undefined && !isEmpty(to)) {
      if (overwrite) destination.set(key, from);
      continue;
    }
    if (from instanceof GoMap && to instanceof GoMap && !isEmpty(to)) continue;
    if (overwrite || to === undefined || isEmpty(to)) destination.set(key, from);
  }
}

/** Sprig's merge family: merges the sources into the first map, which it changes and returns. */
export function merge(destination: GoMap, sources: readonly GoMap[], overwrite: boolean): Value {
  let target = destination;
  for (const source of sources) {
    if (target.isNil && !source.isNil) target = dict();
    if (!source.isNil) mergeInto(target, source, overwrite);
  }
  return target;
}
