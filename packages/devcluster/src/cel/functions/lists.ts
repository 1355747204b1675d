/** List and set functions. */
import { CelFault } from '../errors.ts';
import type { Library } from '../library.ts';
import { CelDuration, CelUint, compare, equal } from '../values.ts';

const has = (list: readonly unknown[], value: unknown): boolean => list.some((one) => equal(one, value));
const sorted = (list: readonly unknown[]): boolean => list.every((one, i) => i === 0 || (compare(list[i - 1], one) ?? 0) <= 0);

function extreme(name: string, better: (order: number) => boolean) {
  return (list: readonly unknown[]): unknown => {
    const [first, ...rest] = list;
    if (list.length === 0) throw new CelFault(`${name} called on empty list`);
    return rest.reduce((best, one) => (better(compare(one, best) ?? 0) ? one : best), first);
  };
}

const distinct = (list: readonly unknown[]): unknown[] => list.filter((one, i) => !has(list.slice(0, i), one));

function flatten(list: readonly unknown[], depth: bigint): unknown[] {
  if (depth < 0n) throw new CelFault('level must be non-negative');
  return list.flatMap((one) => (Array.isArray(one) && depth > 0n ? flatten(one, depth - 1n) : [one]));
}

function slice(list: readonly unknown[], start: bigint, end: bigint): unknown[] {
  if (start < 0n || end < 0n) throw new CelFault(`cannot slice(${start}, ${end}), negative indexes not supported`);
  if (start > end) throw new CelFault(`cannot slice(${start}, ${end}), start index must be less than or equal to end index`);
  if (BigInt(list.length) < end) throw new CelFault(`cannot slice(${start}, ${end}), list is length ${list.length}`);
  return list.slice(Number(start), Number(end));
}

const SUMS: Readonly<Record<string, (list: never) => unknown>> = {
  int: (list: readonly bigint[]) => list.reduce((a, b) => a + b, 0n),
  uint: (list: readonly CelUint[]) => new CelUint(list.reduce((a, { value }) => a + value, 0n)),
  double: (list: readonly number[]) => list.reduce((a, b) => a + b, 0),
  duration: (list: readonly CelDuration[]) => new CelDuration(list.reduce((a, { nanos }) => a + nanos, 0n)),
};

const ORDERED = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];
const order = (a: unknown, b: unknown): number => compare(a, b) ?? 0;

export function addLists(library: Library): void {
  for (const type of ORDERED) {
    library.add(`list<${type}>.isSorted(): bool`, sorted);
    const min = extreme('min', (found) => found < 0);
    const max = extreme('max', (found) => found > 0);
    library.add(`list<${type}>.min(): ${type}`, min);
    library.add(`list<${type}>.max(): ${type}`, max);
    library.add(`list<${type}>.sort(): list<${type}>`, (list: unknown[]) => [...list].sort(order));
  }
  for (const [type, sum] of Object.entries(SUMS)) library.add(`list<${type}>.sum(): ${type}`, sum);
  library.add('list<A>.indexOf(A): int', (list: unknown[], value: unknown) => BigInt(list.findIndex((one) => equal(one, value))));
  library.add('list<A>.lastIndexOf(A): int', (list: unknown[], value: unknown) => BigInt(list.findLastIndex((one) => equal(one, value))));
  library.add('list<A>.distinct(): list<A>', distinct);
  library.add('list<A>.reverse(): list<A>', (list: unknown[]) => [...list].reverse());
  library.add('list<list<A>>.flatten(): list<A>', (list: unknown[]) => flatten(list, 1n));
  library.add('list<dyn>.flatten(int): list<dyn>', flatten);
  library.add('list<A>.slice(int, int): list<A>', slice);
  library.add('::lists.range(int): list<int>', (count: bigint) => Array.from({ length: Number(count) }, (_, i) => BigInt(i)));
  const contains = (list: unknown[], other: unknown[]): boolean => other.every((one) => has(list, one));
  library.add('::sets.contains(list<A>, list<A>): bool', contains);
  library.add('::sets.equivalent(list<A>, list<A>): bool', (a: unknown[], b: unknown[]) => contains(a, b) && contains(b, a));
  library.add('::sets.intersects(list<A>, list<A>): bool', (a: unknown[], b: unknown[]) => a.some((one) => has(b, one)));
}
