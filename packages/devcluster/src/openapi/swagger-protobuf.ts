import type { JsonObject, JsonValue } from '@caretaker/kube';
import { BackwardWriter } from '../wire/backward-writer.ts';
import { nested } from '../wire/protobuf-encode.ts';
import { isObject } from '../wire/read-body.ts';

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

/** A swagger document without paths as the message `openapi.v2.Document`, which kubectl reads instead of JSON. Written from its end, like all of protobuf here. */
export function encodeSwagger(info: { title: string; version: string }, definitions: Readonly<Record<string, JsonObject>>): Uint8Array {
  const out = new BackwardWriter();
  nested(out, 9, () => writeNamed(out, definitions));
  nested(out, 8, () => undefined);
  nested(out, 2, () => {
    out.text(2, info.version);
    out.text(1, info.title);
  });
  out.text(1, '2.0');
  return out.finish();
}

function writeNamed(out: BackwardWriter, schemas: Readonly<Record<string, JsonValue>>): void {
  for (const [name, schema] of Object.entries(schemas).reverse()) {
    nested(out, 1, () => {
      nested(out, 2, () => writeSchema(out, schema));
      out.text(1, name);
    });
  }
}

function writeSchema(out: BackwardWriter, schema: JsonValue): void {
  if (!isObject(schema)) return;
  for (const [name, value] of Object.entries(schema).reverse()) writeMember(out, name, value);
}

function writeMember(out: BackwardWriter, name: string, value: JsonValue): void {
  const [field, kind] = MEMBERS[name] ?? [];
  if (field !== undefined && kind !== undefined) WRITERS[kind](out, field, value);
  else if (name.startsWith('x-')) writeExtension(out, name, value);
}

/** The values of a member that may be one or a list, from the last. */
const each = (value: JsonValue): readonly JsonValue[] => (Array.isArray(value) ? value.toReversed() : [value]);

function writeTexts(out: BackwardWriter, field: number, value: JsonValue): void {
  for (const one of each(value)) out.text(field, String(one));
}

function writeSchemas(out: BackwardWriter, field: number, value: JsonValue): void {
  for (const one of each(value)) nested(out, field, () => writeSchema(out, one));
}

const WRITERS: Readonly<Record<Kind, (out: BackwardWriter, field: number, value: JsonValue) => void>> = {
  text: writeTexts,
  texts: writeTexts,
  number: (out, field, value) => out.double(field, Number(value)),
  integer: (out, field, value) => out.number(field, Number(value)),
  flag: writeFlag,
  any: writeAny,
  anys: (out, field, value) => {
    for (const one of each(value)) writeAny(out, field, one);
  },
  schemas: writeSchemas,
  members: (out, field, value) => nested(out, field, () => writeNamed(out, isObject(value) ? value : {})),
  items: (out, field, value) => nested(out, field, () => writeSchemas(out, 1, value)),
  type: (out, field, value) => nested(out, field, () => writeTexts(out, 1, value)),
  additional: (out, field, value) => nested(out, field, () => (isObject(value) ? writeSchemas(out, 1, value) : writeFlag(out, 2, value))),
};

function writeFlag(out: BackwardWriter, field: number, value: JsonValue): void {
  out.number(field, value === true ? 1 : 0);
}

function writeExtension(out: BackwardWriter, name: string, value: JsonValue): void {
  nested(out, EXTENSION, () => {
    writeAny(out, 2, value);
    out.text(1, name);
  });
}

/** A value as YAML, of which JSON is a part. */
function writeAny(out: BackwardWriter, field: number, value: JsonValue): void {
  nested(out, field, () => out.text(2, JSON.stringify(value)));
}
