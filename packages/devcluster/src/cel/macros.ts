/** Macros: calls that stand for folds. */
import { ACCUMULATOR, type Comprehension, call, type Expression, ident, list, literal } from './ast.ts';
import type { CelProblem } from './errors.ts';

interface MacroCall {
  readonly at: number;
  readonly target: Expression | undefined;
  readonly args: readonly Expression[];
}

type Macro = (call: MacroCall, problems: CelProblem[]) => Expression | undefined;

const accu = (at: number): Expression => ident(at, ACCUMULATOR);
const NAME = 'argument must be a simple name';

function nameOf(expression: Expression | undefined, problems: CelProblem[]): string | undefined {
  if (expression?.kind === 'ident' && expression.name !== ACCUMULATOR) return expression.name;
  problems.push({ offset: expression?.at ?? 0, message: NAME });
  return undefined;
}

interface FoldParts {
  readonly start: Expression;
  readonly condition: Expression;
  readonly step: Expression;
  readonly result: Expression;
}

/** A macro of `variables` names and the expressions after them. */
function fold(variables: number, parts: (at: number, rest: readonly Expression[], first: string) => FoldParts): Macro {
  return ({ at, target, args }, problems) => {
    if (target === undefined) return undefined;
    const names = args.slice(0, variables).map((arg) => nameOf(arg, problems));
    const [first, second] = names;
    if (first === undefined || (variables === 2 && second === undefined)) return literal(at, false);
    if (first === second) problems.push({ offset: args[1]?.at ?? at, message: `duplicate variable name: ${first}` });
    const made: Comprehension = {
      kind: 'fold',
      at,
      range: target,
      first,
      second,
      accumulator: ACCUMULATOR,
      ...parts(at, args.slice(variables), first),
    };
    return made;
  };
}

const all = (variables: number): Macro =>
  fold(variables, (at, [test]) => ({
    start: literal(at, true),
    condition: call(at, '@not_strictly_false', accu(at)),
    step: call(at, '_&&_', accu(at), some(test)),
    result: accu(at),
  }));

const exists = (variables: number): Macro =>
  fold(variables, (at, [test]) => ({
    start: literal(at, false),
    condition: call(at, '@not_strictly_false', call(at, '!_', accu(at))),
    step: call(at, '_||_', accu(at), some(test)),
    result: accu(at),
  }));

const existsOne = (variables: number): Macro =>
  fold(variables, (at, [test]) => ({
    start: literal(at, 0n),
    condition: literal(at, true),
    step: call(at, '_?_:_', some(test), call(at, '_+_', accu(at), literal(at, 1n)), accu(at)),
    result: call(at, '_==_', accu(at), literal(at, 1n)),
  }));

const some = (expression: Expression | undefined): Expression => expression ?? literal(0, false);

/** Collects a list: of what `last` is, where the test before it holds. */
const collect = (variables: number): Macro =>
  fold(variables, (at, rest) => {
    const added = call(at, '_+_', accu(at), list(at, some(rest[rest.length - 1])));
    return { start: list(at), condition: literal(at, true), step: when(at, rest, added), result: accu(at) };
  });

const when = (at: number, rest: readonly Expression[], then: Expression): Expression =>
  rest.length === 2 ? call(at, '_?_:_', some(rest[0]), then, accu(at)) : then;

const filter: Macro = fold(1, (at, [test], first) => ({
  start: list(at),
  condition: literal(at, true),
  step: call(at, '_?_:_', some(test), call(at, '_+_', accu(at), list(at, ident(at, first))), accu(at)),
  result: accu(at),
}));

const toMap = (byEntry: boolean): Macro =>
  fold(2, (at, rest, first) => {
    const value = some(rest[rest.length - 1]);
    const added = byEntry ? call(at, 'cel.@mapInsert', accu(at), value) : call(at, 'cel.@mapInsert', accu(at), ident(at, first), value);
    return { start: { kind: 'map', at, entries: [] }, condition: literal(at, true), step: when(at, rest, added), result: accu(at) };
  });

const has: Macro = ({ at, args }, problems) => {
  const [arg] = args;
  if (arg?.kind === 'select' && !arg.test) return { ...arg, at, test: true };
  problems.push({ offset: arg?.at ?? 0, message: 'invalid argument to has() macro' });
  return literal(arg?.at ?? 0, false);
};

/** A name for a value within an expression, as a fold over nothing. */
function bind(at: number, name: string, value: Expression, within: Expression): Expression {
  return {
    kind: 'fold',
    at,
    range: list(at),
    first: '#unused',
    second: undefined,
    accumulator: name,
    start: value,
    condition: literal(at, false),
    step: ident(at, name),
    result: within,
  };
}

const optionalMap =
  (flat: boolean): Macro =>
  ({ at, target, args }, problems) => {
    const name = nameOf(args[0], problems);
    if (target === undefined || name === undefined) return undefined;
    const member = (method: string): Expression => ({ kind: 'call', at, name: method, target, args: [] });
    const mapped = bind(at, name, member('value'), some(args[1]));
    return call(at, '_?_:_', member('hasValue'), flat ? mapped : call(at, 'optional.of', mapped), call(at, 'optional.none'));
  };

const celBind: Macro = ({ at, target, args }, problems) => {
  if (target?.kind !== 'ident' || target.name !== 'cel') return undefined;
  const name = nameOf(args[0], problems);
  return name === undefined ? undefined : bind(at, name, some(args[1]), some(args[2]));
};

const MACROS: Readonly<Record<string, Macro>> = {
  'has:1': has,
  'all:2.': all(1),
  'all:3.': all(2),
  'exists:2.': exists(1),
  'exists:3.': exists(2),
  'exists_one:2.': existsOne(1),
  'existsOne:2.': existsOne(1),
  'exists_one:3.': existsOne(2),
  'existsOne:3.': existsOne(2),
  'map:2.': collect(1),
  'map:3.': collect(1),
  'filter:2.': filter,
  'transformList:3.': collect(2),
  'transformList:4.': collect(2),
  'transformMap:3.': toMap(false),
  'transformMap:4.': toMap(false),
  'transformMapEntry:3.': toMap(true),
  'transformMapEntry:4.': toMap(true),
  'optMap:2.': optionalMap(false),
  'optFlatMap:2.': optionalMap(true),
  'bind:3.': celBind,
};

/** What a call stands for when it is a macro. */
export function expand(name: string, macroCall: MacroCall, problems: CelProblem[]): Expression | undefined {
  const key = `${name}:${macroCall.args.length}${macroCall.target === undefined ? '' : '.'}`;
  return Object.hasOwn(MACROS, key) ? MACROS[key]?.(macroCall, problems) : undefined;
}
