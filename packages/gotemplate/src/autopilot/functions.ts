import { sameObject } from '../builtins/compare.ts';
import { GoError } from '../errors.ts';
import { sprint } from '../fmt/printer.ts';
import { gzip } from '../gzip/gzip.ts';
import { fromBytes, toBytes } from '../text/bytes.ts';
import { def, P, variadic } from '../value/define.ts';
import type { FunctionMap } from '../value/function.ts';
import { isComparable, typeOf } from '../value/kind.ts';
import { GoMap } from '../value/map.ts';
import { Complex, Float, Int } from '../value/number.ts';
import { GoSlice } from '../value/slice.ts';
import type { Value } from '../value/value.ts';
import { fromYaml } from '../yaml/from-yaml.ts';
import { toYaml } from '../yaml/to-yaml.ts';

function asMap(v: Value): GoMap | undefined {
  return v instanceof GoMap && v.type.elem?.kind === 'interface' ? v : undefined;
}

/** dig KEY... DEFAULT OBJECT: the default on any miss, a value that is no map, or a key that is no string. A nil that is there counts. */
function dig(args: readonly Value[]): Value {
  if (args.length < 2) return null;
  const fallback = args.at(-2);
  let current: Value = args.at(-1);
  for (const key of args.slice(0, -2)) {
    const next = typeof key === 'string' ? asMap(current)?.get(key) : undefined;
    if (next === undefined) return fallback;
    current = next;
  }
  return current;
}

/** Go's == of two interfaces: false for different types, an error for maps and lists. */
function sameInterface(a: Value, b: Value): boolean {
  const ta = typeOf(a);
  if (ta?.name !== typeOf(b)?.name) return false;
  if (!isComparable(a)) throw new GoError(`runtime error: comparing uncomparable type ${ta?.name}`);
  if (a instanceof Int && b instanceof Int) return a.big === b.big;
  if (a instanceof Float && b instanceof Float) return a.value === b.value;
  if (a instanceof Complex && b instanceof Complex) return a.real === b.real && a.imag === b.imag;
  return ta === undefined || sameObject(a, b);
}

function has(needle: Value, haystack: Value): boolean {
  if (!(haystack instanceof GoSlice)) return false;
  const element = haystack.type.elem?.kind;
  if (element === 'string') return typeof needle === 'string' && haystack.items().includes(needle);
  return element === 'interface' && haystack.items().some((item) => sameInterface(item, needle));
}

function hasAnnotation(object: Value, key: string, value: string): boolean {
  const annotations = asMap(asMap(asMap(object)?.get('metadata'))?.get('annotations'));
  const found = annotations?.get(key);
  return found !== undefined && sprint([found]) === value;
}

function quietYaml(v: Value): string {
  try {
    return toYaml(v).replace(/\n$/, '');
  } catch (cause) {
    if (cause instanceof GoError && cause.limit === undefined) return '';
    throw cause;
  }
}

/** The autopilot's own functions that need no cluster. */
export const autopilotFunctions: FunctionMap = {
  dig: variadic([], P.any, dig),
  has: def([P.any, P.any], has),
  hasAnnotation: def([P.any, P.string, P.string], hasAnnotation),
  fromYaml: def([P.string], fromYaml),
  toYaml: def([P.any], quietYaml),
  gzip: def([P.string], (s) => fromBytes(gzip(toBytes(s)))),
};
