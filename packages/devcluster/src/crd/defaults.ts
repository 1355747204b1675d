import type { JsonObject, JsonValue } from '@caretaker/kube';
import { isMap } from '../apply/typed-view.ts';
import { cloneJson } from '../schema/clone-json.ts';
import type { Structural } from './structural.ts';

/** Fills in the defaults of a structural schema, in place. */
export function applyStructuralDefaults(value: JsonValue | undefined, schema: Structural | undefined): void {
  if (schema === undefined || value === undefined) return;
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return;
    for (let i = 0; i < value.length; i++) {
      if (value[i] === null && !items.nullable) value[i] = cloneJson(items.default ?? null);
      applyStructuralDefaults(value[i], items);
    }
    return;
  }
  if (!isMap(value)) return;
  for (const [name, property] of schema.properties) {
    if (property.default === undefined) continue;
    const present = value[name];
    if (present === undefined || (present === null && !property.nullable)) value[name] = cloneJson(property.default);
  }
  for (const key of Object.keys(value)) {
    const declared = schema.properties.get(key);
    if (declared !== undefined) applyStructuralDefaults(value[key], declared);
    else if (schema.additional !== undefined) {
      if (value[key] === null && !schema.additional.nullable) value[key] = cloneJson(schema.additional.default ?? null);
      applyStructuralDefaults(value[key], schema.additional);
    }
  }
}

/** The same object when nothing is missing, else a copy with the defaults filled in: stored objects are shared and never changed. */
export function withStructuralDefaults(object: JsonObject, schema: Structural): JsonObject {
  if (!lacksDefaults(object, schema)) return object;
  const copy = cloneJson(object);
  applyStructuralDefaults(copy, schema);
  return copy;
}

function lacksDefaults(value: JsonValue | undefined, schema: Structural | undefined): boolean {
  if (schema === undefined || value === undefined) return false;
  if (Array.isArray(value))
    return value.some(
      (item) =>
        (item === null && schema.items?.nullable === false && schema.items.default !== undefined) || lacksDefaults(item, schema.items),
    );
  if (!isMap(value)) return false;
  for (const [name, property] of schema.properties) {
    const present = value[name];
    if (property.default !== undefined && (present === undefined || (present === null && !property.nullable))) return true;
    if (present !== undefined && lacksDefaults(present, property)) return true;
  }
  const { additional } = schema;
  if (additional === undefined) return false;
  return Object.keys(value).some((key) => !schema.properties.has(key) && lacksDefaults(value[key], additional));
}
