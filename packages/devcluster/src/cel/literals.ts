/** Literal arguments that can be judged before anything is evaluated. */
import type { Expression } from './ast.ts';
import type { CelProblem } from './errors.ts';
import { parseDuration, parseTimestamp } from './functions/conversions.ts';
import { isPattern } from './functions/strings.ts';

const JUDGES: Readonly<Record<string, (text: string) => boolean>> = {
  matches: isPattern,
  duration: (text) => parseDuration(text) !== undefined,
  timestamp: (text) => parseTimestamp(text) !== undefined,
};

/** Every part of an expression, the whole first. */
export function* parts(expression: Expression): Generator<Expression> {
  yield expression;
  for (const child of children(expression)) yield* parts(child);
}

function children(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'select':
      return [expression.operand];
    case 'call':
      return expression.target === undefined ? expression.args : [expression.target, ...expression.args];
    case 'list':
      return expression.items.map((item) => item.value);
    case 'map':
      return expression.entries.flatMap((entry) => [entry.key, entry.value]);
    case 'struct':
      return expression.fields.map((field) => field.value);
    case 'fold':
      return [expression.range, expression.start, expression.condition, expression.step, expression.result];
    default:
      return [];
  }
}

export function literalProblems(expression: Expression): CelProblem[] {
  const found: CelProblem[] = [];
  for (const part of parts(expression)) {
    if (part.kind !== 'call' || !Object.hasOwn(JUDGES, part.name)) continue;
    const arg = part.args[part.args.length - 1];
    if (arg?.kind !== 'literal' || typeof arg.value !== 'string') continue;
    if (JUDGES[part.name]?.(arg.value) === false) found.push({ offset: arg.at, message: `invalid ${part.name} argument` });
  }
  return found;
}
