/** JSON values as CEL sees them: typed by the schema. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { isMap } from '../../apply/typed-view.ts';
import { parseDuration, parseTimestamp } from '../../cel/functions/conversions.ts';
import { CelStruct } from '../../cel/values.ts';
import type { Structural } from '../structural.ts';
import { SchemaList } from './schema-list.ts';

const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
const IDENTIFIER = /^[a-zA-Z_.\-/][a-zA-Z0-9_.\-/]*$/;
const ESCAPES: Readonly<Record<string, string>> = { __: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' };

/** A member's name as an identifier; undefined when rules cannot name it. */
export function escapeName(name: string): string | undefined {
  if (RESERVED.has(name)) return `__${name}__`;
  if (!IDENTIFIER.test(name)) return undefined;
  return name.replace(/__|[.\-/]/g, (found) => ESCAPES[found] ?? found);
}

function textValue(value: string, format: unknown): unknown {
  switch (format) {
    case 'byte':
      return new Uint8Array(Buffer.from(value, 'base64'));
    case 'date':
    case 'date-time':
      return parseTimestamp(format === 'date' ? `${value}T00:00:00Z` : value.toUpperCase()) ?? value;
    case 'duration':
      return parseDuration(value) ?? value;
    default:
      return value;
  }
}

function withoutSchema(value: JsonValue): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(withoutSchema);
  return value !== null && isMap(value) ? new Map(Object.entries(value).map(([key, one]) => [key, withoutSchema(one)])) : value;
}

/** Plans how values of a schema are seen. Computed once per schema. */
export type ToCel = (value: JsonValue) => unknown;

const seen = new WeakMap<Structural, ToCel>();

export function celView(schema: Structural): ToCel {
  let view = seen.get(schema);
  if (view === undefined) {
    view = planView(schema);
    seen.set(schema, view);
  }
  return view;
}

function planView(schema: Structural): ToCel {
  if (schema.intOrString) return withoutSchema;
  switch (schema.type) {
    case 'object':
      return objectView(schema);
    case 'array': {
      const { items } = schema;
      return items === undefined
        ? withoutSchema
        : (value) =>
            Array.isArray(value)
              ? listView(
                  schema,
                  value.map((one) => celView(items)(one)),
                )
              : value;
    }
    case 'integer':
      return (value) => (typeof value === 'number' ? BigInt(Math.trunc(value)) : value);
    case 'string':
      return (value) => (typeof value === 'string' ? textValue(value, schema.raw['format']) : value);
    case '':
      return withoutSchema;
    default:
      return (value) => value;
  }
}

/** Items of sets and maps have no order. */
function listView(schema: Structural, items: unknown[]): unknown[] {
  if (schema.listType === 'set') return new SchemaList(items, undefined);
  if (schema.listType === 'map')
    return new SchemaList(
      items,
      (schema.listMapKeys ?? []).map((key) => escapeName(key) ?? key),
    );
  return items;
}

function objectView(schema: Structural): ToCel {
  const { additional } = schema;
  if (additional !== undefined) {
    return (value) =>
      isMapValue(value) ? new Map(Object.entries(value).map(([key, one]) => [key, one === null ? null : celView(additional)(one)])) : value;
  }
  const members: [name: string, escaped: string, schema: Structural][] = [];
  for (const [name, property] of schema.properties) {
    const escaped = escapeName(name);
    if (escaped !== undefined) members.push([name, escaped, property]);
  }
  return (value) => {
    if (!isMapValue(value)) return value;
    const result = new Map<string, unknown>();
    for (const [name, escaped, property] of members) {
      const one = value[name];
      // a null is as good as an absent member
      if (one !== undefined && one !== null) result.set(escaped, celView(property)(one));
    }
    return new CelStruct('object', result);
  };
}

const isMapValue = (value: JsonValue): value is JsonObject => value !== null && isMap(value);
