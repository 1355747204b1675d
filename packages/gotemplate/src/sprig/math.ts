import { GoError } from '../errors.ts';
import { sprint } from '../fmt/printer.ts';
import { parseInt64 } from '../text/strconv.ts';
import { growCapacity } from '../value/capacity.ts';
import { def, P, variadic } from '../value/define.ts';
import type { CallContext, FunctionMap } from '../value/function.ts';
import type { Int } from '../value/number.ts';
import { Float, float, int, int64 } from '../value/number.ts';
import { GoSlice } from '../value/slice.ts';
import { T } from '../value/types.ts';
import type { Value } from '../value/value.ts';
import { toFloat64, toInt64 } from './cast.ts';
import { add, divide, fold, multiply, subtract } from './decimal-math.ts';
import { powerOfTen } from './pow.ts';

const MAX_INT64 = 2n ** 63n - 1n;

function nonZero(divisor: bigint): bigint {
  if (divisor === 0n) throw new GoError('runtime error: integer divide by zero');
  return divisor;
}

/** Sprig's untilStep: nothing when the step leads away from the end. */
function steps(start: bigint, stop: bigint, step: bigint, context: CallContext): bigint[] {
  const out: bigint[] = [];
  const down = stop < start;
  if (down ? step >= 0n : step <= 0n) return out;
  for (let i = start; down ? i > stop : i < stop; i = BigInt.asIntN(64, i + step)) {
    context.limiter.iterate();
    out.push(i);
  }
  return out;
}

function ints(list: readonly bigint[]): Value {
  return new GoSlice(
    T.sliceInt,
    list.map((n) => int(n)),
    { capacity: growCapacity(list.length, 8, false) },
  );
}

function sequence(params: readonly Int[], context: CallContext): string {
  const [a, b, c] = params.map((p) => p.big);
  const text = (start: bigint, stop: bigint, step: bigint): string => steps(start, BigInt.asIntN(64, stop), step, context).join(' ');
  if (a === undefined || params.length > 3) return '';
  if (b === undefined) {
    const step = a < 1n ? -1n : 1n;
    return text(1n, a + step, step);
  }
  if (c === undefined) {
    const step = b < a ? -1n : 1n;
    return text(a, b + step, step);
  }
  if (c < a && b > 0n) return '';
  return text(a, c + (c < a ? -1n : 1n), b);
}

/** Go's Atoi without its error: 0 for what is no number, the nearest int64 for what is too large. */
function atoi(s: string): bigint {
  const n = parseInt64(s, 10);
  if (typeof n === 'bigint') return n;
  if (n === 'syntax') return 0n;
  return s.startsWith('-') ? -MAX_INT64 - 1n : MAX_INT64;
}

function toDecimal(v: Value): bigint {
  const n = parseInt64(sprint([v]), 8);
  return typeof n === 'bigint' ? n : 0n;
}

function round(v: Value, places: number, roundOn: number): number {
  const pow = powerOfTen(places);
  const digit = pow * toFloat64(v);
  const fraction = Number.isFinite(digit) ? digit - Math.trunc(digit) : Number.NaN;
  return (fraction >= roundOn ? Math.ceil(digit) : Math.floor(digit)) / pow;
}

function extreme(first: Value, rest: readonly Value[], better: (a: bigint, b: bigint) => boolean): Value {
  let best = toInt64(first);
  for (const v of rest) {
    const n = toInt64(v);
    if (better(n, best)) best = n;
  }
  return int64(best);
}

const max = variadic([P.any], P.any, (a, rest) => extreme(a, rest, (x, y) => x > y));

/** Sprig's arithmetic. Integers are int64 and wrap; the …f functions work in decimal and give a float64. */
export const mathFunctions: FunctionMap = {
  atoi: def([P.string], (s) => int(atoi(s))),
  int: def([P.any], (v) => int(toInt64(v))),
  int64: def([P.any], (v) => int64(toInt64(v))),
  float64: def([P.any], (v) => float(toFloat64(v))),
  toDecimal: def([P.any], (v) => int64(toDecimal(v))),
  seq: variadic([], P.int, sequence),
  until: def([P.int], (count, context) => ints(steps(0n, count.big, count.big < 0n ? -1n : 1n, context))),
  untilStep: def([P.int, P.int, P.int], (start, stop, step, context) => ints(steps(start.big, stop.big, step.big, context))),
  add1: def([P.any], (v) => int64(toInt64(v) + 1n)),
  add: variadic([], P.any, (values) => int64(values.reduce((sum: bigint, v) => sum + toInt64(v), 0n))),
  sub: def([P.any, P.any], (a, b) => int64(toInt64(a) - toInt64(b))),
  div: def([P.any, P.any], (a, b) => int64(toInt64(a) / nonZero(toInt64(b)))),
  mod: def([P.any, P.any], (a, b) => int64(toInt64(a) % nonZero(toInt64(b)))),
  mul: variadic([P.any], P.any, (a, rest) =>
    int64(rest.reduce((product: bigint, v) => BigInt.asIntN(64, product * toInt64(v)), toInt64(a))),
  ),
  max,
  biggest: max,
  min: variadic([P.any], P.any, (a, rest) => extreme(a, rest, (x, y) => x < y)),
  maxf: variadic([P.any], P.any, (a, rest) => float(rest.reduce((best: number, v) => Math.max(best, toFloat64(v)), toFloat64(a)))),
  minf: variadic([P.any], P.any, (a, rest) => float(rest.reduce((best: number, v) => Math.min(best, toFloat64(v)), toFloat64(a)))),
  ceil: def([P.any], (v) => float(Math.ceil(toFloat64(v)))),
  floor: def([P.any], (v) => float(Math.floor(toFloat64(v)))),
  round: variadic([P.any, P.int], P.float, (v, places, on) => float(round(v, places.toNumber(), on[0]?.value ?? 0.5))),
  add1f: def([P.any], (v) => float(fold(v, [int(1)], add))),
  addf: variadic([], P.any, (values) => float(fold(new Float(0), values, add))),
  subf: variadic([P.any], P.any, (a, rest) => float(fold(a, rest, subtract))),
  divf: variadic([P.any], P.any, (a, rest) => float(fold(a, rest, divide))),
  mulf: variadic([P.any], P.any, (a, rest) => float(fold(a, rest, multiply))),
};
