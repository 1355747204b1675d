/**
 * Reads JSON as Go's decoder reads it into the structs of the built-in kinds, and gives it back as the server would write it: unknown and
 * null members gone, empty members gone where the struct says omitempty, zero values there where it does not, quantities and times canonical.
 */

import type { JsonObject, JsonValue } from '@caretaker/kube';
import { type FieldRow, OMIT_EMPTY, OMIT_ZERO, POINTER, typeRow } from '../schema/type-table.ts';
import { embeddedIn } from './embedded-structs.ts';
import { canonicalQuantity, QUANTITY_ERROR } from './quantity.ts';
import { canonicalMicroTime, canonicalTime, timeParseError } from './time.ts';
import { converterWords, describe, RANGES, structTypes } from './words.ts';

/** A value that does not fit its Go type; the message is Go's. */
export class GoDecodeError extends Error {
  /** The words of the converter that reads strategic merge patches, which differ from the decoder's. */
  readonly convertMessage: string;
  constructor(message: string, convertMessage = message) {
    super(message);
    this.name = 'GoDecodeError';
    this.convertMessage = convertMessage;
  }
}

/** Where the decoder is, for texts only. */
interface Place {
  /** Name of the innermost struct. */
  struct: string;
  /** Names of fields down to here, as Go's decoder prints them (no indexes, no map keys). */
  readonly fields: string[];
  /** Path as strict decoding prints it: `spec.containers[0].x`. */
  readonly path: string[];
  readonly unknown: string[];
}

type Read = (value: JsonValue, place: Place) => JsonValue;

interface FieldReader {
  readonly name: string;
  readonly read: Read;
  readonly row: FieldRow;
  /** Empty values are left out. */
  readonly omitEmpty: boolean;
  readonly omitZero: boolean;
  readonly pointer: boolean;
}

/** The value a Go struct has when nothing was given: undefined when it is left out. */
type Zero = () => JsonValue | undefined;

interface StructReader {
  readonly fields: ReadonlyMap<string, FieldReader>;
  readonly zeros: readonly (readonly [string, Zero])[];
  readonly name: string;
}

function mismatch(value: JsonValue, goType: string, place: Place, what = describe(value)): GoDecodeError {
  const target = place.fields.length === 0 ? 'Go value' : `Go struct field ${place.struct}.${place.fields.join('.')}`;
  return new GoDecodeError(`json: cannot unmarshal ${what} into ${target} of type ${goType}`, converterWords(value, goType));
}

function readInteger(goType: string, type: string): Read {
  const [low, high] = RANGES[type] ?? [0, 0];
  return (value, place) => {
    if (typeof value !== 'number') throw mismatch(value, goType, place);
    if (!Number.isInteger(value) || value < low || value > high) throw mismatch(value, goType, place, `number ${JSON.stringify(value)}`);
    return value;
  };
}

function readString(goType: string): Read {
  return (value, place) => {
    if (typeof value !== 'string') throw mismatch(value, goType, place);
    return value;
  };
}

const readBytes: Read = (value, place) => {
  if (typeof value !== 'string') throw mismatch(value, '[]uint8', place);
  const bad = /[^A-Za-z0-9+/=\r\n]/.exec(value);
  if (bad !== null) throw new GoDecodeError(`illegal base64 data at input byte ${bad.index}`);
  const compact = value.replace(/[\r\n]/g, '');
  const body = compact.replace(/={1,2}$/, '');
  if (body.includes('=')) throw new GoDecodeError(`illegal base64 data at input byte ${body.indexOf('=')}`);
  if (compact.length % 4 !== 0) throw new GoDecodeError(`illegal base64 data at input byte ${Math.floor(body.length / 4) * 4}`);
  return compact;
};

const readQuantity: Read = (value) => {
  const text = typeof value === 'string' ? value.trim() : JSON.stringify(value);
  const canonical = canonicalQuantity(text);
  if (canonical === undefined) throw new GoDecodeError(QUANTITY_ERROR);
  return canonical;
};

const readIntOrString: Read = (value, place) => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') throw mismatch(value, 'int32', place);
  if (!Number.isInteger(value) || Math.abs(value) > 2147483647) {
    throw new GoDecodeError(`json: cannot unmarshal number ${value} into Go value of type int32`);
  }
  return value;
};

function readTimeWith(canonicalise: (text: string) => string | undefined, layout: string): Read {
  return (value) => {
    if (typeof value !== 'string') throw new GoDecodeError(`json: cannot unmarshal ${describe(value)} into Go value of type string`);
    const canonical = canonicalise(value);
    if (canonical === undefined) throw new GoDecodeError(timeParseError(value, layout));
    return canonical;
  };
}

const readDuration: Read = (value) => {
  if (typeof value !== 'string') throw new GoDecodeError(`json: cannot unmarshal ${describe(value)} into Go value of type string`);
  return value;
};

const readAny: Read = (value) => value;

function quiet(place: Place): Place {
  return { struct: place.struct, fields: place.fields, path: place.path, unknown: [] };
}

const JSON_SCHEMA_PROPS = 'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaProps';

/** Members of a JSON schema that may be a schema or something else; Go reads these without strictness. */
const readSchemaOr: Read = (value, place) => {
  if (Array.isArray(value)) return value.map((item) => readSchemaOr(item, place));
  if (value === null || typeof value !== 'object') return value;
  return readerOf(`#${JSON_SCHEMA_PROPS}`)(value, quiet(place));
};

