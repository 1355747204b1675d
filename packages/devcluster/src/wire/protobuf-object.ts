import type { JsonObject, JsonValue } from '@caretaker/kube';
import { type FieldRow, typeTable } from '../schema/type-table.ts';
import { badRequest } from '../server/answers/status-reasons.ts';
import { type Layout, layoutOf, MAGIC } from './protobuf-layout.ts';
import { bytesOfField, ProtobufError, readFields, textOfField, varintsOf, type WireField } from './protobuf-reader.ts';

/** Decodes the envelope `k8s\0` + runtime.Unknown and the object in it, by the generated field tables. Throws StatusError 400. */
export function decodeProtobuf(body: Uint8Array): JsonObject {
  if (body.length < MAGIC.length || !MAGIC.equals(body.subarray(0, MAGIC.length))) {
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  }
  try {
    return decodeUnknown(body.subarray(MAGIC.length));
  } catch (error) {
    if (error instanceof ProtobufError) throw badRequest(error.message);
    throw error;
  }
}

function decodeUnknown(bytes: Uint8Array): JsonObject {
  let apiVersion = '';
  let kind = '';
  let raw: Uint8Array = new Uint8Array();
  for (const field of readFields(bytes)) {
    if (field.number === 1) {
      for (const part of readFields(bytesOfField(field))) {
        if (part.number === 1) apiVersion = textOfField(part);
        if (part.number === 2) kind = textOfField(part);
      }
    } else if (field.number === 2) raw = bytesOfField(field);
  }
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  const row =
    typeTable().kinds.find((each) => each.Group === group && each.Version === version && each.Kind === kind) ??
    typeTable().kinds.find((each) => each.Kind === kind && each.Kind === 'DeleteOptions');
  if (row === undefined)
    throw badRequest(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "api"`);
  return { apiVersion, kind, ...decodeMessage(row.Type, raw) };
}

function decodeMessage(name: string, bytes: Uint8Array): JsonObject {
  const out: JsonObject = {};
  decodeInto(out, layoutOf(name), bytes);
  return out;
}

function decodeInto(out: JsonObject, layout: Layout, bytes: Uint8Array): void {
  for (const field of readFields(bytes)) {
    const row = layout.fields.get(field.number);
    if (row !== undefined) addField(out, row, field);
    else if (field.number === layout.embedded?.number) decodeInto(out, layout.embedded.layout, bytesOfField(field));
  }
  // gogo writes zero values of fields that JSON leaves out when empty.
  for (const row of layout.fields.values()) {
    if (((row.o ?? 0) & 4) === 0 && ((row.o ?? 0) & 3) !== 0 && isZero(out[row.n])) delete out[row.n];
  }
}

function isZero(value: JsonValue | undefined): boolean {
  if (value === '' || value === 0 || value === false || value === null) return true;
  return value !== undefined && typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function addField(out: JsonObject, row: FieldRow, field: WireField): void {
  if (row.t.startsWith('[]')) {
    const list = out[row.n];
    const values = elements(row.t.slice(2), field);
    out[row.n] = Array.isArray(list) ? [...list, ...values] : values;
  } else if (row.t.startsWith('{}')) {
    const map = out[row.n];
    const entry = mapEntry(row.t.slice(2), bytesOfField(field));
    out[row.n] = { ...(map !== undefined && typeof map === 'object' && !Array.isArray(map) ? map : {}), ...entry };
  } else out[row.n] = scalar(row.t, field);
}

function elements(type: string, field: WireField): JsonValue[] {
  if (type === 'int32' || type === 'int64' || type === 'bool') return varintsOf(field).map((value) => varintValue(type, value));
  return [scalar(type, field)];
}

function mapEntry(type: string, bytes: Uint8Array): JsonObject {
  let key = '';
  let value: JsonValue = type === 'string' ? '' : null;
  for (const field of readFields(bytes)) {
    if (field.number === 1) key = textOfField(field);
    // A list inside a map is a message of its own, with the items in field 1.
    else if (field.number === 2)
      value = type.startsWith('[]')
        ? [...readFields(bytesOfField(field))].flatMap((item) => elements(type.slice(2), item))
        : scalar(type, field);
  }
  return { [key]: value };
}

function varintValue(type: string, value: bigint): JsonValue {
  return type === 'bool' ? value !== 0n : Number(BigInt.asIntN(64, value));
}

function scalar(type: string, field: WireField): JsonValue {
  if (type.startsWith('#')) return decodeMessage(type.slice(1), bytesOfField(field));
  switch (type) {
    case 'bool':
    case 'int32':
    case 'int64':
      return varintValue(type, typeof field.value === 'bigint' ? field.value : 0n);
    case 'float64':
      return typeof field.value === 'bigint' ? (new Float64Array(BigUint64Array.of(field.value).buffer)[0] ?? 0) : 0;
    case 'bytes':
      return Buffer.from(bytesOfField(field)).toString('base64');
    case 'quantity':
      return [...readFields(bytesOfField(field))].map(textOfField)[0] ?? '0';
    case 'time':
    case 'microtime':
      return time(bytesOfField(field), type === 'microtime');
    case 'intorstring':
      return intOrString(bytesOfField(field));
    case 'raw':
    case 'json':
    case 'fields':
      return embeddedJson(bytesOfField(field));
    default:
      return textOfField(field);
  }
}

function time(bytes: Uint8Array, micro: boolean): JsonValue {
  let seconds = 0n;
  let nanos = 0n;
  for (const field of readFields(bytes)) {
    if (typeof field.value !== 'bigint') continue;
    if (field.number === 1) seconds = BigInt.asIntN(64, field.value);
    else if (field.number === 2) nanos = field.value;
  }
  // The zero time of Go (year 1) and an empty message are no time at all.
  if (seconds <= 0n && nanos === 0n) return null;
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return micro ? `${text}.${String(nanos / 1000n).padStart(6, '0')}Z` : `${text}Z`;
}

function intOrString(bytes: Uint8Array): JsonValue {
  let isText = false;
  let number = 0;
  let text = '';
  for (const field of readFields(bytes)) {
    if (field.number === 1) isText = field.value === 1n;
    else if (field.number === 2 && typeof field.value === 'bigint') number = Number(BigInt.asIntN(64, field.value));
    else if (field.number === 3) text = textOfField(field);
  }
  return isText ? text : number;
}

function embeddedJson(bytes: Uint8Array): JsonValue {
  for (const field of readFields(bytes)) {
    if (field.number !== 1) continue;
    try {
      return JSON.parse(textOfField(field)) as JsonValue;
    } catch {
      throw new ProtobufError('a raw field holds no JSON');
    }
  }
  return null;
}
