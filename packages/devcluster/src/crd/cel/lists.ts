/** List and set functions. */
import type { Environment } from '@marcbachmann/cel-js';

type Comparable = bigint | number | string | boolean;

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => equal(one, b[i]));
  if (typeof a === 'bigint' && typeof b === 'number') return Number(a) === b;
  if (typeof a === 'number' && typeof b === 'bigint') return a === Number(b);
  const one = members(a);
  const two = members(b);
  return one !== undefined && two !== undefined && one.size === two.size && [...one].every(([k, v]) => two.has(k) && equal(v, two.get(k)));
}

function members(value: unknown): Map<unknown, unknown> | undefined {
  if (value instanceof Map) return value;
  const plain = typeof value === 'object' && value !== null && !Array.isArray(value) && value.constructor === Object;
  return plain ? new Map(Object.entries(value)) : undefined;
}

const has = (list: readonly unknown[], value: unknown): boolean => list.some((one) => equal(one, value));
const sorted = (list: readonly Comparable[]): boolean => list.every((one, i) => i === 0 || (list[i - 1] as Comparable) <= one);

function sum(list: readonly unknown[]): unknown {
  if (list.length === 0) return 0n;
  if (list.every((one) => typeof one === 'bigint')) return list.reduce((a: bigint, b) => a + b, 0n);
  return list.reduce((a: number, b) => a + Number(b), 0);
}

function extreme(name: string, better: (a: Comparable, b: Comparable) => boolean) {
  return (list: readonly Comparable[]): Comparable => {
    const [first, ...rest] = list;
    if (first === undefined) throw new Error(`${name} called on empty list`);
    return rest.reduce((best, one) => (better(one, best) ? one : best), first);
  };
}

const distinct = (list: readonly unknown[]): unknown[] => list.filter((one, i) => !has(list.slice(0, i), one));

function flatten(list: readonly unknown[], depth: bigint): unknown[] {
  if (depth < 0n) throw new Error('level must be non-negative');
  return list.flatMap((one) => (Array.isArray(one) && depth > 0n ? flatten(one, depth - 1n) : [one]));
}

function slice(list: readonly unknown[], start: bigint, end: bigint): unknown[] {
  if (start < 0n || end < 0n) throw new Error(`cannot slice(${start}, ${end}), negative indexes not supported`);
  if (start > end) throw new Error(`cannot slice(${start}, ${end}), start index must be less than or equal to end index`);
  if (BigInt(list.length) < end) throw new Error(`cannot slice(${start}, ${end}), list is length ${list.length}`);
  return list.slice(Number(start), Number(end));
}

export function registerLists(env: Environment): void {
  env.registerFunction('list.isSorted(): bool', sorted);
  env.registerFunction('list.sum(): dyn', sum);
  env.registerFunction(
    'list.min(): dyn',
    extreme('min', (a, b) => a < b),
  );
  env.registerFunction(
    'list.max(): dyn',
    extreme('max', (a, b) => a > b),
  );
  env.registerFunction('list.indexOf(dyn): int', (list: unknown[], value: unknown) => BigInt(list.findIndex((one) => equal(one, value))));
  env.registerFunction('list.lastIndexOf(dyn): int', (list: unknown[], value: unknown) =>
    BigInt(list.findLastIndex((one) => equal(one, value))),
  );
  env.registerFunction('list.distinct(): list', distinct);
  env.registerFunction('list.reverse(): list', (list: unknown[]) => [...list].reverse());
  env.registerFunction('list.flatten(): list', (list: unknown[]) => flatten(list, 1n));
  env.registerFunction('list.flatten(int): list', flatten);
  env.registerFunction('list.slice(int, int): list', slice);
  env.registerFunction('list.sort(): list', (list: Comparable[]) => [...list].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  registerSets(env);
  class ListsNamespace {}
  env.registerType('ListsNamespace', ListsNamespace);
  env.registerConstant('lists', 'ListsNamespace', new ListsNamespace());
  env.registerFunction('ListsNamespace.range(int): list<int>', (_: unknown, count: bigint) =>
    Array.from({ length: Number(count) }, (_unused, i) => BigInt(i)),
  );
}

function registerSets(env: Environment): void {
  class SetsNamespace {}
  env.registerType('SetsNamespace', SetsNamespace);
  env.registerConstant('sets', 'SetsNamespace', new SetsNamespace());
  const contains = (list: unknown[], other: unknown[]): boolean => other.every((one) => has(list, one));
  env.registerFunction('SetsNamespace.contains(list, list): bool', (_: unknown, a: unknown[], b: unknown[]) => contains(a, b));
  env.registerFunction(
    'SetsNamespace.equivalent(list, list): bool',
    (_: unknown, a: unknown[], b: unknown[]) => contains(a, b) && contains(b, a),
  );
  env.registerFunction('SetsNamespace.intersects(list, list): bool', (_: unknown, a: unknown[], b: unknown[]) =>
    a.some((one) => has(b, one)),
  );
}
