import type { JsonObject } from '@caretaker/kube';
import { CelFault } from '../cel/errors.ts';
import type { Scope } from '../cel/evaluate.ts';
import { type CelPlace, programAt } from '../cel/places.ts';
import { textOf } from './json-members.ts';

/** All conditions hold. Throws CelFault when one cannot be evaluated and none is false. */
export function conditionsHold(conditions: readonly JsonObject[], place: CelPlace, scope: Scope): boolean {
  const problems = new Set<string>();
  for (const condition of conditions) {
    const expression = textOf(condition['expression']);
    try {
      if (programAt(expression.trim(), place, 'condition').evaluate(scope) === false) return false;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      problems.add(`expression '${expression}' resulted in error: ${words}`);
    }
  }
  if (problems.size > 0) throw new CelFault(problems.size === 1 ? [...problems].join('') : `[${[...problems].join(', ')}]`);
  return true;
}
