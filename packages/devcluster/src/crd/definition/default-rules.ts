/** Whether the defaults of a schema are values of it. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { equalValues, isMap } from '../../apply/typed-view.ts';
import type { FieldError } from '../../schema/contract.ts';
import { invalid, sorted } from '../../validation/parts/field-errors.ts';
import type { Errors } from '../../validation/parts/read.ts';
import { embeddedErrors } from '../embedded.ts';
import { pruneValue } from '../prune.ts';
import { readStructural, schemaMap } from '../structural.ts';
import { compileCheck, NOTHING } from '../value-validator.ts';

/** A field of a value, seen from the schema that holds the value. */
export function under(at: string, field: string): string {
  if (field === '' || field === '<nil>') return at;
  return field.startsWith('[') ? `${at}${field}` : `${at}.${field}`;
}

function defaultErrors(schema: JsonObject, value: JsonValue, at: string, isRoot: boolean, errors: Errors): void {
  // the default of the whole is an object of its own
  const structural = readStructural(isRoot ? { ...schema, 'x-kubernetes-embedded-resource': true } : schema);
  const pruned = structuredClone(value);
  pruneValue(pruned, structural);
  if (!equalValues(pruned, value)) errors.push(invalid(at, sorted(value), 'must not have unknown fields'));
  const found: FieldError[] = [];
  if (isMap(value)) embeddedErrors(value, structural, at, found);
  if (found.length === 0) {
    compileCheck(schema)(value, '', NOTHING, found);
    errors.push(...found.map((error) => ({ ...error, field: under(at, error.field) })));
  } else errors.push(...found);
}

export function defaultsErrors(schema: JsonObject, at: string, errors: Errors, isRoot = true): void {
  const value = schema['default'];
  if (value !== undefined && value !== null) defaultErrors(schema, value, `${at}.default`, isRoot, errors);
  const items = schema['items'];
  if (items !== undefined && items !== null && isMap(items)) defaultsErrors(items, `${at}.items`, errors, false);
  for (const [name, property] of schemaMap(schema['properties'])) defaultsErrors(property, `${at}.properties[${name}]`, errors, false);
}
