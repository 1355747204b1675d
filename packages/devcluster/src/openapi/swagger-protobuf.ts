import type { JsonObject, JsonValue } from '@caretaker/kube';
import { double, message, number, text } from '../wire/protobuf-writer.ts';

/** How a member of a Schema message is written, by its name in JSON: field number and kind (gnostic's OpenAPIv2.proto). */
type Kind = 'text' | 'number' | 'integer' | 'flag' | 'texts' | 'any' | 'anys' | 'schemas' | 'members' | 'items' | 'type' | 'additional';
const MEMBERS: Readonly<Record<string, readonly [number, Kind]>> = {
  $ref: [1, 'text'],
  format: [2, 'text'],
  title: [3, 'text'],
  description: [4, 'text'],
  default: [5, 'any'],
  multipleOf: [6, 'number'],
  maximum: [7, 'number'],
  exclusiveMaximum: [8, 'flag'],
  minimum: [9, 'number'],
  exclusiveMinimum: [10, 'flag'],
  maxLength: [11, 'integer'],
  minLength: [12, 'integer'],
  pattern: [13, 'text'],
  maxItems: [14, 'integer'],
  minItems: [15, 'integer'],
  uniqueItems: [16, 'flag'],
  maxProperties: [17, 'integer'],
  minProperties: [18, 'integer'],
  required: [19, 'texts'],
  enum: [20, 'anys'],
  additionalProperties: [21, 'additional'],
  type: [22, 'type'],
  items: [23, 'items'],
  allOf: [24, 'schemas'],
  properties: [25, 'members'],
};
const EXTENSION = 31;

/** A swagger document without paths as the message `openapi.v2.Document`, which kubectl reads instead of JSON. */
export function encodeSwagger(info: { title: string; version: string }, definitions: Readonly<Record<string, JsonObject>>): Uint8Array {
  return Buffer.concat([
    text(1, '2.0'),
    message(2, text(1, info.title), text(2, info.version)),
    message(8),
    message(9, ...namedSchemas(definitions)),
  ]);
}

function namedSchemas(schemas: Readonly<Record<string, JsonValue>>): Buffer[] {
  return Object.entries(schemas).map(([name, schema]) => message(1, text(1, name), message(2, ...schemaFields(schema))));
}

function schemaFields(schema: JsonValue): Buffer[] {
  return isObject(schema) ? Object.entries(schema).flatMap(([name, value]) => memberFields(name, value)) : [];
}

function memberFields(name: string, value: JsonValue): Buffer[] {
  const member = MEMBERS[name];
  if (member === undefined) return name.startsWith('x-') ? [message(EXTENSION, text(1, name), message(2, any(value)))] : [];
  const [field, kind] = member;
  const each = Array.isArray(value) ? value : [value];
  switch (kind) {
    case 'text':
    case 'texts':
      return each.map((one) => text(field, String(one)));
    case 'number':
      return [double(field, Number(value))];
    case 'integer':
      return [number(field, Number(value))];
    case 'flag':
      return [number(field, value === true ? 1 : 0)];
    case 'any':
      return [message(field, any(value))];
    case 'anys':
      return each.map((one) => message(field, any(one)));
    case 'schemas':
      return each.map((one) => message(field, ...schemaFields(one)));
    case 'members':
      return [message(field, ...(isObject(value) ? namedSchemas(value) : []))];
    case 'items':
      return [message(field, ...each.map((one) => message(1, ...schemaFields(one))))];
    case 'type':
      return [message(field, ...each.map((one) => text(1, String(one))))];
    case 'additional':
      return [message(field, isObject(value) ? message(1, ...schemaFields(value)) : number(2, value === true ? 1 : 0))];
  }
}

/** A value as YAML, of which JSON is a part. */
const any = (value: JsonValue): Buffer => text(2, JSON.stringify(value));

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
