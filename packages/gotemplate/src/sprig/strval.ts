import { sprint } from '../fmt/printer.ts';
import { GoSlice, strings } from '../value/slice.ts';
import type { Value } from '../value/value.ts';

/** Sprig's strval: a string as it is, anything else as %v prints it. */
export function strval(v: Value): string {
  return typeof v === 'string' ? v : sprint([v]);
}

/** Sprig's strslice: a []string as it is; of a list every element that is not nil; of anything else a list of one. */
export function strslice(v: Value): GoSlice {
  if (v instanceof GoSlice) {
    if (v.type.elem?.kind === 'string') return v;
    const texts: string[] = [];
    for (const e of v.items()) if (e !== null && e !== undefined) texts.push(strval(e));
    return strings(texts, v.length);
  }
  return strings(v === null || v === undefined ? [] : [strval(v)]);
}

/** The elements of {@link strslice}. */
export function stringItems(v: Value): string[] {
  return strslice(v)
    .items()
    .map((e) => (typeof e === 'string' ? e : ''));
}