const NAMED: Readonly<Record<string, Read>> = {
  bytes: readBytes,
  quantity: readQuantity,
  time: readTimeWith(canonicalTime, '2006-01-02T15:04:05Z07:00'),
  microtime: readTimeWith(canonicalMicroTime, '2006-01-02T15:04:05.000000Z07:00'),
  duration: readDuration,
  intorstring: readIntOrString,
  raw: readAny,
  fields: readAny,
  json: readAny,
  schemaorarray: readSchemaOr,
  schemaorbool: readSchemaOr,
  schemaorstrings: readSchemaOr,
  bool: (value, place) => {
    if (typeof value !== 'boolean') throw mismatch(value, 'bool', place);
    return value;
  },
  float64: (value, place) => {
    if (typeof value !== 'number') throw mismatch(value, 'float64', place);
    return value;
  },
};

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
  const named = NAMED[type];
  if (named !== undefined) return named;
  if (type === 'string') return readString(goType);
  return readInteger(goType, type);
}

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
    if (!Array.isArray(value)) throw mismatch(value, goType, place);
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
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw mismatch(value, goType, place);
    read ??= readerOf(element, inner === '' ? undefined : inner);
    const out: JsonObject = {};
    for (const key of Object.keys(value)) {
      const item = value[key] as JsonValue;
      place.path.push(`.${key}`);
      // storage knows no absent bytes: they come back as none at all
      out[key] = item === null ? (element === 'bytes' ? '' : (zero() ?? null)) : read(item, place);
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
    const zeros: (readonly [string, Zero])[] = [];
    struct = { fields, zeros, name: row.name };
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
      });
      const zero = fieldZero(field);
      if (zero !== undefined) zeros.push([field.n, zero]);
    }
  }
  return struct;
}

/** What the server writes for a field that has its zero value; undefined when it writes nothing. */
function fieldZero(field: FieldRow): Zero | undefined {
  const bits = field.o ?? 0;
  if ((bits & OMIT_ZERO) !== 0) return undefined;
  const isStruct = field.t.startsWith('#') || ['time', 'microtime', 'duration', 'intorstring', 'quantity'].includes(field.t);
  if ((bits & POINTER) !== 0) return (bits & OMIT_EMPTY) !== 0 ? undefined : () => null;
  if (isStruct) return zeroOf(field.t, bits);
  if ((bits & OMIT_EMPTY) !== 0) return undefined;
  return zeroOf(field.t, bits);
}

function zeroOf(type: string, bits: number): Zero {
  if ((bits & POINTER) !== 0 || type.startsWith('[]') || type.startsWith('{}')) return () => null;
  if (type.startsWith('#')) return () => zeroStruct(type.slice(1));
  if (type === 'string') return () => '';
  if (type === 'bool') return () => false;
  if (type === 'quantity') return () => '0';
  if (type in RANGES || type === 'float64' || type === 'intorstring') return () => 0;
  if (type === 'duration') return () => '0s';
  return () => null;
}

/** A struct to which nothing was given, as the server writes it. */
export function zeroStruct(typeName: string): JsonObject {
  const out: JsonObject = {};
  for (const [name, zero] of structOf(typeName).zeros) {
    const value = zero();
    if (value !== undefined) out[name] = value;
  }
  return out;
}

function isEmpty(value: JsonValue): boolean {
  if (value === '' || value === 0 || value === false || value === null) return true;
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
}

function isContainer(type: string): boolean {
  return type.startsWith('[]') || type.startsWith('{}');
}

function keepField(field: FieldReader, value: JsonValue, out: JsonObject): void {
  const type = field.row.t;
  if (isContainer(type) && !field.pointer && isEmpty(value)) {
    // storage is protobuf, which knows no empty list or map: it comes back as none
    if (!field.omitEmpty && !field.omitZero) out[field.name] = null;
    return;
  }
  if (!field.pointer && !type.startsWith('#') && field.omitEmpty && isEmpty(value)) return;
  if (field.omitZero && !field.pointer && isEmpty(value)) return;
  out[field.name] = value;
}

function structReader(typeName: string, goType: string): Read {
  structTypes.add(goType);
  let struct: StructReader | undefined;
  return (value, place) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw mismatch(value, goType, place);
    struct ??= structOf(typeName);
    const out: JsonObject = {};
    const outer = place.struct;
    for (const key of Object.keys(value)) {
      const field = struct.fields.get(key);
      if (field === undefined) {
        place.unknown.push(`${place.path.join('')}.${key}`.replace(/^\./, ''));
        continue;
      }
      const item = value[key] as JsonValue;
      if (item === null) continue;
      place.struct = struct.name;
      const embedded = embeddedIn(typeName, key);
      if (embedded !== undefined) place.fields.push(embedded);
      place.fields.push(key);
      place.path.push(`.${key}`);
      keepField(field, field.read(item, place), out);
      place.path.pop();
      place.fields.pop();
      if (embedded !== undefined) place.fields.pop();
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

/** Reads `raw` as the built-in struct `typeName`. Throws GoDecodeError. */
export function decodeStruct(typeName: string, raw: JsonObject): DecodedStruct {
  const place: Place = { struct: '', fields: [], path: [], unknown: [] };
  const value = readerOf(`#${typeName}`)(raw, place) as JsonObject;
  return { value, unknown: place.unknown };
}
