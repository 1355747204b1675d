/** Operators, size() and what else belongs to the language itself. */
import { CelFault } from '../errors.ts';
import type { Library } from '../library.ts';
import { int, uint } from '../ranges.ts';
import { CelDuration, CelTimestamp, CelTypeValue, type CelUint, compare, equal, keyOf, typeOf, Unordered } from '../values.ts';

const dividable = (by: bigint, words: string): bigint => {
  if (by === 0n) throw new CelFault(words);
  return by;
};

const ARITHMETIC: readonly (readonly [string, (a: bigint, b: bigint) => bigint, ((a: number, b: number) => number) | undefined])[] = [
  ['_+_', (a, b) => a + b, (a, b) => a + b],
  ['_-_', (a, b) => a - b, (a, b) => a - b],
  ['_*_', (a, b) => a * b, (a, b) => a * b],
  ['_/_', (a, b) => a / dividable(b, 'division by zero'), (a, b) => a / b],
  ['_%_', (a, b) => a % dividable(b, 'modulus by zero'), undefined],
];

function addArithmetic(library: Library): void {
  for (const [name, exact, inexact] of ARITHMETIC) {
    library.add(`${name}(int, int): int`, (a: bigint, b: bigint) => int(exact(a, b)));
    library.add(`${name}(uint, uint): uint`, (a: CelUint, b: CelUint) => uint(exact(a.value, b.value)));
    if (inexact !== undefined) library.add(`${name}(double, double): double`, inexact);
  }
  library.add('-_(int): int', (a: bigint) => int(-a));
  library.add('-_(double): double', (a: number) => -a);
  library.add('!_(bool): bool', (a: boolean) => !a);
  library.add('_+_(string, string): string', (a: string, b: string) => a + b);
  library.add('_+_(bytes, bytes): bytes', (a: Uint8Array, b: Uint8Array) => Buffer.concat([a, b]));
  library.add('_+_(list<A>, list<A>): list<A>', (a: unknown[], b: unknown[]) => concat(a, b));
  library.add('_+_(duration, duration): duration', (a: CelDuration, b: CelDuration) => new CelDuration(a.nanos + b.nanos));
  library.add('_+_(timestamp, duration): timestamp', (a: CelTimestamp, b: CelDuration) => new CelTimestamp(a.nanos + b.nanos));
  library.add('_+_(duration, timestamp): timestamp', (a: CelDuration, b: CelTimestamp) => new CelTimestamp(a.nanos + b.nanos));
  library.add('_-_(duration, duration): duration', (a: CelDuration, b: CelDuration) => new CelDuration(a.nanos - b.nanos));
  library.add('_-_(timestamp, duration): timestamp', (a: CelTimestamp, b: CelDuration) => new CelTimestamp(a.nanos - b.nanos));
  library.add('_-_(timestamp, timestamp): duration', (a: CelTimestamp, b: CelTimestamp) => new CelDuration(a.nanos - b.nanos));
}

/** Sets take up what they lack; map lists replace the item of the same keys. */
function concat(a: unknown[], b: unknown[]): unknown[] {
  return a instanceof Unordered ? a.merge(b) : [...a, ...b];
}

const ORDERED = ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration'];
const NUMBERS = ['int', 'uint', 'double'];
const ORDERS: readonly (readonly [string, (order: number) => boolean])[] = [
  ['_<_', (order) => order < 0],
  ['_<=_', (order) => order <= 0],
  ['_>_', (order) => order > 0],
  ['_>=_', (order) => order >= 0],
];

function addOrders(library: Library): void {
  for (const [name, holds] of ORDERS) {
    const run = (a: unknown, b: unknown): boolean => {
      const order = compare(a, b);
      if (order === undefined) throw new CelFault('NaN values cannot be ordered');
      return holds(order);
    };
    for (const type of ORDERED) library.add(`${name}(${type}, ${type}): bool`, run);
    for (const left of NUMBERS) for (const right of NUMBERS) if (left !== right) library.add(`${name}(${left}, ${right}): bool`, run);
  }
  library.add('_==_(A, A): bool', equal);
  library.add('_!=_(A, A): bool', (a: unknown, b: unknown) => !equal(a, b));
}

export function addOperators(library: Library): void {
  addArithmetic(library);
  addOrders(library);
  for (const name of ['_&&_', '_||_']) library.add(`${name}(bool, bool): bool`, () => false);
  library.add('_?_:_(bool, A, A): A', () => null);
  library.add('@not_strictly_false(bool): bool', () => true);
  library.add('_[_](list<A>, int): A', () => null);
  library.add('_[_](map<A, B>, A): B', () => null);
  library.add('_[_](optional<list<A>>, int): optional<A>', () => null);
  library.add('_[_](optional<map<A, B>>, A): optional<B>', () => null);
  library.add('_[?_](list<A>, int): optional<A>', () => null);
  library.add('_[?_](map<A, B>, A): optional<B>', () => null);
  library.add('_[?_](optional<list<A>>, int): optional<A>', () => null);
  library.add('_[?_](optional<map<A, B>>, A): optional<B>', () => null);
  library.add('@in(A, list<A>): bool', (value: unknown, list: unknown[]) => list.some((one) => equal(one, value)));
  library.add('@in(A, map<A, B>): bool', (value: unknown, map: Map<unknown, unknown>) => map.has(keyOf(value)));
  library.add('dyn(A): dyn', (value: unknown) => value);
  library.add('type(A): type', (value: unknown) => new CelTypeValue(TYPE_NAMES[typeOf(value)] ?? typeOf(value)));
  const sizes: readonly (readonly [string, (value: never) => number])[] = [
    ['string', (value: string) => [...value].length],
    ['bytes', (value: Uint8Array) => value.length],
    ['list<A>', (value: unknown[]) => value.length],
    ['map<A, B>', (value: Map<unknown, unknown>) => value.size],
  ];
  for (const [type, size] of sizes) {
    library.add(`size(${type}): int`, (value: never) => BigInt(size(value)));
    library.add(`${type}.size(): int`, (value: never) => BigInt(size(value)));
  }
  library.add('::cel.@mapInsert(map<A, B>, A, B): map<A, B>', (map: Map<unknown, unknown>, key: unknown, value: unknown) =>
    inserted(map, [[keyOf(key), value]]),
  );
  library.add('::cel.@mapInsert(map<A, B>, map<A, B>): map<A, B>', (map: Map<unknown, unknown>, more: Map<unknown, unknown>) =>
    inserted(map, [...more]),
  );
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  null: 'null_type',
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
};

function inserted(map: Map<unknown, unknown>, entries: readonly (readonly [unknown, unknown])[]): Map<unknown, unknown> {
  const out = new Map(map);
  for (const [key, value] of entries) {
    if (out.has(key)) throw new CelFault(`insert failed: key ${String(key)} already exists`);
    out.set(key, value);
  }
  return out;
}
