import { TemplateError } from '../errors.ts';
import type { Node } from '../parse/node.ts';
import type { GoFunction } from '../value/function.ts';
import { Missing } from '../value/missing.ts';
import type { GoType } from '../value/types.ts';
import { T } from '../value/types.ts';
import type { Value } from '../value/value.ts';
import type { EvalAs, Final } from './evaluator.ts';
import { NO_FINAL } from './evaluator.ts';
import type { State } from './state.ts';
import { validate, validateOrMissing } from './validate.ts';

/** Whether the parameter at a position accepts a missing value. */
export function acceptsMissing(fn: GoFunction, position: number): boolean {
  return fn.acceptsMissing === 'all' || fn.acceptsMissing === position;
}

/** The type of the argument at a position. */
export function parameterType(fn: GoFunction, position: number): GoType {
  return fn.params[Math.min(position, fn.params.length - 1)] ?? T.any;
}

/** Go's complaint about the number of arguments, or undefined. `args` leaves out the piped one. */
export function arityFault(fn: GoFunction, name: string, args: number, piped: boolean): string | undefined {
  const given = args + (piped ? 1 : 0);
  const fixed = fn.params.length - 1;
  if (fn.variadic) return given < fixed ? `wrong number of args for ${name}: want at least ${fixed} got ${args}` : undefined;
  return given === fn.params.length ? undefined : `wrong number of args for ${name}: want ${fn.params.length} got ${given}`;
}

/** Checks a piped value as an argument. */
export function validateFinal(s: State, fn: GoFunction, v: Value, position: number): Value {
  const type = parameterType(fn, position);
  return v instanceof Missing && acceptsMissing(fn, position) ? validateOrMissing(s, v, type) : validate(s, v, type);
}

/**
 * Calls a function with checked arguments; what it throws is reported at the node (safeCall and the end of evalCall). A
 * RangeError is a full stack or memory, which the guard around the render reports.
 */
export function invoke(s: State, fn: GoFunction, node: Node, name: string, args: Value[]): Value {
  try {
    for (const arg of args) s.limiter.handle(arg);
    const result = fn.call(args, s);
    s.limiter.handle(result);
    return result;
  } catch (cause) {
    if (cause instanceof TemplateError || cause instanceof RangeError || !(cause instanceof Error)) throw cause;
    s.node = node;
    return s.fail(`error calling ${name}: ${cause.message}`, cause);
  }
}

/** Calls a method found while running: its parameter types were not known before. */
export function callMethod(
  s: State,
  dot: Value,
  fn: GoFunction,
  node: Node,
  name: string,
  compiled: readonly EvalAs[],
  final: Final,
): Value {
  const fault = arityFault(fn, name, compiled.length, final !== NO_FINAL);
  if (fault !== undefined) return s.fail(fault);
  const args: Value[] = compiled.map((arg, i) => arg(s, dot, parameterType(fn, i)));
  if (final !== NO_FINAL) args.push(validateFinal(s, fn, final, args.length));
  return invoke(s, fn, node, name, args);
}
