import type { JsonObject, JsonValue } from '@caretaker/kube';
import type { TypeSchema } from '../schema/contract.ts';
import { FieldSet } from './field-set.ts';
import { fieldElement, listItemElement } from './path-element.ts';
import { elementSchema, equalValues, type Form, formOf, isAtomicList, isMap, type Maybe, memberSchema } from './typed-view.ts';

/** Which fields a change added, modified and removed. No field is in two of the sets. */
export interface Comparison {
  added: FieldSet;
  modified: FieldSet;
  removed: FieldSet;
}

/** Compares two values of one type. Throws ListItemError where an item has no place in its list. */
export function compareValues(schema: TypeSchema, before: JsonValue, after: JsonValue): Comparison {
  const walk = new CompareWalk();
  walk.compare(schema, before, after);
  return walk.result;
}

class CompareWalk {
  readonly result: Comparison = { added: new FieldSet(), modified: new FieldSet(), removed: new FieldSet() };
  readonly #path: string[] = [];

  compare(schema: TypeSchema, before: Maybe, after: Maybe): void {
    if (before === after && before !== undefined) return;
    const beforeForm = formOf(schema, before);
    const afterForm = formOf(schema, after);
    let leaf: boolean;
    if (after === undefined) leaf = this.#visit(schema, beforeForm, before, after);
    else if (before === undefined || beforeForm === afterForm || before === null) leaf = this.#visit(schema, afterForm, before, after);
    else if (after === null) leaf = this.#visit(schema, beforeForm, before, after);
    else {
      this.#visit(schema, beforeForm, before, after);
      leaf = this.#visit(schema, afterForm, before, after);
    }
    if (leaf) return;
    if (before === undefined) this.result.added.insert(this.#path);
    else if (after === undefined) this.result.removed.insert(this.#path);
  }

  /** Returns whether the value was taken as a leaf. */
  #visit(schema: TypeSchema, form: Form, before: Maybe, after: Maybe): boolean {
    if (form === 'scalar') return this.#leaf(before, after);
    if (form === 'map') return this.#map(schema, before, after);
    return this.#list(schema, before, after);
  }

  #leaf(before: Maybe, after: Maybe): true {
    if (before === undefined) this.result.added.insert(this.#path);
    else if (after === undefined) this.result.removed.insert(this.#path);
    else if (!equalValues(before, after)) this.result.modified.insert(this.#path);
    return true;
  }

  #map(schema: TypeSchema, before: Maybe, after: Maybe): boolean {
    const left = isMap(before) ? before : undefined;
    const right = isMap(after) ? after : undefined;
    if (schema.atomic || (isEmptyMap(left) && isEmptyMap(right))) return this.#leaf(before, after);
    if (left !== undefined) {
      for (const name in left)
        this.#member(schema, name, left[name], right !== undefined && Object.hasOwn(right, name) ? right[name] : undefined);
    }
    if (right !== undefined) {
      for (const name in right) if (left === undefined || !Object.hasOwn(left, name)) this.#member(schema, name, undefined, right[name]);
    }
    return false;
  }

  #member(schema: TypeSchema, name: string, before: Maybe, after: Maybe): void {
    if (before === after) return;
    const below = memberSchema(schema, name);
    if (below === undefined) return;
    this.#path.push(fieldElement(name));
    this.compare(below, before, after);
    this.#path.pop();
  }

  #list(schema: TypeSchema, before: Maybe, after: Maybe): boolean {
    const left = Array.isArray(before) ? before : undefined;
    const right = Array.isArray(after) ? after : undefined;
    const empty = (left === undefined || left.length === 0) && (right === undefined || right.length === 0);
    if (isAtomicList(schema) || empty) return this.#leaf(before, after);
    if (left !== undefined && right !== undefined && left.length === 1 && right.length === 1) {
      const element = listItemElement(schema, left[0] as JsonValue);
      if (element === listItemElement(schema, right[0] as JsonValue)) {
        this.#path.push(element);
        this.compare(elementSchema(schema), left[0], right[0]);
        this.#path.pop();
        return false;
      }
    }
    const ours = groupItems(schema, left ?? []);
    const theirs = groupItems(schema, right ?? []);
    for (const [element, items] of ours) this.#items(schema, element, items, theirs.get(element) ?? []);
    for (const [element, items] of theirs) if (!ours.has(element)) this.#items(schema, element, [], items);
    return false;
  }

  /** Duplicates of one key are compared as a whole: nobody owns fields of one of them. */
  #items(schema: TypeSchema, element: string, before: readonly JsonValue[], after: readonly JsonValue[]): void {
    this.#path.push(element);
    if (before.length <= 1 && after.length <= 1) this.compare(elementSchema(schema), before[0], after[0]);
    else if (before.length >= 2 && after.length >= 2) {
      if (!equalValues(before as JsonValue[], after as JsonValue[])) this.result.modified.insert(this.#path);
    } else if (before.length >= 2) {
      if (after.length > 0) this.compare(elementSchema(schema), undefined, after[0]);
      this.result.removed.insert(this.#path);
    } else {
      if (before.length > 0) this.compare(elementSchema(schema), before[0], undefined);
      this.result.added.insert(this.#path);
    }
    this.#path.pop();
  }
}

function isEmptyMap(value: JsonObject | undefined): boolean {
  if (value === undefined) return true;
  for (const _ in value) return false;
  return true;
}

function groupItems(schema: TypeSchema, items: readonly JsonValue[]): Map<string, JsonValue[]> {
  const groups = new Map<string, JsonValue[]>();
  for (const item of items) {
    const element = listItemElement(schema, item);
    const group = groups.get(element);
    if (group === undefined) groups.set(element, [item]);
    else group.push(item);
  }
  return groups;
}
