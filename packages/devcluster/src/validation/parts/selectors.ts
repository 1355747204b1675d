import type { JsonObject } from '@caretaker/kube';
import type { FieldError } from '../../schema/contract.ts';
import { forbidden, invalid, required } from './field-errors.ts';
import { labelValue, qualifiedName } from './formats.ts';
import { labelErrors } from './object-meta.ts';
import { type Errors, format, items, objs, size, str, strs } from './read.ts';

/** The part of a requirement that selectors of labels and of nodes share; undefined when `operator` is none of theirs. */
export function setOperatorErrors(requirement: JsonObject, path: string, errors: Errors): true | undefined {
  const count = size(requirement, 'values');
  switch (str(requirement, 'operator')) {
    case 'In':
    case 'NotIn':
      if (count === 0) errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      return true;
    case 'Exists':
    case 'DoesNotExist':
      if (count > 0) errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      return true;
    default:
      return undefined;
  }
}

export const notAnOperator = (requirement: JsonObject, path: string): FieldError =>
  invalid(`${path}.operator`, str(requirement, 'operator'), 'not a valid selector operator');

/** A metav1.LabelSelector. */
export function selectorErrors(selector: JsonObject | undefined, at: string, errors: Errors): void {
  if (selector === undefined) return;
  labelErrors(selector['matchLabels'], `${at}.matchLabels`, errors);
  for (const [i, expression] of objs(selector, 'matchExpressions').entries()) {
    const path = items(`${at}.matchExpressions`, i);
    if (setOperatorErrors(expression, path, errors) === undefined) errors.push(notAnOperator(expression, path));
    format(`${path}.key`, str(expression, 'key'), qualifiedName, errors);
    for (const [j, value] of strs(expression, 'values').entries()) format(items(`${path}.values`, j), value, labelValue, errors);
  }
}

export const isEmptySelector = (selector: JsonObject): boolean => size(selector, 'matchLabels') + size(selector, 'matchExpressions') === 0;

/** Whether a selector selects labels; a selector that selects nothing at all is for the caller to refuse. */
export function selects(selector: JsonObject, labels: JsonObject): boolean {
  const wanted = selector['matchLabels'];
  if (typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted)) {
    for (const key of Object.keys(wanted)) if (labels[key] !== wanted[key]) return false;
  }
  return objs(selector, 'matchExpressions').every((expression) => {
    const key = str(expression, 'key');
    const value = labels[key];
    const values = strs(expression, 'values');
    switch (str(expression, 'operator')) {
      case 'In':
        return typeof value === 'string' && values.includes(value);
      case 'NotIn':
        return typeof value !== 'string' || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      default:
        return value === undefined;
    }
  });
}
