import type { JsonObject, JsonValue } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { StatusError } from '../server/answers/status-error.ts';
import { badRequest } from '../server/answers/status-reasons.ts';
import { duplicateFields } from './duplicate-fields.ts';
import { jsonProblem } from './go-json.ts';
import { decodeProtobuf } from './protobuf-object.ts';
import { type SpelledNumbers, spelledNumbers } from './spelled-numbers.ts';
import { firstErrors, parseMerging, repeatedFirst, strictErrors } from './strict-order.ts';
import { longNumbers, parseFirstYaml, repeatedYamlKeys } from './yaml.ts';

/** A request body as raw JSON, before anything is known of its kind. */
export interface ReadBody {
  readonly object: JsonObject;
  /** What was sent. */
  readonly text: string;
  /** Its numbers that JSON.parse does not show as they are written. */
  readonly numbers?: SpelledNumbers | undefined;
  /** `duplicate field "data.x"` and, where they stand among them, the unknown fields that decoding found. */
  readonly strictErrors: (unknown: readonly string[]) => readonly string[];
}

const unchanged = (unknown: readonly string[]): readonly string[] => unknown;

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** Reads an object's body by its content type. `expected` words the refusals. Throws StatusError 400 or 415. */
export function readBody(body: Uint8Array | string, contentType: string | undefined, expected: TypeInfo): ReadBody {
  const mediaType = mediaTypeOf(contentType);
  switch (mediaType) {
    case 'application/json':
      return readJson(textOf(body), expected.kind, !expected.builtin);
    case 'application/yaml':
      return readYaml(textOf(body), expected.kind);
    case PROTOBUF:
      if (!expected.builtin) break;
      return {
        object: readProtobuf(typeof body === 'string' ? Buffer.from(body, 'latin1') : body, expected.kind),
        text: '',
        strictErrors: unchanged,
      };
    default:
      break;
  }
  throw unknownFormat();
}

/** The refusal of a body of another type. */
export function unknownFormat(): StatusError {
  const accepted = `application/json, application/yaml, ${PROTOBUF}`;
  return new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
  );
}

function readProtobuf(body: Uint8Array, kind: string): JsonObject {
  try {
    return decodeProtobuf(body);
  } catch (error) {
    if (error instanceof StatusError) throw unrecognized(kind, error.message, textOf(body));
    throw error;
  }
}

/** `application/json` of `Application/JSON; charset=utf-8`, and of none at all. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType || 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';
}

export function textOf(body: Uint8Array | string): string {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}

/** JSON as Go reads it: half a surrogate pair is the replacement character. */
function parseJson(text: string): JsonValue {
  if (!/\\u[dD][89a-fA-F]/.test(text)) return JSON.parse(text) as JsonValue;
  return JSON.parse(text, (_key, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value)) as JsonValue;
}

function readJson(text: string, kind: string, custom: boolean): ReadBody {
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch {
    throw unrecognized(kind, `couldn't get version/kind; json parse error: ${jsonProblem(text) ?? 'invalid JSON'}`, text);
  }
  if (value === null) return { object: {}, text, strictErrors: unchanged };
  if (!isObject(value)) throw unrecognized(kind, notAnObject(value), text);
  const numbers = spelledNumbers(text);
  if (duplicateFields(text, value).length === 0) return { object: value, text, numbers, strictErrors: firstErrors };
  if (!custom) value = parseMerging(text) as JsonObject;
  return { object: value, text, numbers, strictErrors: (unknown) => (custom ? repeatedFirst : strictErrors)(text, unknown) };
}

function readYaml(text: string, kind: string): ReadBody {
  let value: JsonValue;
  try {
    value = parseFirstYaml(text);
  } catch (error) {
    throw unrecognized(kind, error instanceof Error ? error.message : 'invalid YAML', text);
  }
  if (value === null) return { object: {}, text, strictErrors: unchanged };
  if (!isObject(value)) throw unrecognized(kind, notAnObject(value), text);
  const numbers = longNumbers(text);
  const strict = (unknown: readonly string[]): string[] => [...repeatedYamlKeys(text), ...unknown];
  return { object: sorted(value) as JsonObject, text, ...(numbers === undefined ? {} : { numbers }), strictErrors: strict };
}

/** YAML becomes JSON before it is read, with the members of objects in order. */
function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const members = Object.keys(value).sort();
  return Object.fromEntries(members.map((key) => [key, sorted(value[key] ?? null)]));
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

const TYPE_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function notAnObject(value: JsonValue): string {
  const kind = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `couldn't get version/kind; json parse error: json: cannot unmarshal ${kind} into Go value of type ${TYPE_META}`;
}

export function unrecognized(kind: string, why: string, text: string): StatusError {
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summary(text)})`);
}

const SUMMARY_LENGTH = 30;

/** The beginning of a body: as text when it looks like JSON, else in hex. */
function summary(text: string): string {
  if (text === '') return '<empty>';
  const bytes = Buffer.from(text, 'utf8');
  const head = bytes.subarray(0, SUMMARY_LENGTH);
  const shown = text.startsWith('{') ? head.toString('utf8') : head.toString('hex');
  return bytes.length > SUMMARY_LENGTH ? `${shown} ...` : shown;
}
