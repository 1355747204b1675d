/**
 * Bounds of values in custom resources (types, enums, patterns, limits, required members, allOf …) in the words of the server. Compiled once per
 * schema. On updates an unchanged invalid value may stay (ratcheting): `old` is the value that was there, or NOTHING where none corresponds.
 */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { RE2JS } from 're2js';
import { equalValues, isMap } from '../apply/typed-view.ts';
import type { FieldError } from '../schema/contract.ts';
import { invalid, notSupported, required, sorted, tooLong, tooMany, typeInvalid } from '../validation/parts/field-errors.ts';
import { FORMATS } from './formats.ts';
import { schemaMap } from './structural.ts';

/** No corresponding value: the rule holds without exception. */
export const NOTHING: unique symbol = Symbol('nothing');
export type Old = JsonValue | typeof NOTHING;

/** Appends the complaints about `value` at `path`; returns how many checks passed, which chooses the complaints of an anyOf. */
export type ValueCheck = (value: JsonValue, path: string, old: Old, errors: FieldError[]) => number;

const number = (value: JsonValue | undefined): number | undefined => (typeof value === 'number' ? value : undefined);

/** Whole numbers beyond are read as floats; the few below that JavaScript cannot tell from 2^63 pass. */
const INT64 = 2 ** 63;

const isInt64 = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= INT64;

function jsonType(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return isInt64(value) ? 'integer' : 'number';
  return typeof value;
}

/** The field that a path names: without the dot that the root leaves in front. */
const fieldOf = (path: string): string => path.replace(/^\./, '');

const NO_FIELD = '<nil>';

function typesOf(schema: JsonObject): string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return ['integer', 'string'];
  return typeof schema['type'] === 'string' && schema['type'] !== '' ? [schema['type']] : [];
}

function typeCheck(schema: JsonObject): ValueCheck {
  const types = typesOf(schema);
  const format = typeof schema['format'] === 'string' && schema['format'] in FORMATS ? schema['format'] : '';
  const given = typeof schema['format'] === 'string' && NUMBER_FORMATS.has(schema['format']) ? schema['format'] : '';
  const nullable = schema['nullable'] === true;
  const joined = types.join(',');
  const numeric = types.includes('number') || types.includes('integer');
  return (value, path, _old, errors) => {
    if (types.length === 0 && format === '') return 0;
    const actual = jsonType(value);
    if (value === null) {
      if (types.length > 0 && !nullable) errors.push(wrongType(path, joined, actual));
      return nullable ? 1 : 0;
    }
    if (!numeric && format !== '' && (actual === 'string' || actual === 'array')) return 1;
    if (types.includes(actual) || (actual === 'integer' && types.includes('number'))) return 1;
    const spelled = format !== '' ? format : given;
    const complaint = spelled !== '' && actual !== 'string' && actual !== 'array' ? wrongType(path, spelled, goFormat(actual)) : undefined;
    errors.push(complaint ?? wrongType(path, joined, actual));
    return 0;
  };
}

const NUMBER_FORMATS = new Set(['int32', 'int64', 'float', 'double']);

/** Where a format is asked for, a number is named by its own. */
const goFormat = (type: string): string => (type === 'number' ? 'float64' : type === 'integer' ? 'int64' : '');

function wrongType(path: string, type: string, actual: JsonValue): FieldError {
  return typeInvalid(fieldOf(path), actual, `${path} in body must be of type ${type}: ${JSON.stringify(actual)}`);
}

function stringCheck(schema: JsonObject): ValueCheck | undefined {
  const max = number(schema['maxLength']);
  const min = number(schema['minLength']);
  const pattern = typeof schema['pattern'] === 'string' ? schema['pattern'] : '';
  if (max === undefined && min === undefined && pattern === '') return undefined;
  const matches = pattern === '' ? undefined : compilePattern(pattern);
  return (value, path, _old, errors) => {
    if (typeof value !== 'string') return 0;
    const field = fieldOf(path);
    const length = max === undefined && min === undefined ? 0 : [...value].length;
    if (max !== undefined && length > max) errors.push(tooLong(field, max));
    else if (min !== undefined && length < min) errors.push(invalid(field, value, `${path} in body should be at least ${min} chars long`));
    else if (matches !== undefined && !matches(value)) errors.push(invalid(field, value, `${path} in body should match '${pattern}'`));
    return 0;
  };
}

function compilePattern(pattern: string): (text: string) => boolean {
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.matcher(text).find();
}

