import type { JsonObject } from '@caretaker/kube';
import { compileCel } from './cel.ts';
import { textOf } from './json-members.ts';

/** All conditions hold. Throws CelError when one cannot be evaluated and none is false. */
export function conditionsHold(conditions: readonly JsonObject[], variables: Readonly<Record<string, unknown>>): boolean {
  let problem: unknown;
  for (const condition of conditions) {
    try {
      if (compileCel(textOf(condition['expression']))(variables) === false) return false;
    } catch (error) {
      problem ??= error;
    }
  }
  if (problem !== undefined) throw problem;
  return true;
}
