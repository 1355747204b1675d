import type { JsonObject, JsonValue } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { StatusError } from '../server/status-error.ts';
import { badRequest } from '../server/status-reasons.ts';
import { duplicateFields } from './duplicate-fields.ts';
import { jsonProblem } from './go-json.ts';
import { decodeProtobuf } from './protobuf-object.ts';
import { parseFirstYaml } from './yaml.ts';

/** A request body as raw JSON, before anything is known of its kind. */
export interface ReadBody {
  readonly object: JsonObject;
  /** `duplicate field "data.x"`, for field validation. */
  readonly duplicates: readonly string[];
}

const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** Reads an object's body by its content type. `expected` words the refusals. Throws StatusError 400 or 415. */
export function readBody(body: Uint8Array | string, contentType: string | undefined, expected: TypeInfo): ReadBody {
  const mediaType = mediaTypeOf(contentType);
  switch (mediaType) {
    case 'application/json':
    case '':
      return readJson(textOf(body), expected.kind);
    case 'application/yaml':
      return readYaml(textOf(body), expected.kind);
    case PROTOBUF:
      if (!expected.builtin) break;
      return { object: decodeProtobuf(typeof body === 'string' ? Buffer.from(body, 'latin1') : body), duplicates: [] };
    default:
      break;
  }
  const accepted = expected.builtin ? `application/json, application/yaml, ${PROTOBUF}` : 'application/json, application/yaml';
  throw new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
  );
}

/** `application/json` of `Application/JSON; charset=utf-8`. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

export function textOf(body: Uint8Array | string): string {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}

function readJson(text: string, kind: string): ReadBody {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    throw unrecognized(kind, `couldn't get version/kind; json parse error: ${jsonProblem(text) ?? 'invalid JSON'}`, text);
  }
  if (value === null) return { object: {}, duplicates: [] };
  if (!isObject(value)) throw unrecognized(kind, notAnObject(value), text);
  return { object: value, duplicates: duplicateFields(text).map((path) => `duplicate field ${JSON.stringify(path)}`) };
}

function readYaml(text: string, kind: string): ReadBody {
  let value: JsonValue;
  try {
    value = parseFirstYaml(text);
  } catch (error) {
    throw unrecognized(kind, error instanceof Error ? error.message : 'invalid YAML', text);
  }
  if (value === null) return { object: {}, duplicates: [] };
  if (!isObject(value)) throw unrecognized(kind, notAnObject(value), text);
  return { object: value, duplicates: [] };
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
