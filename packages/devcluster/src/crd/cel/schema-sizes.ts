/** How large values of a schema may be in one request, and how small their JSON may be. */
import type { SizeTree } from '../../cel/cost/sizes.ts';
import type { Structural } from '../structural.ts';
import { escapeName } from './values.ts';

const REQUEST = 3 * 1024 * 1024;
const TIMES: Readonly<Record<string, { readonly max: number; readonly json: number }>> = {
  duration: { max: 32, json: 3 },
  date: { max: 12, json: 12 },
  'date-time': { max: 32, json: 21 },
};

export interface SchemaSize extends SizeTree {
  /** The least bytes that a value takes as JSON. */
  readonly json: number;
  readonly item?: SchemaSize;
  readonly fields?: ReadonlyMap<string, SchemaSize>;
}

const limit = (schema: Structural, name: string): number | undefined => {
  const value = schema.raw[name];
  return typeof value === 'number' ? Math.max(0, value) : undefined;
};

/** Undefined where rules see nothing. */
export function schemaSize(schema: Structural): SchemaSize | undefined {
  if (schema.intOrString) return { max: (limit(schema, 'maxLength') ?? (REQUEST - 2) / 4) * 4, json: 1 };
  switch (schema.type) {
    case 'array': {
      const item = schema.items === undefined ? undefined : schemaSize(schema.items);
      if (item === undefined) return undefined;
      return { max: limit(schema, 'maxItems') ?? Math.floor((REQUEST - 2) / (item.json + 1)), json: 2, item };
    }
    case 'object':
      return objectSize(schema);
    case 'string':
      return stringSize(schema);
    case 'boolean':
      return { max: 0, json: 4 };
    case 'number':
    case 'integer':
      return { max: 0, json: 1 };
    default:
      return undefined;
  }
}

function objectSize(schema: Structural): SchemaSize | undefined {
  if (schema.additional !== undefined) {
    const item = schemaSize(schema.additional);
    if (item === undefined) return undefined;
    const max = limit(schema, 'maxProperties') ?? Math.floor((REQUEST - 2) / (item.json + 6));
    return { max, json: 2, item, key: { max: 0 } };
  }
  const fields = new Map<string, SchemaSize>();
  const required = schema.raw['required'];
  let json = 2;
  for (const [name, property] of schema.properties) {
    const size = schemaSize(property);
    if (size === undefined) continue;
    const escaped = escapeName(name);
    if (escaped !== undefined) fields.set(escaped, size);
    if (Array.isArray(required) && required.includes(name) && property.default === undefined) json += name.length + size.json + 4;
  }
  return { max: 0, json, fields };
}

function stringSize(schema: Structural): SchemaSize {
  const { format, enum: allowed } = schema.raw;
  const time = typeof format === 'string' && Object.hasOwn(TIMES, format) ? TIMES[format] : undefined;
  if (time !== undefined) return time;
  const length = limit(schema, 'maxLength');
  if (format === 'byte') return { max: length ?? REQUEST - 2, json: 2 };
  if (length !== undefined) return { max: length * 4, json: 2 };
  const texts = Array.isArray(allowed) ? allowed.filter((one) => typeof one === 'string') : [];
  if (Array.isArray(allowed) && allowed.length > 0) return { max: Math.max(0, ...texts.map((one) => Buffer.byteLength(one))), json: 2 };
  return { max: REQUEST - 2, json: 2 };
}

/** How often a value of a schema may be in one request at most. */
export const mostOften = (size: SchemaSize): number => Math.floor(REQUEST / (size.json + 1));
