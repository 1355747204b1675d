/** What a call has cost, by the values that it was given: the target first, where there is one. A call that is not here cost 1. */
import type { Overload } from '../library.ts';
import { CelOpaque, CelOptional, CelStruct } from '../values.ts';

const TEXT = 0.1;
const PATTERN = 0.25;

type Actual = (args: readonly unknown[], result: unknown) => number;

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return [...value].length;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  if (value instanceof Map) return value.size;
  if (value instanceof CelStruct) return value.fields.size;
  return value instanceof CelOptional && value.present ? sizeOf(value.value) : 1;
}

const reading =
  (factor = TEXT): Actual =>
  ([first]) =>
    Math.ceil(sizeOf(first) * factor);

const matching: Actual = ([text, pattern]) => Math.ceil((1 + sizeOf(text)) * TEXT) * Math.ceil(sizeOf(pattern) * PATTERN);

/** One comparison per item, and reading the items where they are texts. */
const perItem: Actual = ([list]) =>
  Array.isArray(list)
    ? list.reduce((sum: number, item: unknown) => sum + (typeof item === 'string' ? Math.ceil(1 + sizeOf(item) * TEXT) : 1), 0)
    : Math.ceil(sizeOf(list) * TEXT);

const comparing: Actual = ([a, b]) => (a instanceof CelOpaque ? 1 : Math.ceil(Math.min(sizeOf(a), sizeOf(b)) * TEXT));
const ordering: Actual = (args) => (typeof args[0] === 'string' || args[0] instanceof Uint8Array ? comparing(args, undefined) : 1);

/** A call, a new list, and so much work. */
const allocated = (work: number): number => 11 + Math.trunc(work);

/** Every item is compared with every other. */
const comparingAll: Actual = ([list]) => {
  const isText = Array.isArray(list) && (typeof list[0] === 'string' || list[0] instanceof Uint8Array);
  return allocated((isText ? 2 + TEXT : 2) * sizeOf(list) ** 2);
};

const pairs =
  (factor: number): Actual =>
  ([a, b]) =>
    1 + factor * sizeOf(a) * sizeOf(b);

const named = (names: string, actual: Actual): [string, Actual][] => names.split(' ').map((name) => [name, actual]);

const ACTUAL: ReadonlyMap<string, Actual> = new Map([
  ...named('check', () => 350_000),
  ...named('isSorted sum max min indexOf lastIndexOf', perItem),
  ...named(
    'url lowerAscii upperAscii substring trim jsonpatch.escapeKey cidr ip isIP isCIDR quantity isQuantity semver isSemver startsWith endsWith strings.quote format',
    reading(),
  ),
  ...named('replace split ip.isCanonical', reading(2 * TEXT)),
  ...named('join', (_args, result) => Math.ceil(sizeOf(result) * 2 * TEXT)),
  ...named('find findAll matches', matching),
  ...named('validate', ([, text]) => Math.ceil((1 + sizeOf(text)) * TEXT) * Math.ceil(128 * PATTERN)),
  ...named('contains', ([text, part]) => Math.ceil(sizeOf(text) * TEXT) * Math.ceil(sizeOf(part) * TEXT)),
  ...named('@in', ([, list]) => (Array.isArray(list) ? list.length : 1)),
  ...named('_==_ _!=_', comparing),
  ...named('_<_ _<=_ _>_ _>=_', ordering),
  ...named('_+_', ([a, b], result) => (typeof result === 'string' ? Math.ceil((sizeOf(a) + sizeOf(b)) * TEXT) : 1)),
  ...named('reverse slice lists.range', (_args, result) => allocated(sizeOf(result))),
  ...named('flatten', ([list, depth]) => allocated(sizeOf(list) * (depth === undefined ? 1 : Number(depth)))),
  ...named('distinct sort', comparingAll),
  ...named('sets.contains sets.intersects', pairs(1)),
  ...named('sets.equivalent', pairs(2)),
]);

export function actualCost({ name }: Overload, args: readonly unknown[], result: unknown): number {
  return ACTUAL.get(name)?.(args, result) ?? 1;
}
