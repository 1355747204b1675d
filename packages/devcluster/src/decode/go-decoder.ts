/**
 * Reads JSON as Go's decoder reads it into the structs of the built-in kinds, and gives it back as the server would write it: unknown and
 * null members gone, empty members gone where the struct says omitempty, zero values there where it does not, quantities and times canonical.
 */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { type FieldRow, OMIT_EMPTY, OMIT_ZERO, POINTER, typeRow } from '../schema/type-table.ts';
import { noteEmpty } from './given-empty.ts';
import { GoDecodeError, mismatch, newPlace, note } from './place.ts';
import { roundedResource } from './quantity.ts';
import { NAMED, type Read, readInteger, readString } from './scalars.ts';
import { schemaReaders } from './schema-values.ts';
import { type Zero, zeroOf, zerosOf } from './zero.ts';

interface FieldReader {
  readonly name: string;
  readonly read: Read;
  readonly row: FieldRow;
  /** Empty values are left out. */
  readonly omitEmpty: boolean;
  readonly omitZero: boolean;
  readonly pointer: boolean;
  /** Structs are never empty to Go, nor is what is kept as it was given. */
  readonly isStruct: boolean;
}

interface StructReader {
  readonly fields: ReadonlyMap<string, FieldReader>;
  readonly zeros: readonly (readonly [string, Zero])[];
  readonly name: string;
}

const readers = new Map<string, Read>();

function goName(type: string): string {
  if (type.startsWith('#')) return `${/\/(v\d\w*)\.\w+$/.exec(type)?.[1] ?? 'v1'}.${typeRow(type.slice(1)).name}`;
  if (type.startsWith('[]')) return `[]${goName(type.slice(2))}`;
  if (type.startsWith('{}')) return `map[string]${goName(type.slice(2))}`;
  return type;
}

function readerOf(type: string, goType = goName(type)): Read {
  const key = `${type} ${goType}`;
  let reader = readers.get(key);
  if (reader === undefined) {
    reader = makeReader(type, goType);
    readers.set(key, reader);
  }
  return reader;
}

function makeReader(type: string, goType: string): Read {
  if (type.startsWith('[]')) return listReader(type.slice(2), goType);
  if (type.startsWith('{}')) return mapReader(type.slice(2), goType);
  if (type.startsWith('#')) return structReader(type.slice(1), goType);
  const named = NAMED[type] ?? SCHEMA_VALUES[type];
  if (named !== undefined) return named;
  if (type === 'string') return readString(goType);
  return readInteger(goType, type);
}

const JSON_SCHEMA_PROPS = '#k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaProps';

const later =
  (type: string): Read =>
  (value, place) =>
    readerOf(type)(value, place);

const SCHEMA_VALUES = schemaReaders(later(JSON_SCHEMA_PROPS), later(`[]${JSON_SCHEMA_PROPS}`), later('[]string'));

function elementGoType(goType: string): string {
  if (goType.startsWith('[]')) return goType.slice(2);
  const map = /^map\[[^\]]*\](.*)$/.exec(goType);
  return map?.[1] ?? '';
}

function listReader(element: string, goType: string): Read {
  const inner = elementGoType(goType);
  let read: Read | undefined;
  const zero = zeroOf(element, 0);
  return (value, place) => {
    if (!Array.isArray(value)) return note(mismatch(value, goType, 'list', place), place);
    read ??= readerOf(element, inner === '' ? undefined : inner);
    const out: JsonValue[] = new Array(value.length);
    for (let i = 0; i < value.length; i++) {
      const item = value[i] as JsonValue;
      place.path.push(`[${i}]`);
      out[i] = item === null ? (zero() ?? null) : read(item, place);
      place.path.pop();
    }
    return out;
  };
}

function mapReader(element: string, goType: string): Read {
  const inner = elementGoType(goType);
  let read: Read | undefined;
  const zero = zeroOf(element, 0);
  return (value, place) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return note(mismatch(value, goType, 'map', place), place);
    read ??= readerOf(element, inner === '' ? undefined : inner);
    const out: JsonObject = {};
    for (const key of Object.keys(value)) {
      const item = value[key] as JsonValue;
      place.path.push(`.${key}`);
      // storage knows no absent bytes: they come back as none at all
      out[key] = item === null ? (element === 'bytes' ? '' : (zero() ?? null)) : read(item, place);
      if (element === 'quantity') out[key] = roundedResource(String(out[key]));
      place.path.pop();
    }
    return out;
  };
}