function formatCheck(schema: JsonObject): ValueCheck | undefined {
  const format = typeof schema['format'] === 'string' ? schema['format'] : '';
  const accepts = FORMATS[format];
  if (accepts === undefined) return undefined;
  return (value, path, _old, errors) => {
    if (typeof value === 'string' && !accepts(value)) {
      errors.push(typeInvalid(fieldOf(path), value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`));
    }
    return 0;
  };
}

/** Whole numbers are compared with whole bounds, as the server does it. */
const bound = (value: number, limit: number): number => (Number.isInteger(value) ? Math.trunc(limit) : limit);

function numberCheck(schema: JsonObject): ValueCheck {
  const type = typeof schema['type'] === 'string' ? schema['type'] : '';
  const format = typeof schema['format'] === 'string' ? schema['format'] : '';
  const multipleOf = number(schema['multipleOf']);
  const maximum = number(schema['maximum']);
  const minimum = number(schema['minimum']);
  const maxExclusive = schema['exclusiveMaximum'] === true;
  const minExclusive = schema['exclusiveMinimum'] === true;
  return (value, path, _old, errors) => {
    if (typeof value !== 'number') return 0;
    const field = fieldOf(path);
    if (type === 'integer' && !inIntegerRange(value, format)) {
      const words = format === '' ? `${type} (default format)` : `${type} with format ${format}`;
      errors.push(invalid(NO_FIELD, '', `Checked value must be of type ${words} in ${path}`));
    }
    if (type === 'number' && format === 'float' && Math.abs(value) > MAX_FLOAT) {
      errors.push(invalid(NO_FIELD, '', `Checked value must be of type number with format float in ${path}`));
    }
    if (multipleOf !== undefined) multipleCheck(value, multipleOf, path, errors);
    if (minimum !== undefined) {
      const limit = bound(value, minimum);
      if (minExclusive ? value <= limit : value < limit) {
        errors.push(invalid(field, value, `${path} in body should be greater than ${minExclusive ? '' : 'or equal to '}${limit}`));
      }
    }
    if (maximum !== undefined) {
      const limit = bound(value, maximum);
      if (maxExclusive ? value >= limit : value > limit) {
        errors.push(invalid(field, value, `${path} in body should be less than ${maxExclusive ? '' : 'or equal to '}${limit}`));
      }
    }
    return 1;
  };
}

const MAX_FLOAT = 3.4028234663852886e38;

function inIntegerRange(value: number, format: string): boolean {
  if (!isInt64(value)) return false;
  return format !== 'int32' || (value >= -2147483648 && value <= 2147483647);
}

function multipleCheck(value: number, given: number, path: string, errors: FieldError[]): void {
  const field = fieldOf(path);
  const factor = bound(value, given);
  if (factor <= 0) {
    errors.push(invalid(field, factor, `factor MultipleOf declared for ${path} must be positive: ${factor}`));
    return;
  }
  const quotient = factor < 1 ? (1 / factor) * value : value / factor;
  if (Math.abs(quotient - Math.round(quotient)) > 1e-9)
    errors.push(invalid(field, value, `${path} in body should be a multiple of ${factor}`));
}

function enumCheck(schema: JsonObject): ValueCheck | undefined {
  const allowed = schema['enum'];
  if (!Array.isArray(allowed) || allowed.length === 0) return undefined;
  const shown = allowed.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  return (value, path, _old, errors) => {
    // no null is in a list of values, not even in one that names it
    if (value === null || !allowed.some((one) => equalValues(one, value))) errors.push(notSupported(fieldOf(path), sorted(value), shown));
    return 0;
  };
}

function listCheck(schema: JsonObject): ValueCheck {
  const items = schema['items'];
  const check = isMap(items) ? compileCheck(items) : undefined;
  const min = number(schema['minItems']);
  const max = number(schema['maxItems']);
  const unique = schema['uniqueItems'] === true;
  const keys = schema['x-kubernetes-list-type'] === 'map' ? schema['x-kubernetes-list-map-keys'] : undefined;
  return (value, path, old, errors) => {
    if (!Array.isArray(value)) return 0;
    let count = 1;
    if (check !== undefined) {
      for (let i = 0; i < value.length; i++)
        count += check(value[i] as JsonValue, `${path}[${i}]`, oldItem(value[i] as JsonValue, old, keys), errors);
    }
    const field = fieldOf(path);
    if (min !== undefined && value.length < min)
      errors.push(invalid(field, value.length, `${path} in body should have at least ${min} items`));
    if (max !== undefined && value.length > max) errors.push(tooMany(field, value.length, max));
    if (unique && value.some((item, i) => value.slice(0, i).some((other) => equalValues(other, item)))) {
      errors.push(invalid(field, '', `${path} in body shouldn't contain duplicates`));
    }
    return count;
  };
}

/** Items correspond by their keys; items of other lists do not. */
function oldItem(item: JsonValue, old: Old, keys: JsonValue | undefined): Old {
  if (old === NOTHING || !Array.isArray(old) || !Array.isArray(keys) || !isMap(item)) return NOTHING;
  const found = old.find((other) => isMap(other) && keys.every((key) => equalValues(other[String(key)], item[String(key)])));
  return found ?? NOTHING;
}

function objectCheck(schema: JsonObject): ValueCheck {
  const properties = new Map([...schemaMap(schema['properties'])].map(([name, property]) => [name, compileCheck(property)]));
  const additional = schema['additionalProperties'];
  const checkOther = isMap(additional) ? compileCheck(additional) : undefined;
  const forbidsOther = additional === false;
  const names = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  const min = number(schema['minProperties']);
  const max = number(schema['maxProperties']);
  return (value, path, old, errors) => {
    if (!isMap(value)) return 0;
    let count = 0;
    const field = fieldOf(path);
    const keys = Object.keys(value);
    if (min !== undefined && keys.length < min)
      errors.push(invalid(field, keys.length, `${path} in body should have at least ${min} properties`));
    if (max !== undefined && keys.length > max) errors.push(tooMany(field, keys.length, max));
    const before = old === NOTHING || !isMap(old) ? undefined : old;
    const oldOf = (key: string): Old => (before !== undefined && Object.hasOwn(before, key) ? (before[key] as JsonValue) : NOTHING);
    if (forbidsOther) {
      for (const key of keys) {
        if (!properties.has(key)) errors.push(invalid(field, '', `${path}.${key} in body is a forbidden property`));
      }
    } else if (checkOther !== undefined) {
      for (const key of keys) if (!properties.has(key)) count += checkOther(value[key] as JsonValue, `${path}.${key}`, oldOf(key), errors);
    }
    for (const [name, check] of properties) {
      if (!Object.hasOwn(value, name)) continue;
      count += check(value[name] as JsonValue, path === '' ? name : `${path}.${name}`, oldOf(name), errors);
    }
    for (const name of names) if (!Object.hasOwn(value, name)) errors.push(required(fieldOf(`${path}.${name}`)));
    return count;
  };
}

const schemaList = (value: JsonValue | undefined): ValueCheck[] =>
  Array.isArray(value) ? value.filter(isMap).map((one) => compileCheck(one)) : [];

function combinatorCheck(schema: JsonObject): ValueCheck | undefined {
  const anyOf = schemaList(schema['anyOf']);
  const oneOf = schemaList(schema['oneOf']);
  const allOf = schemaList(schema['allOf']);
  const not = isMap(schema['not']) ? compileCheck(schema['not']) : undefined;
  if (anyOf.length + oneOf.length + allOf.length === 0 && not === undefined) return undefined;
  return (value, path, old, errors) => {
    const complain = (words: string): void => void errors.push(invalid(NO_FIELD, '', `${JSON.stringify(path)} must ${words}`));
    if (anyOf.length > 0) {
      const results = anyOf.map((check) => run(check, value, path, old));
      if (!results.some((result) => result.errors.length === 0)) {
        complain('validate at least one schema (anyOf)');
        errors.push(...best(results));
      }
    }
    if (oneOf.length > 0) {
      const results = oneOf.map((check) => run(check, value, path, old));
      const valid = results.filter((result) => result.errors.length === 0).length;
      if (valid === 0) {
        complain('validate one and only one schema (oneOf). Found none valid');
        errors.push(...best(results));
      } else if (valid > 1) complain(`validate one and only one schema (oneOf). Found ${valid} valid alternatives`);
    }
    if (allOf.length > 0) {
      const results = allOf.map((check) => run(check, value, path, old));
      for (const result of results) errors.push(...result.errors);
      const valid = results.filter((result) => result.errors.length === 0).length;
      if (valid !== allOf.length) complain(`validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`);
    }
    if (not !== undefined && run(not, value, path, old).errors.length === 0) complain('not validate the schema (not)');
    return 1;
  };
}

interface Outcome {
  readonly errors: readonly FieldError[];
  readonly count: number;
}

function run(check: ValueCheck, value: JsonValue, path: string, old: Old): Outcome {
  const errors: FieldError[] = [];
  return { count: check(value, path, old, errors), errors };
}

/** The complaints of the alternative of which most checks passed. */
function best(outcomes: readonly Outcome[]): readonly FieldError[] {
  let chosen: Outcome | undefined;
  for (const outcome of outcomes) if (chosen === undefined || outcome.count > chosen.count) chosen = outcome;
  return chosen?.errors ?? [];
}

/** Compiles a schema. `old` decides about ratcheting: where a value is what it was, its complaints are dropped. */
export function compileCheck(schema: JsonObject): ValueCheck {
  const type = typeCheck(schema);
  const valueEnum = enumCheck(schema);
  const checks = [
    combinatorCheck(schema),
    stringCheck(schema),
    formatCheck(schema),
    numberCheck(schema),
    lazy(() => listCheck(schema)),
    valueEnum,
    lazy(() => objectCheck(schema)),
  ].filter((check) => check !== undefined);
  return (value, path, old, errors) => {
    const before = errors.length;
    let count = type(value, path, old, errors);
    if (value === null) valueEnum?.(value, path, old, errors);
    else for (const check of checks) count += check(value, path, old, errors);
    if (errors.length > before && old !== NOTHING && equalValues(old, value)) errors.length = before;
    return count;
  };
}

function lazy(make: () => ValueCheck): ValueCheck {
  let check: ValueCheck | undefined;
  return (value, path, old, errors) => {
    if (typeof value !== 'object' || value === null) return 0;
    check ??= make();
    return check(value, path, old, errors);
  };
}
