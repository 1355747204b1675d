import { GoError } from '../errors.ts';
import { growCapacity } from '../value/capacity.ts';
import { def, P, variadic } from '../value/define.ts';
import type { FunctionMap } from '../value/function.ts';
import { typeName } from '../value/kind.ts';
import { dict, GoMap } from '../value/map.ts';
import { list, strings } from '../value/slice.ts';
import type { Value } from '../value/value.ts';
import { deepCopy } from './deep-copy.ts';
import { merge } from './merge.ts';
import { strval } from './strval.ts';

function makeDict(pairs: readonly Value[]): Value {
  const out = dict();
  for (let i = 0; i < pairs.length; i += 2) out.set(strval(pairs[i]), i + 1 < pairs.length ? pairs[i + 1] : '');
  return out;
}

function wrongType(v: Value, want: string): GoError {
  const has = v === null || v === undefined ? 'nil' : typeName(v);
  return new GoError(`interface conversion: interface {} is ${has}, not ${want}`);
}

function asMap(v: Value): GoMap {
  if (v instanceof GoMap && v.type.elem?.kind === 'interface') return v;
  throw wrongType(v, 'map[string]interface {}');
}

/** Sprig's dig KEY... DEFAULT MAP: the default for an absent key; anything on the way that is no map is an error. */
function dig(args: readonly Value[]): Value {
  if (args.length < 3) throw new GoError('dig needs at least three arguments');
  let map = asMap(args.at(-1));
  const keys = args.slice(0, -2).map((k) => {
    if (typeof k !== 'string') throw wrongType(k, 'string');
    return k;
  });
  for (const [i, key] of keys.entries()) {
    const step = map.get(key);
    if (step === undefined) return args.at(-2);
    if (i === keys.length - 1) return step;
    map = asMap(step);
  }
  return args.at(-2);
}

function pluck(key: string, maps: readonly GoMap[]): Value {
  const found: Value[] = [];
  for (const m of maps) {
    const v = m.get(key);
    if (v !== undefined) found.push(v);
  }
  return list(found, growCapacity(found.length));
}

function select(map: GoMap, keep: (key: string) => boolean): Value {
  const out = dict();
  for (const key of map.sortedKeys()) if (keep(key)) out.set(key, map.get(key));
  return out;
}

function set(map: GoMap, key: string, value: Value): Value {
  if (map.isNil) throw new GoError('assignment to entry in nil map');
  map.set(key, value);
  return map;
}

function unset(map: GoMap, key: string): Value {
  map.delete(key);
  return map;
}

function keysOf(maps: readonly GoMap[]): Value {
  const all = maps.flatMap((m) => m.sortedKeys());
  return strings(all, growCapacity(all.length));
}

function valuesOf(map: GoMap): Value {
  const all = map.sortedKeys().map((k) => map.get(k));
  return list(all, growCapacity(all.length));
}

const mergeFunction = variadic([P.map], P.map, (into, from) => merge(into, from, false));
const mergeOverwrite = variadic([P.map], P.map, (into, from) => merge(into, from, true));
const copy = def([P.any], (v, context) => deepCopy(v, context));

/** Sprig's dictionary functions. keys and values come in key order, where Go's order changes from run to run. */
export const dictFunctions: FunctionMap = {
  dict: variadic([], P.any, makeDict),
  get: def([P.map, P.string], (map, key) => map.get(key) ?? (map.has(key) ? null : '')),
  set: def([P.map, P.string, P.any], set),
  unset: def([P.map, P.string], unset),
  hasKey: def([P.map, P.string], (map, key) => map.has(key), 0),
  pluck: variadic([P.string], P.map, pluck),
  keys: variadic([], P.map, keysOf),
  values: def([P.map], valuesOf),
  pick: variadic([P.map], P.string, (map, keys) => select(map, (k) => keys.includes(k))),
  omit: variadic([P.map], P.string, (map, keys) => select(map, (k) => !keys.includes(k))),
  merge: mergeFunction,
  mustMerge: mergeFunction,
  mergeOverwrite,
  mustMergeOverwrite: mergeOverwrite,
  dig: variadic([], P.any, dig),
  deepCopy: copy,
  mustDeepCopy: copy,
};
