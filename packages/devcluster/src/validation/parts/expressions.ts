/** Expressions of CEL in objects. */

import { CelCompileError } from '../../cel/errors.ts';
import { type CelPlace, compileAt } from '../../cel/places.ts';
import type { CelType } from '../../cel/types.ts';
import { invalid } from './field-errors.ts';
import type { Errors } from './read.ts';

/** The type of an expression, which has to be one of those wanted (any when none are); undefined when it is none. */
export function expressionErrors(
  source: string,
  place: CelPlace,
  wanted: readonly string[],
  at: string,
  errors: Errors,
): CelType | undefined {
  try {
    return compileAt(source, place, wanted).type;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    errors.push(invalid(at, source, error instanceof CelCompileError ? `compilation failed: ${words}` : words));
    return undefined;
  }
}