const structs = new Map<string, StructReader>();

function structOf(typeName: string): StructReader {
  let struct = structs.get(typeName);
  if (struct === undefined) {
    const row = typeRow(typeName);
    const fields = new Map<string, FieldReader>();
    struct = { fields, zeros: zerosOf(typeName), name: row.name };
    structs.set(typeName, struct);
    for (const field of row.fields) {
      const bits = field.o ?? 0;
      fields.set(field.n, {
        name: field.n,
        read: readerOf(field.t, field.g),
        row: field,
        omitEmpty: (bits & OMIT_EMPTY) !== 0,
        omitZero: (bits & OMIT_ZERO) !== 0,
        pointer: (bits & POINTER) !== 0,
        isStruct: field.t.startsWith('#') || field.t === 'raw',
      });
    }
  }
  return struct;
}

function isEmpty(value: JsonValue): boolean {
  if (value === '' || value === 0 || value === false || value === null) return true;
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
}

/** An empty list of managers asks for something, before anything is stored. */
const MEANT_WHEN_EMPTY = 'managedFields';

/** An empty list or map that was given is there until it is stored, where the struct always writes it: somebody owns it. */
function keepField(field: FieldReader, value: JsonValue, out: JsonObject): void {
  if (field.name === MEANT_WHEN_EMPTY) {
    out[field.name] = value;
    return;
  }
  if (field.omitEmpty && !field.pointer && !field.isStruct && isEmpty(value)) {
    if (typeof value === 'object' && value !== null) noteEmpty(out, field.name, value);
    return;
  }
  if (field.omitZero && !field.pointer && isEmpty(value)) return;
  out[field.name] = value;
}

function structReader(typeName: string, goType: string): Read {
  let struct: StructReader | undefined;
  return (value, place) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return note(mismatch(value, goType, 'struct', place), place);
    struct ??= structOf(typeName);
    const out: JsonObject = {};
    const outer = place.struct;
    const depth = place.fields.length;
    for (const key of Object.keys(value)) {
      const field = struct.fields.get(key);
      if (field === undefined) {
        place.unknown.push(`${place.path.join('')}.${key}`.replace(/^\./, ''));
        continue;
      }
      const item = value[key] as JsonValue;
      if (item === null) continue;
      place.struct = struct.name;
      if (field.row.i !== undefined) place.fields.push(...field.row.i);
      place.fields.push(key);
      place.path.push(`.${key}`);
      keepField(field, field.read(item, place), out);
      place.path.pop();
      place.fields.length = depth;
    }
    place.struct = outer;
    for (const [name, zero] of struct.zeros) {
      if (name in out) continue;
      const zeroValue = zero();
      if (zeroValue !== undefined) out[name] = zeroValue;
    }
    return out;
  };
}

/** Result of decodeStruct. */
export interface DecodedStruct {
  readonly value: JsonObject;
  /** Paths of unknown fields in order of the document. */
  readonly unknown: readonly string[];
}

/** Reads `raw` as the built-in struct `typeName`; `numbers` says how some of its numbers are written. Throws GoDecodeError. */
export function decodeStruct(typeName: string, raw: JsonObject, numbers?: ReadonlyMap<string, string>): DecodedStruct {
  const place = newPlace(numbers);
  const value = readerOf(`#${typeName}`)(raw, place) as JsonObject;
  if (place.fault !== undefined) throw place.fault;
  return { value, unknown: place.unknown };
}

/** `value` with the members of its structs in the order of their fields, in which the converter looks at them. */
function inFieldOrder(type: string, value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return type.startsWith('[]') ? value.map((item) => inFieldOrder(type.slice(2), item)) : value;
  if (type.startsWith('{}'))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inFieldOrder(type.slice(2), item)]));
  if (!type.startsWith('#')) return value;
  const out: JsonObject = {};
  for (const { n, t } of typeRow(type.slice(1)).fields) if (Object.hasOwn(value, n)) out[n] = inFieldOrder(t, value[n] ?? null);
  return out;
}

/** Why Go's converter cannot make the struct of an object that decodeStruct refuses. */
export function converterFault(typeName: string, raw: JsonObject): string | undefined {
  try {
    decodeStruct(typeName, inFieldOrder(`#${typeName}`, raw) as JsonObject);
    return undefined;
  } catch (error) {
    if (error instanceof GoDecodeError) return error.convertMessage;
    throw error;
  }
}
