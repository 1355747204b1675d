/** Does an applied configuration have the shape of its type? The texts are those of structured-merge-diff, printed in Go's way. */
import type { JsonValue } from '@caretaker/kube';
import type { TypeSchema } from '../schema/contract.ts';
import { ListItemError, listItemElement, printElement } from './path-element.ts';
import { elementSchema, formOf, isMap, memberSchema } from './typed-view.ts';

/** Go's `%v` of a JSON value. */
export function printGo(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(printGo).join(' ')}]`;
  if (typeof value === 'object') {
    return `map[${Object.keys(value)
      .sort()
      .map((key) => `${key}:${printGo(value[key] as JsonValue)}`)
      .join(' ')}]`;
  }
  return String(value);
}

/** Go's `%#v` of a JSON value. */
function printGoSyntax(value: JsonValue): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(printGoSyntax).join(', ')}}`;
  if (typeof value === 'object') {
    return `map[string]interface {}{${Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${printGoSyntax(value[key] as JsonValue)}`)
      .join(', ')}}`;
  }
  return String(value);
}

function goTypeOf(value: JsonValue): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}

/** Errors as `.path: text`; empty when the value fits. Stops at the first unknown field of a map. Stored lists may hold a key twice, applied ones not. */
export function validateTyped(schema: TypeSchema, value: JsonValue, allowDuplicates = false): string[] {
  const errors: string[] = [];
  check(schema, value, '', errors);
  return allowDuplicates ? errors.filter((error) => !error.includes(DUPLICATE)) : errors;
}

const DUPLICATE = 'duplicate entries for key ';

/** One error as it is, several under the heading `errors:`. */
export function joinTypedErrors(errors: readonly string[]): string {
  return errors.length === 1 ? (errors[0] ?? '') : ['errors:', ...errors.map((error) => `  ${error}`)].join('\n');
}

function report(path: string, text: string, errors: string[]): void {
  errors.push(path === '' ? text : `${path}: ${text}`);
}

function check(schema: TypeSchema, value: JsonValue, path: string, errors: string[]): void {
  if (value === null) return;
  switch (formOf(schema, value)) {
    case 'scalar':
      checkScalar(schema, value, path, errors);
      return;
    case 'list':
      checkList(schema, value, path, errors);
      return;
    default:
      checkMap(schema, value, path, errors);
  }
}

function checkScalar(schema: TypeSchema, value: JsonValue, path: string, errors: string[]): void {
  switch (schema.kind) {
    case 'integer':
    case 'number':
      if (typeof value !== 'number') report(path, `expected numeric (int or float), got ${goTypeOf(value)}`, errors);
      return;
    case 'string':
      if (typeof value !== 'string') report(path, `expected string, got &value.valueUnstructured{Value:${printGoSyntax(value)}}`, errors);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') report(path, `expected boolean, got &{${printGo(value)}}`, errors);
      return;
    default:
      if (typeof value === 'object') report(path, `expected any scalar, got &{${printGo(value)}}`, errors);
  }
}

function checkMap(schema: TypeSchema, value: JsonValue, path: string, errors: string[]): void {
  if (!isMap(value)) {
    report(path, `expected map, got &{${printGo(value)}}`, errors);
    return;
  }
  for (const name of Object.keys(value)) {
    const below = memberSchema(schema, name);
    if (below === undefined) {
      report(`${path}.${name}`, 'field not declared in schema', errors);
      return;
    }
    check(below, value[name] as JsonValue, `${path}.${name}`, errors);
  }
}

function checkList(schema: TypeSchema, value: JsonValue, path: string, errors: string[]): void {
  if (!Array.isArray(value)) {
    report(path, `expected list, got &{${printGo(value)}}`, errors);
    return;
  }
  const keyed = schema.kind === 'list' && schema.listType !== 'atomic';
  const seen = new Set<string>();
  for (let i = 0; i < value.length; i++) {
    const item = value[i] as JsonValue;
    let printed = `[${i}]`;
    if (keyed) {
      let element: string;
      try {
        element = listItemElement(schema, item);
      } catch (error) {
        if (!(error instanceof ListItemError)) throw error;
        report(path, `element ${i}: ${error.message}`, errors);
        return;
      }
      printed = printElement(element);
      if (seen.has(element)) report(path, `${DUPLICATE}${printed}`, errors);
      seen.add(element);
    }
    check(elementSchema(schema), item, `${path}${printed}`, errors);
  }
}
