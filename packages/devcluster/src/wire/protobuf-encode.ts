import type { JsonObject, JsonValue } from '@caretaker/kube';
import { type FieldRow, POINTER, typeTable } from '../schema/type-table.ts';
import { BackwardWriter } from './backward-writer.ts';
import { type Layout, layoutOf, MAGIC } from './protobuf-layout.ts';
import { isObject } from './read-body.ts';

const META = 'k8s.io/apimachinery/pkg/apis/meta/v1';

/** A document with its kind as `k8s\0` + runtime.Unknown, by the generated field tables; undefined when its kind has none. */
export function encodeProtobuf(document: JsonObject): Uint8Array | undefined {
  const out = new BackwardWriter();
  return writeDocument(out, document) ? out.finish() : undefined;
}

/** One event of a watch in a frame: four bytes of length, then the event with the object in its envelope. */
export function encodeWatchEvent(type: string, object: JsonObject): Uint8Array | undefined {
  const out = new BackwardWriter();
  if (!writeDocument(out, object)) return undefined;
  out.close(1, 0);
  out.close(2, 0);
  out.text(1, type);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(out.length);
  out.raw(length);
  return out.finish();
}

function writeDocument(out: BackwardWriter, document: JsonObject): boolean {
  const write = writerOf(String(document['apiVersion'] ?? ''), String(document['kind'] ?? ''));
  if (write !== undefined) writeEnvelope(out, document, write);
  return write !== undefined;
}

/** A document with its kind and version around what `write` writes of it. */
export function writeEnvelope(out: BackwardWriter, document: JsonObject, write: WriteObject): void {
  const kind = String(document['kind'] ?? '');
  const apiVersion = String(document['apiVersion'] ?? '');
  out.text(4, '');
  out.text(3, '');
  const raw = out.length;
  write(out, document);
  out.close(2, raw);
  const typeMeta = out.length;
  out.text(2, kind);
  out.text(1, apiVersion);
  out.close(1, typeMeta);
  out.raw(MAGIC);
}

const typeNames = new Map<string, string>();

function typeNameOf(apiVersion: string, kind: string): string | undefined {
  if (apiVersion === 'v1' && kind === 'Status') return `${META}.Status`;
  if (typeNames.size === 0)
    for (const row of typeTable().kinds) typeNames.set(`${row.Group === '' ? '' : `${row.Group}/`}${row.Version} ${row.Kind}`, row.Type);
  return typeNames.get(`${apiVersion} ${kind}`);
}

export type WriteObject = (out: BackwardWriter, value: JsonObject) => void;

function writerOf(apiVersion: string, kind: string): WriteObject | undefined {
  if (apiVersion.startsWith('meta.k8s.io/')) {
    if (kind === 'PartialObjectMetadata') return writePartial;
    return kind === 'PartialObjectMetadataList' ? (out, list) => writeList(out, list, writePartial) : undefined;
  }
  const name = typeNameOf(apiVersion, kind);
  if (name !== undefined) return structWriter(name);
  const item = kind.endsWith('List') ? typeNameOf(apiVersion, kind.slice(0, -'List'.length)) : undefined;
  if (item === undefined) return undefined;
  const writeItem = structWriter(item);
  return (out, list) => writeList(out, list, writeItem);
}

/** Writes a message as a field of another one. */
export function nested(out: BackwardWriter, field: number, write: () => void): void {
  const length = out.length;
  write();
  out.close(field, length);
}

function writePartial(out: BackwardWriter, document: JsonObject): void {
  nested(out, 1, () => structWriter(`${META}.ObjectMeta`)(out, objectOf(document['metadata'])));
}

function writeList(out: BackwardWriter, document: JsonObject, writeItem: WriteObject): void {
  for (const item of listOf(document['items']).toReversed()) nested(out, 2, () => writeItem(out, objectOf(item)));
  nested(out, 1, () => structWriter(`${META}.ListMeta`)(out, objectOf(document['metadata'])));
}

const structs = new Map<string, WriteObject>();

/** The writer of a struct; made when it is first needed, as structs may hold themselves. */
function structWriter(name: string): WriteObject {
  const known = structs.get(name);
  if (known !== undefined) return known;
  const write = layoutWriter(layoutOf(name));
  structs.set(name, write);
  return write;
}

/** Fields in falling order of their numbers: from the end of the message. */
function layoutWriter({ fields, embedded }: Layout): WriteObject {
  const steps = [...fields].map(([field, row]): [number, WriteObject] => [field, fieldWriter(field, row)]);
  if (embedded !== undefined) {
    const inner = layoutWriter(embedded.layout);
    steps.push([embedded.number, (out, value) => nested(out, embedded.number, () => inner(out, value))]);
  }
  const ordered = steps.sort(([left], [right]) => right - left).map(([, step]) => step);
  return (out, value) => {
    for (const step of ordered) step(out, value);
  };
}

