import type { JsonObject, JsonValue } from '@caretaker/kube';
import { type FieldRow, POINTER, typeTable } from '../schema/type-table.ts';
import { type Layout, layoutOf, MAGIC } from './protobuf-layout.ts';
import { double, message, number, text } from './protobuf-writer.ts';
import { isObject } from './read-body.ts';

const META = 'k8s.io/apimachinery/pkg/apis/meta/v1';

/** A document with its kind as `k8s\0` + runtime.Unknown, by the generated field tables; undefined when its kind has none. */
export function encodeProtobuf(document: JsonObject): Uint8Array | undefined {
  const kind = String(document['kind'] ?? '');
  const apiVersion = String(document['apiVersion'] ?? '');
  const raw = encodeKind(apiVersion, kind, document);
  if (raw === undefined) return undefined;
  const typeMeta = Buffer.concat([text(1, apiVersion), text(2, kind)]);
  return Buffer.concat([MAGIC, message(1, typeMeta), message(2, raw), text(3, ''), text(4, '')]);
}

/** One event of a watch in a frame: four bytes of length, then the event with the object in its envelope. */
export function encodeWatchEvent(type: string, object: JsonObject): Uint8Array | undefined {
  const body = encodeProtobuf(object);
  if (body === undefined) return undefined;
  const event = Buffer.concat([text(1, type), message(2, message(1, body))]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(event.length);
  return Buffer.concat([length, event]);
}

function typeNameOf(apiVersion: string, kind: string): string | undefined {
  if (apiVersion === 'v1' && kind === 'Status') return `${META}.Status`;
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  return typeTable().kinds.find((row) => row.Group === group && row.Version === version && row.Kind === kind)?.Type;
}

function encodeKind(apiVersion: string, kind: string, document: JsonObject): Buffer | undefined {
  if (apiVersion.startsWith('meta.k8s.io/')) {
    if (kind === 'PartialObjectMetadata') return encodePartial(document);
    if (kind === 'PartialObjectMetadataList') return encodeList(document, encodePartial);
    return undefined;
  }
  const name = typeNameOf(apiVersion, kind);
  if (name !== undefined) return encodeStruct(name, document);
  const item = kind.endsWith('List') ? typeNameOf(apiVersion, kind.slice(0, -'List'.length)) : undefined;
  return item === undefined ? undefined : encodeList(document, (each) => encodeStruct(item, each));
}

function encodePartial(document: JsonObject): Buffer {
  return message(1, encodeStruct(`${META}.ObjectMeta`, objectOf(document['metadata'])));
}

function encodeList(document: JsonObject, encodeItem: (item: JsonObject) => Buffer): Buffer {
  const items = Array.isArray(document['items']) ? document['items'] : [];
  const meta = encodeStruct(`${META}.ListMeta`, objectOf(document['metadata']));
  return Buffer.concat([message(1, meta), ...items.map((item) => message(2, encodeItem(objectOf(item))))]);
}

function encodeStruct(name: string, value: JsonObject): Buffer {
  return encodeLayout(layoutOf(name), value);
}

/** Fields in order of their numbers, as gogo writes them. */
function encodeLayout({ fields, embedded }: Layout, value: JsonObject): Buffer {
  const parts = [...fields].map(([field, row]): [number, Buffer] => [field, encodeField(field, row, value[row.n])]);
  if (embedded !== undefined) parts.push([embedded.number, message(embedded.number, encodeLayout(embedded.layout, value))]);
  return Buffer.concat(parts.sort(([left], [right]) => left - right).map(([, bytes]) => bytes));
}

function encodeField(field: number, row: FieldRow, value: JsonValue | undefined): Buffer {
  if (row.t.startsWith('[]')) return Buffer.concat(listOf(value).map((item) => encodeValue(field, row.t.slice(2), item)));
  if (row.t.startsWith('{}')) return encodeMap(field, row.t.slice(2), objectOf(value));
  if (value === undefined || value === null) return isWrittenEmpty(row) ? encodeValue(field, row.t, EMPTY[row.t] ?? {}) : NOTHING;
  return encodeValue(field, row.t, value);
}

const NOTHING = Buffer.alloc(0);

/** What is no pointer is written also when it has no value, but for bytes and embedded documents. */
function isWrittenEmpty(row: FieldRow): boolean {
  return ((row.o ?? 0) & POINTER) === 0 && (row.t.startsWith('#') || row.t in EMPTY);
}

const EMPTY: Readonly<Record<string, JsonValue>> = {
  string: '',
  bool: false,
  int32: 0,
  int64: 0,
  float64: 0,
  quantity: '0',
  time: null,
  microtime: null,
  intorstring: 0,
};

/** A map is a list of messages of key and value, in order of keys. */
function encodeMap(field: number, type: string, value: JsonObject): Buffer {
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Buffer.concat(
    entries.map(([key, each]) => {
      const inside = type.startsWith('[]')
        ? message(2, Buffer.concat(listOf(each).map((item) => encodeValue(1, type.slice(2), item))))
        : encodeValue(2, type, each);
      return message(field, Buffer.concat([text(1, key), inside]));
    }),
  );
}

function encodeValue(field: number, type: string, value: JsonValue): Buffer {
  if (type.startsWith('#')) return message(field, encodeStruct(type.slice(1), objectOf(value)));
  switch (type) {
    case 'bool':
      return number(field, value === true ? 1 : 0);
    case 'int32':
    case 'int64':
      return number(field, Math.trunc(Number(value)));
    case 'float64':
      return double(field, Number(value));
    case 'bytes':
      return message(field, Buffer.from(String(value), 'base64'));
    case 'quantity':
      return message(field, text(1, String(value)));
    case 'time':
    case 'microtime':
      return message(field, encodeTime(value));
    case 'intorstring':
      return message(field, encodeIntOrString(value));
    case 'raw':
    case 'json':
    case 'fields':
      return message(field, message(1, Buffer.from(JSON.stringify(value))));
    case 'schemaorarray':
      return message(field, encodeSchemas(value));
    case 'schemaorbool':
      return message(field, typeof value === 'boolean' ? number(1, value ? 1 : 0) : Buffer.concat([number(1, 1), encodeSchema(2, value)]));
    case 'schemaorstrings':
      return message(field, Array.isArray(value) ? Buffer.concat(value.map((each) => text(2, String(each)))) : encodeSchema(1, value));
    default:
      return text(field, String(value));
  }
}

const SCHEMA = 'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaProps';

function encodeSchema(field: number, value: JsonValue): Buffer {
  return message(field, encodeStruct(SCHEMA, objectOf(value)));
}

function encodeSchemas(value: JsonValue): Buffer {
  return Array.isArray(value) ? Buffer.concat(value.map((each) => encodeSchema(2, each))) : encodeSchema(1, value);
}

/** No time at all is an empty message. */
function encodeTime(value: JsonValue): Buffer {
  const match = /^(.*?)(?:\.(\d+))?Z$/.exec(typeof value === 'string' ? value : '');
  if (match === null) return NOTHING;
  const nanos = Number((match[2] ?? '').padEnd(9, '0').slice(0, 9));
  return Buffer.concat([number(1, Date.parse(`${match[1] ?? ''}Z`) / 1000), number(2, nanos)]);
}

function encodeIntOrString(value: JsonValue): Buffer {
  const isText = typeof value === 'string';
  return Buffer.concat([number(1, isText ? 1 : 0), number(2, isText ? 0 : Number(value)), text(3, isText ? value : '')]);
}

function listOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}
