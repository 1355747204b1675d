import { GoError } from '../errors.ts';
import { def, P, variadic } from '../value/define.ts';
import { deepEqual } from '../value/equal.ts';
import type { FunctionMap } from '../value/function.ts';
import { kindOf, typeName } from '../value/kind.ts';
import { isEmpty } from './empty.ts';

/** Sprig's defaults, flow control and reflection. */
export const defaultFunctions: FunctionMap = {
  default: variadic([P.any], P.any, (fallback, given) => (given.length === 0 || isEmpty(given[0]) ? fallback : given[0]), 'all'),
  empty: def([P.any], (v) => isEmpty(v), 'all'),
  coalesce: variadic([], P.any, (values) => values.find((v) => !isEmpty(v)) ?? null, 'all'),
  all: variadic([], P.any, (values) => !values.some(isEmpty)),
  any: variadic([], P.any, (values) => values.some((v) => !isEmpty(v))),
  ternary: def([P.any, P.any, P.bool], (yes, no, condition) => (condition ? yes : no), 2),
  fail: def([P.string], (message) => {
    throw new GoError(message);
  }),
  typeOf: def([P.any], (v) => typeName(v)),
  typeIs: def([P.string, P.any], (target, v) => target === typeName(v)),
  typeIsLike: def([P.string, P.any], (target, v) => target === typeName(v) || `*${target}` === typeName(v)),
  kindOf: def([P.any], (v) => kindOf(v)),
  kindIs: def([P.string, P.any], (target, v) => target === kindOf(v)),
  deepEqual: def([P.any, P.any], (a, b) => deepEqual(a, b)),
};
