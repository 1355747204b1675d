import { GoError } from '../errors.ts';
import { isTrue } from '../exec/truth.ts';
import { sprint, sprintln } from '../fmt/printer.ts';
import { sprintf } from '../fmt/printf.ts';
import { def, P, variadic } from '../value/define.ts';
import type { CallContext, FunctionMap } from '../value/function.ts';
import { GoFunction } from '../value/function.ts';
import { int } from '../value/number.ts';
import type { Value } from '../value/value.ts';
import { callValue } from './call-value.ts';
import { equal, less, lessOrEqual } from './compare.ts';
import { htmlEscape, jsEscape, queryEscape } from './escape.ts';
import { index, length, slice } from './index-slice.ts';

/** evalArgs of Go: how html, js and urlquery see their arguments; nil prints as no value. */
function printed(args: readonly Value[]): string {
  return sprint(args.map((v) => (v === null || v === undefined ? '<no value>' : v)));
}

function neverCalled(): never {
  throw new GoError('unreachable');
}

/** The functions that every template has (text/template/funcs.go). */
export const builtinFunctions: FunctionMap = {
  // The evaluator itself does and, or: they do not evaluate all of their arguments.
  and: variadic([P.value], P.value, neverCalled, 'all'),
  or: variadic([P.value], P.value, neverCalled, 'all'),
  call: variadic([P.value], P.value, (name, args, context: CallContext) => {
    const [fn, ...rest] = args;
    return callValue(typeof name === 'string' ? name : '', fn, rest, context);
  }),
  html: variadic([], P.any, (args) => htmlEscape(printed(args))),
  index: variadic([P.value], P.value, (item, indexes) => index(item, indexes)),
  slice: variadic([P.value], P.value, (item, indexes) => slice(item, indexes)),
  js: variadic([], P.any, (args) => jsEscape(printed(args))),
  len: def([P.value], (item) => int(length(item))),
  not: def([P.value], (v) => !isTrue(v), 'all'),
  print: variadic([], P.any, (args) => sprint(args)),
  printf: variadic([P.string], P.any, (format, args) => sprintf(format, args)),
  println: variadic([], P.any, (args) => sprintln(args)),
  urlquery: variadic([], P.any, (args) => queryEscape(printed(args))),
  eq: variadic([P.value], P.value, (first, others) => equal(first, others)),
  ne: def([P.value, P.value], (a, b) => !equal(a, [b])),
  lt: def([P.value, P.value], (a, b) => less(a, b)),
  le: def([P.value, P.value], (a, b) => lessOrEqual(a, b)),
  gt: def([P.value, P.value], (a, b) => !lessOrEqual(a, b)),
  ge: def([P.value, P.value], (a, b) => !less(a, b)),
};

/** Whether a value is one that `call` can call. */
export function isCallable(v: Value): v is GoFunction {
  return v instanceof GoFunction;
}
