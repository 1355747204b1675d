import type { JsonValue } from '@caretaker/kube';
import type { TypeSchema } from '../schema/contract.ts';
import { FieldSet } from './field-set.ts';
import { fieldElement, ListItemError, listItemElement } from './path-element.ts';
import { elementSchema, formOf, isAtomicList, isMap, memberSchema } from './typed-view.ts';

/** The fields that an applied configuration sets: leaves, items of keyed lists and sets, and empty maps. */
export function toFieldSet(schema: TypeSchema, value: JsonValue): FieldSet {
  const set = new FieldSet();
  collect(schema, value, [], set);
  return set;
}

function collect(schema: TypeSchema, value: JsonValue, path: string[], set: FieldSet): void {
  const form = formOf(schema, value);
  if (form === 'scalar') set.insert(path);
  else if (form === 'map') collectMap(schema, value, path, set);
  else collectList(schema, value, path, set);
}

function collectMap(schema: TypeSchema, value: JsonValue, path: string[], set: FieldSet): void {
  if (schema.atomic) {
    set.insert(path);
    return;
  }
  if (!isMap(value)) return;
  for (const name of Object.keys(value)) {
    const member = value[name] as JsonValue;
    path.push(fieldElement(name));
    const below = memberSchema(schema, name);
    if (below !== undefined) collect(below, member, path, set);
    if (member === null || (isMap(member) && Object.keys(member).length === 0) || !schema.properties.has(name)) set.insert(path);
    path.pop();
  }
}

function collectList(schema: TypeSchema, value: JsonValue, path: string[], set: FieldSet): void {
  if (isAtomicList(schema)) {
    set.insert(path);
    return;
  }
  if (!Array.isArray(value)) return;
  const elements = value.map((item) => elementOrUndefined(schema, item));
  const twice = elements.length < 2 ? NONE : repeated(elements);
  for (let i = 0; i < value.length; i++) {
    const element = elements[i];
    if (element === undefined) continue;
    path.push(element);
    if (!twice.has(element)) collect(elementSchema(schema), value[i] as JsonValue, path, set);
    set.insert(path);
    path.pop();
  }
}

const NONE: ReadonlySet<string> = new Set();

function repeated(elements: readonly (string | undefined)[]): ReadonlySet<string> {
  const seen = new Set<string>();
  let twice: Set<string> | undefined;
  for (const element of elements) {
    if (element === undefined) continue;
    if (seen.has(element)) {
      twice ??= new Set();
      twice.add(element);
    }
    seen.add(element);
  }
  return twice ?? NONE;
}

/** The element of an item, or undefined when it has none. */
export function elementOrUndefined(schema: TypeSchema, item: JsonValue): string | undefined {
  try {
    return listItemElement(schema, item);
  } catch (error) {
    if (error instanceof ListItemError) return undefined;
    throw error;
  }
}