function fieldWriter(field: number, row: FieldRow): WriteObject {
  if (row.t.startsWith('[]')) {
    const write = valueWriter(field, row.t.slice(2));
    return (out, holder) => {
      const list = listOf(holder[row.n]);
      for (let index = list.length - 1; index >= 0; index -= 1) write(out, list[index] ?? null);
    };
  }
  if (row.t.startsWith('{}')) {
    const write = mapWriter(field, row.t.slice(2));
    return (out, holder) => write(out, objectOf(holder[row.n]));
  }
  const write = valueWriter(field, row.t);
  const empty = isWrittenEmpty(row) ? (EMPTY[row.t] ?? {}) : undefined;
  return (out, holder) => {
    const value = holder[row.n];
    if (value !== undefined && value !== null) write(out, value);
    else if (empty !== undefined) write(out, empty);
  };
}

/** What is no pointer is written also when it has no value, but for bytes and embedded documents. */
function isWrittenEmpty(row: FieldRow): boolean {
  return ((row.o ?? 0) & POINTER) === 0 && (row.t.startsWith('#') || row.t in EMPTY);
}

/** Stands for no time at all. */
const NO_TIME = '';

const EMPTY: Readonly<Record<string, JsonValue>> = {
  string: '',
  bool: false,
  int32: 0,
  int64: 0,
  float64: 0,
  quantity: '0',
  time: NO_TIME,
  microtime: NO_TIME,
  intorstring: 0,
};

/** A map is a list of messages of key and value, in order of keys. */
function mapWriter(field: number, type: string): WriteObject {
  const list = type.startsWith('[]');
  const write = list ? valueWriter(1, type.slice(2)) : valueWriter(2, type);
  return (out, map) => {
    const keys = Object.keys(map).sort();
    for (let index = keys.length - 1; index >= 0; index -= 1) {
      const key = keys[index] ?? '';
      const length = out.length;
      if (list)
        nested(out, 2, () =>
          listOf(map[key])
            .toReversed()
            .forEach((item) => void write(out, item)),
        );
      else write(out, map[key] ?? null);
      out.text(1, key);
      out.close(field, length);
    }
  };
}

type WriteValue = (out: BackwardWriter, value: JsonValue) => void;

function valueWriter(field: number, type: string): WriteValue {
  if (!type.startsWith('#')) {
    const write = VALUES[type] ?? writeText;
    return (out, value) => write(out, field, value);
  }
  const name = type.slice(1);
  let struct: WriteObject | undefined;
  return (out, value) => {
    struct ??= structWriter(name);
    const length = out.length;
    struct(out, objectOf(value));
    out.close(field, length);
  };
}

type WriteField = (out: BackwardWriter, field: number, value: JsonValue) => void;

const writeText: WriteField = (out, field, value) => out.text(field, typeof value === 'string' ? value : String(value));
const writeInteger: WriteField = (out, field, value) => out.number(field, Math.trunc(Number(value)));
const writeJson: WriteField = (out, field, value) => nested(out, field, () => out.text(1, JSON.stringify(value)));
const writeTime: WriteField = (out, field, value) => nested(out, field, () => timeParts(out, value));

const VALUES: Readonly<Record<string, WriteField>> = {
  bool: (out, field, value) => out.number(field, value === true ? 1 : 0),
  int32: writeInteger,
  int64: writeInteger,
  float64: (out, field, value) => out.double(field, Number(value)),
  bytes: (out, field, value) => out.bytes(field, Buffer.from(String(value), 'base64')),
  quantity: (out, field, value) => nested(out, field, () => out.text(1, String(value))),
  time: writeTime,
  microtime: writeTime,
  intorstring: (out, field, value) => nested(out, field, () => intOrString(out, value)),
  raw: writeJson,
  json: writeJson,
  fields: writeJson,
  schemaorarray: (out, field, value) => nested(out, field, () => writeSchemas(out, value)),
  schemaorbool: (out, field, value) =>
    nested(out, field, () => {
      if (typeof value !== 'boolean') writeSchema(out, 2, value);
      out.number(1, value === false ? 0 : 1);
    }),
  schemaorstrings: (out, field, value) =>
    nested(out, field, () => {
      if (Array.isArray(value)) for (const each of value.toReversed()) out.text(2, String(each));
      else writeSchema(out, 1, value);
    }),
};

const SCHEMA = 'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaProps';

function writeSchema(out: BackwardWriter, field: number, value: JsonValue): void {
  nested(out, field, () => structWriter(SCHEMA)(out, objectOf(value)));
}

function writeSchemas(out: BackwardWriter, value: JsonValue): void {
  if (!Array.isArray(value)) writeSchema(out, 1, value);
  else for (const each of value.toReversed()) writeSchema(out, 2, each);
}

/** No time at all is an empty message. */
function timeParts(out: BackwardWriter, value: JsonValue): void {
  const match = /^(.*?)(?:\.(\d+))?Z$/.exec(typeof value === 'string' ? value : '');
  if (match === null) return;
  out.number(2, Number((match[2] ?? '').padEnd(9, '0').slice(0, 9)));
  out.number(1, Date.parse(`${match[1] ?? ''}Z`) / 1000);
}

function intOrString(out: BackwardWriter, value: JsonValue): void {
  const isText = typeof value === 'string';
  out.text(3, isText ? value : '');
  out.number(2, isText ? 0 : Number(value));
  out.number(1, isText ? 1 : 0);
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : NOTHING;
}

const NOTHING: readonly JsonValue[] = [];
const NO_MEMBERS: JsonObject = {};

function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : NO_MEMBERS;
}
