import { GoError } from '../errors.ts';
import { shortestDecimal } from '../fmt/decimal.ts';
import { formatFloat } from '../fmt/float.ts';
import type { Value } from '../value/value.ts';
import { toFloat64 } from './cast.ts';

/** A number of shopspring/decimal: value × 10^exponent. */
export interface BigDecimal {
  readonly value: bigint;
  readonly exponent: number;
}

const DIVISION_PRECISION = 16;

function fromFloat(f: number): BigDecimal {
  if (!Number.isFinite(f)) throw new GoError(`Cannot create a Decimal from ${formatFloat(f, 'g', -1)}`);
  const d = shortestDecimal(f);
  if (d.digits === '') return { value: 0n, exponent: 0 };
  const value = BigInt(d.digits);
  return { value: d.negative ? -value : value, exponent: d.point - d.digits.length };
}

function toFloat(d: BigDecimal): number {
  return d.value === 0n ? 0 : Number(`${d.value}e${d.exponent}`);
}

function scaled(d: BigDecimal, exponent: number): bigint {
  return d.value * 10n ** BigInt(d.exponent - exponent);
}

export function add(a: BigDecimal, b: BigDecimal): BigDecimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return { value: scaled(a, exponent) + scaled(b, exponent), exponent };
}

export function subtract(a: BigDecimal, b: BigDecimal): BigDecimal {
  return add(a, { value: -b.value, exponent: b.exponent });
}

export function multiply(a: BigDecimal, b: BigDecimal): BigDecimal {
  return { value: a.value * b.value, exponent: a.exponent + b.exponent };
}

/** Sixteen places after the point, the last one rounded half away from zero. */
export function divide(a: BigDecimal, b: BigDecimal): BigDecimal {
  if (b.value === 0n) throw new GoError('decimal division by 0');
  // a / b × 10^16 as a fraction of integers.
  const shift = a.exponent - b.exponent + DIVISION_PRECISION;
  const top = (a.value < 0n ? -a.value : a.value) * (shift > 0 ? 10n ** BigInt(shift) : 1n);
  const bottom = (b.value < 0n ? -b.value : b.value) * (shift < 0 ? 10n ** BigInt(-shift) : 1n);
  const quotient = (2n * top + bottom) / (2n * bottom);
  const negative = a.value < 0n !== b.value < 0n;
  return { value: negative ? -quotient : quotient, exponent: -DIVISION_PRECISION };
}

/** Sprig's execDecimalOp: folds the operands as decimals and gives a float64. */
export function fold(first: Value, rest: readonly Value[], operation: (a: BigDecimal, b: BigDecimal) => BigDecimal): number {
  let result = fromFloat(toFloat64(first));
  for (const v of rest) result = operation(result, fromFloat(toFloat64(v)));
  return toFloat(result);
}
