/** Types of values as rules see them, declared by their schema. */
import { BOOL, BYTES, type CelType, DOUBLE, DURATION, DYN, INT, listOf, mapOf, objectOf, STRING, TIMESTAMP } from '../../cel/types.ts';
import type { Structural } from '../structural.ts';
import { escapeName } from './values.ts';

const STRINGS: Readonly<Record<string, CelType>> = { byte: BYTES, duration: DURATION, date: TIMESTAMP, 'date-time': TIMESTAMP };
const SCALARS: Readonly<Record<string, CelType>> = { boolean: BOOL, integer: INT, number: DOUBLE };

/** `name` tells structs apart: the place of the schema. Undefined where rules see nothing. */
export function schemaType(schema: Structural, name: string): CelType | undefined {
  if (schema.intOrString) return DYN;
  switch (schema.type) {
    case 'array': {
      const items = schema.items === undefined ? undefined : schemaType(schema.items, `${name}.@idx`);
      return items === undefined ? undefined : listOf(items);
    }
    case 'object':
      return objectType(schema, name);
    default:
      return scalarType(schema.type, schema.raw['format']);
  }
}

/** The type of values without members. */
export function scalarType(type: string, format: unknown): CelType | undefined {
  if (type !== 'string') return Object.hasOwn(SCALARS, type) ? SCALARS[type] : undefined;
  return (typeof format === 'string' && Object.hasOwn(STRINGS, format) ? STRINGS[format] : undefined) ?? STRING;
}

function objectType(schema: Structural, name: string): CelType | undefined {
  if (schema.additional !== undefined) {
    const values = schemaType(schema.additional, `${name}.@elem`);
    return values === undefined ? undefined : mapOf(STRING, values);
  }
  const fields = new Map<string, CelType>();
  for (const [key, property] of schema.properties) {
    const escaped = escapeName(key);
    const type = escaped === undefined ? undefined : schemaType(property, `${name}.${key}`);
    if (escaped !== undefined && type !== undefined) fields.set(escaped, type);
  }
  return objectOf(name, fields);
}
