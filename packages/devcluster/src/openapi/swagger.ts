import type { JsonObject, JsonValue } from '@caretaker/kube';
import { SCHEMA_REF } from './schemas.ts';

/** What OpenAPI 2 has no words for. */
const UNKNOWN = new Set(['oneOf', 'anyOf', 'not', 'nullable']);

/** Schemas of OpenAPI 3 as definitions of OpenAPI 2. */
export function swaggerDefinitions(schemas: Readonly<Record<string, JsonObject>>): Record<string, JsonObject> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, older(schema)]));
}

/** A reference stands alone or beside a description; a choice between text and numbers is text. */
function older(schema: JsonObject): JsonObject {
  const only = soleReference(schema);
  const described = typeof schema['description'] === 'string' ? { description: schema['description'] } : {};
  if (only !== undefined) return { ...described, $ref: only };
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (UNKNOWN.has(key)) continue;
    if (key === 'properties' && isObject(value)) out[key] = mapSchemas(value);
    else if ((key === 'items' || key === 'additionalProperties') && isObject(value)) out[key] = older(value);
    else if (key === 'allOf' && Array.isArray(value)) out[key] = value.map((each) => (isObject(each) ? older(each) : each));
    else out[key] = value;
  }
  if (schema['oneOf'] !== undefined && out['type'] === undefined) out['type'] = 'string';
  return out;
}

function mapSchemas(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, isObject(schema) ? older(schema) : schema]));
}

function soleReference(schema: JsonObject): string | undefined {
  const { $ref, allOf } = schema;
  const [first, ...more] = Array.isArray(allOf) ? allOf : [];
  const reference = $ref ?? (more.length === 0 && isObject(first) ? first['$ref'] : undefined);
  return typeof reference === 'string' ? reference.replace(SCHEMA_REF, '#/definitions/') : undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
