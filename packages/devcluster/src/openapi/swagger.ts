import type { JsonObject, JsonValue } from '@caretaker/kube';
import { SCHEMA_REF } from './schemas.ts';

/** What OpenAPI 2 has no words for. */
const UNKNOWN = new Set(['oneOf', 'anyOf', 'not', 'nullable', 'default']);

/** Schemas of OpenAPI 3 as definitions of OpenAPI 2. */
export function swaggerDefinitions(schemas: Readonly<Record<string, JsonObject>>): Record<string, JsonObject> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, older(schema)]));
}

/** A reference stands alone or beside a description and extensions; a choice between text and numbers is text. */
function older(schema: JsonObject): JsonObject {
  const only = soleReference(schema);
  if (only !== undefined) return { ...besideReference(schema), $ref: only };
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const kinds = schema['x-kubernetes-group-version-kind'];
  // nothing may be said of an open object: kubectl would take the rest for unknown
  if (open && kinds !== undefined) return { type: 'object', 'x-kubernetes-group-version-kind': kinds };
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(narrowed(schema, open))) {
    if (UNKNOWN.has(key)) continue;
    if (key === 'properties' && isObject(value)) out[key] = mapSchemas(value);
    else if ((key === 'items' || key === 'additionalProperties') && isObject(value)) out[key] = older(value);
    else if (key === 'allOf' && Array.isArray(value)) out[key] = value.map((each) => (isObject(each) ? older(each) : each));
    else out[key] = value;
  }
  if (schema['oneOf'] !== undefined && out['type'] === undefined) out['type'] = 'string';
  return out;
}

/** Without the members that kubectl cannot cope with beside null and unknown fields. */
function narrowed(schema: JsonObject, open: boolean): JsonObject {
  const nullable = schema['nullable'] === true;
  const { type, items, properties, required, ...rest } = schema;
  const members = isObject(properties) ? properties : {};
  const bare = nullable || open;
  const needed = (Array.isArray(required) ? required : []).filter((name) => {
    const member = members[String(name)];
    return open ? !EMBEDDED.has(String(name)) : !(isObject(member) && member['nullable'] === true);
  });
  const typed = !nullable && !(open && type === 'object') && !(type === 'array' && (bare || items === undefined));
  return {
    ...rest,
    ...(typed && type !== undefined ? { type } : {}),
    ...(bare || items === undefined ? {} : { items }),
    ...(bare || properties === undefined ? {} : { properties }),
    ...(needed.length === 0 ? {} : { required: needed }),
  };
}

/** What an object inside of another needs. */
const EMBEDDED = new Set(['kind', 'apiVersion']);

function mapSchemas(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, isObject(schema) ? older(schema) : schema]));
}

const besideReference = (schema: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => key === 'description' || key.startsWith('x-kubernetes-')));

function soleReference(schema: JsonObject): string | undefined {
  const { $ref, allOf } = schema;
  const [first, ...more] = Array.isArray(allOf) ? allOf : [];
  const reference = $ref ?? (more.length === 0 && isObject(first) ? first['$ref'] : undefined);
  return typeof reference === 'string' ? reference.replace(SCHEMA_REF, '#/definitions/') : undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
