import type { JsonObject } from '@caretaker/kube';
import type { FieldError } from '../schema/contract.ts';
import type { Structural } from './structural.ts';

/** Evaluates the rules of a schema tree. */
export type RuleCheck = (next: JsonObject, live: JsonObject | undefined, errors: FieldError[]) => void;

/** Undefined when the schema has no rules. */
export function compileRules(_schema: Structural): RuleCheck | undefined {
  return undefined;
}
