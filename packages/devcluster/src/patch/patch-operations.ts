/** Patches of requests: the body of a PATCH carried out on the live object, with the server's refusals. */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { printGo } from '../apply/typed-validate.ts';
import { isMap } from '../apply/typed-view.ts';
import { GoDecodeError } from '../decode/go-decoder.ts';
import { builtinTypes } from '../schema/builtin-types.ts';
import { type Decoded, type PatchOperations, type PatchType, RequestFault, type TypeInfo } from '../schema/contract.ts';
import { readObject } from '../schema/objects.ts';
import { apiVersionOf } from '../schema/type-names.ts';
import { jsonProblem } from '../wire/go-json.ts';
import { applyJsonPatch, JsonPatchError, orderAlong } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { StrategicPatchError } from './strategic-errors.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

const MAX_OPERATIONS = 10_000;

const badRequest = (message: string): RequestFault => new RequestFault({ code: 400, reason: 'BadRequest', message });

function unprocessable(): RequestFault {
  return new RequestFault({
    code: 422,
    reason: 'Invalid',
    message: 'the server rejected our request due to an error in our request',
    details: {},
  });
}

function parse(text: string, prefix: string): JsonValue {
  const problem = jsonProblem(text);
  if (problem !== undefined) throw badRequest(`${prefix}${problem}`);
  return JSON.parse(text) as JsonValue;
}

const jsonKind = (value: JsonValue): string =>
  Array.isArray(value) ? 'array' : isMap(value) ? 'object' : typeof value === 'boolean' ? 'bool' : typeof value;

