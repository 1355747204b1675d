/** Types of whole objects as expressions of admission policies see them, by their published schemas. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { type CelType, DYN, listOf, mapOf, objectOf, STRING } from '../cel/types.ts';
import { scalarType } from '../crd/cel/schema-types.ts';
import { escapeName } from '../crd/cel/values.ts';
import { SCHEMA_REF } from './schemas.ts';

type Schemas = Readonly<Record<string, JsonObject>>;

/** `name` tells structs apart. Undefined where the schema says too little: nobody can name that. */
export function openApiType(schemas: Schemas, schema: JsonObject, name: string): CelType | undefined {
  return typeOf({ schemas, open: [] }, schema, name);
}

interface Walk {
  readonly schemas: Schemas;
  /** Names of the schemas around this one: one that holds itself is an object without members there. */
  readonly open: readonly string[];
}

function typeOf(walk: Walk, schema: JsonObject, name: string): CelType | undefined {
  const reference = referenceOf(schema);
  if (reference !== undefined) {
    const named = walk.schemas[reference];
    if (named === undefined) return undefined;
    if (walk.open.includes(reference)) return objectOf(name, new Map());
    return typeOf({ ...walk, open: [...walk.open, reference] }, named, name);
  }
  if (schema['format'] === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true) return DYN;
  switch (schema['type']) {
    case 'array': {
      const { items } = schema;
      const type = isObject(items) ? typeOf(walk, items, `${name}.@idx`) : undefined;
      return type === undefined ? undefined : listOf(type);
    }
    case 'object':
      return objectType(walk, schema, name);
    default:
      return scalarType(String(schema['type']), schema['format']);
  }
}

function objectType(walk: Walk, { properties, additionalProperties }: JsonObject, name: string): CelType | undefined {
  if (isObject(additionalProperties)) {
    const type = typeOf(walk, additionalProperties, `${name}.@elem`);
    return type === undefined ? undefined : mapOf(STRING, type);
  }
  const fields = new Map<string, CelType>();
  for (const [key, property] of Object.entries(isObject(properties) ? properties : {})) {
    const escaped = escapeName(key);
    const type = escaped === undefined || !isObject(property) ? undefined : typeOf(walk, property, `${name}.${key}`);
    if (escaped !== undefined && type !== undefined) fields.set(escaped, type);
  }
  return objectOf(name, fields);
}

/** A reference stands by itself, or in a list of one beside a description. */
function referenceOf({ $ref, allOf }: JsonObject): string | undefined {
  const [first, ...more] = Array.isArray(allOf) ? allOf : [];
  const reference = $ref ?? (more.length === 0 && isObject(first) ? first['$ref'] : undefined);
  return typeof reference === 'string' && reference.startsWith(SCHEMA_REF) ? reference.slice(SCHEMA_REF.length) : undefined;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
