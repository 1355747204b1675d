/** References to other objects by parts of a path. */
import type { JsonObject } from '@caretaker/kube';
import { required } from './field-errors.ts';
import { pathSegment } from './formats.ts';
import { type Errors, format, str } from './read.ts';

/** A member that must be there and can stand in a path. */
export function requiredSegment(object: JsonObject, name: string, at: string, errors: Errors): void {
  const value = str(object, name);
  if (value === '') errors.push(required(`${at}.${name}`));
  else format(`${at}.${name}`, value, pathSegment, errors);
}