function jsonPatch(live: KubeObject, text: string): JsonObject {
  const patch = parse(text, 'error decoding patch: ');
  const operations = patch === null ? [] : patch;
  if (!Array.isArray(operations)) {
    throw badRequest(`error decoding patch: json: cannot unmarshal ${jsonKind(patch)} into Go value of type []handlers.jsonPatchOp`);
  }
  if (operations.length > MAX_OPERATIONS) {
    const message = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`;
    throw new RequestFault({ code: 413, reason: 'RequestEntityTooLarge', message: `Request entity too large: ${message}` });
  }
  try {
    return applyJsonPatch(structuredClone(live) as unknown as JsonObject, operations);
  } catch (error) {
    if (error instanceof JsonPatchError) throw unprocessable();
    throw error;
  }
}

function mergePatch(live: KubeObject, text: string): JsonObject {
  const patch = parse(text, 'error decoding patch: ');
  if (patch === null) throw badRequest('Invalid JSON Patch');
  if (!isMap(patch))
    throw badRequest(`error decoding patch: json: cannot unmarshal ${jsonKind(patch)} into Go value of type map[string]interface {}`);
  return applyMergePatch(live as unknown as JsonObject, patch);
}

/** Where results of strategic patches came from, for the messages that quote the patch. */
const sources = new WeakMap<JsonObject, { readonly patch: JsonObject; readonly live: JsonObject }>();

const ORDER = '$setElementOrder/';

/** A strategic patch as carrying it out leaves it on the server: without what it has dealt with. */
function leftOver(patch: JsonObject, live: JsonObject): JsonObject {
  if (patch['$patch'] === 'replace') {
    const { $patch: _, ...rest } = patch;
    return rest;
  }
  const result: JsonObject = {};
  const ordered = new Set(Object.keys(patch).filter((key) => key.startsWith(ORDER)));
  for (const [key, value] of Object.entries(patch)) {
    if (ordered.has(key) || ordered.has(`${ORDER}${key}`)) continue;
    const before = live[key];
    if (!isMap(value)) result[key] = value;
    else if (before === undefined) result[key] = withoutNulls(value);
    else result[key] = isMap(before) ? leftOver(value, before) : value;
  }
  return result;
}

function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null)
      .map(([key, one]) => [key, withoutNulls(one)]),
  );
}

function strategicPatch(type: TypeInfo, live: KubeObject, text: string): JsonObject {
  if (!type.builtin) {
    const accepted = 'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';
    const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
    throw new RequestFault({ code: 415, reason: 'UnsupportedMediaType', message });
  }
  const patch = parse(text, '');
  if (!isMap(patch)) throw badRequest(`json: cannot unmarshal ${jsonKind(patch)} into Go value of type map[string]interface {}`);
  try {
    const result = applyStrategicMergePatch(type.schema, live as unknown as JsonObject, patch);
    sources.set(result, { patch, live: live as unknown as JsonObject });
    return result;
  } catch (error) {
    if (!(error instanceof StrategicPatchError)) throw error;
    if (error.status === 400) throw badRequest(error.message);
    if (error.status === 422) throw unprocessable();
    throw new RequestFault({ code: 500, reason: '', message: error.message });
  }
}

function applyPatch(type: TypeInfo, patchType: PatchType, live: KubeObject, text: string): JsonObject {
  if (patchType === 'json') return jsonPatch(live, text);
  return patchType === 'merge' ? mergePatch(live, text) : strategicPatch(type, live, text);
}

/** The 422 of a patch whose result cannot be read; it quotes the result, or for strategic patches the patch. */
function unreadable(raw: JsonObject, problem: string, patch: { patchType: PatchType; text: string } | undefined): RequestFault {
  const source = sources.get(raw);
  const quoted =
    patch?.patchType === 'strategic' && source !== undefined
      ? JSON.stringify(printGo(leftOver(source.patch, source.live)))
      : JSON.stringify(JSON.stringify(raw));
  const message = `Invalid value: ${quoted}: ${problem}`;
  return new RequestFault({
    code: 422,
    reason: 'Invalid',
    message: ` "" is invalid: patch: ${message}`,
    details: { causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }] },
  });
}

/** Go names the package of a kind's internal form by the first word of its group. */
const packageOf = (group: string): string => (group === '' ? 'core' : (group.split('.')[0] ?? '').replace(/^rbac$/, 'rbac'));

/** A patch cannot make an object another kind or version. */
function kindProblem(type: TypeInfo, raw: JsonObject): string | undefined {
  const apiVersion = typeof raw['apiVersion'] === 'string' ? raw['apiVersion'] : '';
  const kind = typeof raw['kind'] === 'string' ? raw['kind'] : '';
  if (apiVersion === apiVersionOf(type) && kind === type.kind) return undefined;
  if (apiVersion === '' && kind === '') return undefined;
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  const known = builtinTypes().find((one) => one.group === group && one.version === version && one.kind === kind);
  if (known === undefined)
    return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`;
  if (known.kind === type.kind && known.group === type.group) return undefined;
  return `converting (${version}.${kind}) to (${packageOf(type.group)}.${type.kind}): unknown conversion`;
}

/** The fault that is met first in the order in which the server writes a patched object. In place. */
function firstFault(type: TypeInfo, raw: JsonObject, text: string): string | undefined {
  orderAlong(raw, JSON.parse(text) as JsonValue);
  try {
    readObject(type, raw);
    return undefined;
  } catch (error) {
    return error instanceof GoDecodeError ? error.message : undefined;
  }
}

function decodePatched(type: TypeInfo, raw: JsonObject, strict: boolean, patch?: { patchType: PatchType; text: string }): Decoded {
  const problem = type.builtin ? kindProblem(type, raw) : undefined;
  if (problem !== undefined) throw unreadable(raw, problem, patch);
  let decoded: Decoded;
  try {
    decoded = readObject(type, raw);
  } catch (error) {
    if (!(error instanceof GoDecodeError)) throw error;
    if (patch?.patchType === 'json') throw unreadable(raw, firstFault(type, raw, patch.text) ?? error.message, patch);
    throw unreadable(raw, patch?.patchType === 'strategic' ? error.convertMessage : error.message, patch);
  }
  if (patch?.patchType === 'json' && decoded.strictErrors.length > 1) {
    orderAlong(raw, JSON.parse(patch.text) as JsonValue);
    decoded = readObject(type, raw);
  }
  if (strict && decoded.strictErrors.length > 0) throw unreadable(raw, `strict decoding error: ${decoded.strictErrors.join(', ')}`, patch);
  return decoded;
}

export const patchOperations: PatchOperations = { applyPatch, decodePatched };
