import type { GoType } from './types.ts';
import { T } from './types.ts';

/** A Go integer of any of the integer types: the type and a value already wrapped to its width. */
export class Int {
  readonly type: GoType;
  readonly big: bigint;

  constructor(type: GoType, big: bigint) {
    this.type = type;
    this.big = big;
  }

  /** The value as a JavaScript number; rounded beyond 2^53. */
  toNumber(): number {
    return Number(this.big);
  }

  get unsigned(): boolean {
    return this.type.kind.startsWith('uint');
  }
}

/** An integer of a named type with a text of its own: a month, a duration. */
export class NamedInt extends Int {
  readonly text: string;

  constructor(type: GoType, big: bigint, text: string) {
    super(type, big);
    this.text = text;
  }
}

/** A Go float64. */
export class Float {
  readonly type: GoType = T.float64;
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A Go complex128; only literals make one. */
export class Complex {
  readonly type: GoType = T.complex128;
  readonly real: number;
  readonly imag: number;

  constructor(real: number, imag: number) {
    this.real = real;
    this.imag = imag;
  }
}

const SMALL = 1024;
const smallInts = Array.from({ length: SMALL }, (_, i) => new Int(T.int, BigInt(i)));

/** An `int`. Wraps to 64 bits. */
export function int(n: number | bigint): Int {
  if (typeof n === 'number') return smallInts[n] ?? new Int(T.int, BigInt.asIntN(64, BigInt(n)));
  return new Int(T.int, BigInt.asIntN(64, n));
}

/** An `int64`. Wraps to 64 bits. */
export function int64(n: number | bigint): Int {
  return new Int(T.int64, BigInt.asIntN(64, BigInt(n)));
}

/** A `uint8`, what indexing a string gives. */
export function uint8(n: number): Int {
  return new Int(T.uint8, BigInt(n & 0xff));
}

/** A `float64`. */
export function float(n: number): Float {
  return new Float(n);
}

const TWO63 = 2 ** 63;

/** int64(f) as amd64 does it: toward zero; NaN and what does not fit become the smallest integer. */
export function truncateToInt64(f: number): bigint {
  if (Number.isNaN(f) || f >= TWO63 || f < -TWO63) return -(2n ** 63n);
  return BigInt(Math.trunc(f));
}
