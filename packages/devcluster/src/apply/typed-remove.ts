import type { JsonObject, JsonValue } from '@caretaker/kube';
import type { TypeSchema } from '../schema/contract.ts';
import type { FieldSet } from './field-set.ts';
import { fieldElement } from './path-element.ts';
import { elementOrUndefined } from './typed-fields.ts';
import { elementSchema, formOf, isAtomicList, isMap, memberSchema } from './typed-view.ts';

/** `value` without the paths of `remove`. A map or list that loses its last member becomes null, as in structured-merge-diff. */
export function removeItems(schema: TypeSchema, value: JsonValue, remove: FieldSet): JsonValue {
  if (remove.isEmpty) return value;
  const form = formOf(schema, value);
  if (form === 'scalar') return value;
  if (form === 'list') return isAtomicList(schema) ? null : removeFromList(schema, value, remove);
  return schema.atomic ? null : removeFromMap(schema, value, remove);
}

function removeFromList(schema: TypeSchema, value: JsonValue, remove: FieldSet): JsonValue {
  if (!Array.isArray(value)) return null;
  const out: JsonValue[] = [];
  for (const item of value) {
    const element = elementOrUndefined(schema, item);
    const node = element === undefined ? undefined : remove.nodes.get(element);
    if (node?.member === true) continue;
    out.push(node?.children === undefined ? item : removeItems(elementSchema(schema), item, node.children));
  }
  return out.length === 0 ? null : out;
}

function removeFromMap(schema: TypeSchema, value: JsonValue, remove: FieldSet): JsonValue {
  if (!isMap(value)) return null;
  const out: JsonObject = {};
  let some = false;
  for (const name of Object.keys(value)) {
    const node = remove.nodes.get(fieldElement(name));
    if (node?.member === true) continue;
    const member = value[name] as JsonValue;
    const below = memberSchema(schema, name);
    out[name] = node?.children === undefined || below === undefined ? member : removeItems(below, member, node.children);
    some = true;
  }
  return some ? out : null;
}
