import type { CallContext } from './function.ts';
import { GoFunction } from './function.ts';
import type { GoMap } from './map.ts';
import type { Float, Int } from './number.ts';
import type { GoSlice } from './slice.ts';
import type { GoType } from './types.ts';
import { T } from './types.ts';
import type { Value } from './value.ts';

/** A parameter: its Go type, and the TypeScript type in which the function receives it. */
export interface Param<V> {
  readonly type: GoType;
  /** Never set; carries V. */
  readonly receives?: V;
}

/** The parameter types that functions declare. */
export const P = {
  any: { type: T.any } as Param<Value>,
  /** As it is: `undefined` when there is no value. */
  value: { type: T.value } as Param<Value>,
  string: { type: T.string } as Param<string>,
  bool: { type: T.bool } as Param<boolean>,
  int: { type: T.int } as Param<Int>,
  uint32: { type: T.uint32 } as Param<Int>,
  float: { type: T.float64 } as Param<Float>,
  map: { type: T.mapAny } as Param<GoMap>,
  list: { type: T.sliceAny } as Param<GoSlice>,
  strings: { type: T.sliceString } as Param<GoSlice>,
} as const;

type Received<A extends readonly Param<unknown>[]> = { [K in keyof A]: A[K] extends Param<infer V> ? V : never };

/** Which parameters accept a missing value (missingkey=handled). */
export type AcceptsMissing = 'all' | 'none' | number;

// The evaluator has checked every argument against its declared type, which is what the casts below rely on.

/** A function of fixed parameters. */
export function def<const A extends readonly Param<unknown>[]>(
  params: A,
  call: (...args: [...Received<A>, CallContext]) => Value,
  acceptsMissing: AcceptsMissing = 'none',
): GoFunction {
  const run = call as (...args: unknown[]) => Value;
  return new GoFunction(
    params.map((p) => p.type),
    false,
    (args, context) => run(...args, context),
    acceptsMissing,
  );
}

/** A variadic function: fixed parameters, then any number of one type, which arrive as an array. */
export function variadic<const A extends readonly Param<unknown>[], R>(
  params: A,
  rest: Param<R>,
  call: (...args: [...Received<A>, R[], CallContext]) => Value,
  acceptsMissing: AcceptsMissing = 'none',
): GoFunction {
  const run = call as (...args: unknown[]) => Value;
  return new GoFunction([...params.map((p) => p.type), rest.type], true, spreading(run, params.length), acceptsMissing);
}

/** Hands over the fixed arguments one by one and the rest as an array; the usual counts without copying more than they must. */
function spreading(run: (...args: unknown[]) => Value, fixed: number): (args: Value[], context: CallContext) => Value {
  if (fixed === 0) return (args, context) => run(args, context);
  if (fixed === 1) return (args, context) => run(args[0], args.slice(1), context);
  return (args, context) => run(...args.slice(0, fixed), args.slice(fixed), context);
}
