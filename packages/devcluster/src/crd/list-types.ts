/** Lists of list type map and set hold no duplicates. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { isMap } from '../apply/typed-view.ts';
import type { FieldError } from '../schema/contract.ts';
import { duplicate, invalid } from '../validation/parts/field-errors.ts';
import type { Structural } from './structural.ts';

const child = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** Appends a complaint for each item that repeats another. */
export function listTypeErrors(value: JsonValue | undefined, schema: Structural, path: string, errors: FieldError[]): void {
  if (Array.isArray(value)) {
    if (schema.listType === 'set') repeatedItems(value, path, errors);
    else if (schema.listType === 'map') repeatedKeys(value, schema.listMapKeys, path, errors);
    if (schema.items !== undefined) for (let i = 0; i < value.length; i++) listTypeErrors(value[i], schema.items, `${path}[${i}]`, errors);
    return;
  }
  if (value === undefined || !isMap(value)) return;
  for (const key of Object.keys(value)) {
    const declared = schema.properties.get(key);
    if (declared !== undefined) listTypeErrors(value[key], declared, child(path, key), errors);
    else if (schema.additional !== undefined) listTypeErrors(value[key], schema.additional, `${path}[${key}]`, errors);
  }
}

/** Canonical text of a value, to find equal ones. */
function print(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(print).join(',')}]`;
  if (!isMap(value)) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${print(value[key] as JsonValue)}`)
    .join(',')}}`;
}

/** The second occurrence of each repeated value. */
function repeated(values: readonly JsonValue[]): number[] {
  const seen = new Map<string, number>();
  const out: number[] = [];
  for (const [i, value] of values.entries()) {
    const key = print(value);
    const times = seen.get(key) ?? 0;
    if (times === 1) out.push(i);
    seen.set(key, times + 1);
  }
  return out;
}

function repeatedItems(items: readonly JsonValue[], path: string, errors: FieldError[]): void {
  if (items.length > 1) for (const i of repeated(items)) errors.push(duplicate(`${path}[${i}]`, items[i]));
}

function repeatedKeys(items: readonly JsonValue[], keyNames: readonly string[], path: string, errors: FieldError[]): void {
  for (const [i, item] of items.entries()) {
    if (item === null || isMap(item)) continue;
    errors.push(invalid(`${path}[${i}]`, item, 'must be an object for an array of list-type map'));
    return;
  }
  if (items.length <= 1) return;
  const keys = items.map((item): JsonObject => {
    const key: JsonObject = {};
    if (isMap(item)) for (const name of [...keyNames].sort()) if (name in item) key[name] = item[name] as JsonValue;
    return key;
  });
  for (const i of repeated(keys)) errors.push(duplicate(`${path}[${i}]`, keys[i]));
}
