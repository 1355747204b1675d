/** Patches of requests: the body of a PATCH carried out on the live object, with the server's refusals. */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { printGo } from '../apply/typed-validate.ts';
import { isMap } from '../apply/typed-view.ts';
import { GoDecodeError } from '../decode/place.ts';
import { builtinTypes } from '../schema/builtin-types.ts';
import { cloneJson } from '../schema/clone-json.ts';
import { type Decoded, type PatchOperations, type PatchType, RequestFault, type TypeInfo } from '../schema/contract.ts';
import { converterFaultOf, readObject } from '../schema/objects.ts';
import { isRegistered } from '../schema/registered-kinds.ts';
import { apiVersionOf } from '../schema/type-names.ts';
import { duplicateFields, eachField } from '../wire/duplicate-fields.ts';
import { jsonProblem } from '../wire/go-json.ts';
import { sortMembers } from '../wire/sorted-members.ts';
import { type SpelledNumbers, spelledNumbers, writeSpelled } from '../wire/spelled-numbers.ts';
import { applyJsonPatch, JsonPatchError } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { StrategicPatchError } from './strategic-errors.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';
import { orderAlong, orderAlongMerge } from './written-order.ts';

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

/** Why Go cannot read one operation: it is an object, and what it does and where are texts. */
function operationProblem(operation: JsonValue): string | undefined {
  if (operation === null) return undefined;
  if (!isMap(operation)) return `${jsonKind(operation)} into Go value of type handlers.jsonPatchOp`;
  const [name, value] = Object.entries(operation).find(([key, one]) => TEXTS.has(key) && one !== null && typeof one !== 'string') ?? [];
  return name === undefined ? undefined : `${jsonKind(value ?? null)} into Go struct field jsonPatchOp.${name} of type string`;
}

const TEXTS: ReadonlySet<string> = new Set(['op', 'from', 'path']);

function jsonPatch(live: KubeObject, text: string): JsonObject {
  const patch = parse(text, 'error decoding patch: ');
  const operations = patch === null ? [] : patch;
  if (!Array.isArray(operations)) {
    throw badRequest(`error decoding patch: json: cannot unmarshal ${jsonKind(patch)} into Go value of type []handlers.jsonPatchOp`);
  }
  const undecodable = operations.map(operationProblem).find((words) => words !== undefined);
  if (undecodable !== undefined) throw badRequest(`error decoding patch: json: cannot unmarshal ${undecodable}`);
  if (operations.length > MAX_OPERATIONS) {
    const message = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`;
    throw new RequestFault({ code: 413, reason: 'RequestEntityTooLarge', message: `Request entity too large: ${message}` });
  }
  try {
    return applyJsonPatch(cloneJson(live) as unknown as JsonObject, operations);
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
  const patch = parse(text, '') ?? {};
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
function unreadable(
  raw: JsonObject,
  problem: string,
  patch: { patchType: PatchType; text: string } | undefined,
  numbers?: SpelledNumbers,
): RequestFault {
  const source = sources.get(raw);
  const quoted =
    patch?.patchType === 'strategic' && source !== undefined
      ? JSON.stringify(printGo(leftOver(source.patch, source.live)))
      : JSON.stringify(numbers === undefined ? JSON.stringify(raw) : writeSpelled(raw, numbers));
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

/** Old versions of a kind are converted; they may be of the group that the kind was in. */
const convertible = (apiVersion: string, type: TypeInfo): boolean =>
  apiVersion.startsWith('extensions/') || apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/'))) === type.group;

/** Why an object cannot be read as a kind. */
function misread(type: TypeInfo, raw: JsonObject): string | undefined {
  try {
    readObject(type, raw);
    return undefined;
  } catch (error) {
    if (error instanceof GoDecodeError) return error.message;
    throw error;
  }
}

/** Kind and version are texts. */
function typeMetaProblem(raw: JsonObject): string | undefined {
  for (const name of ['apiVersion', 'kind']) {
    const value = raw[name] ?? '';
    if (typeof value === 'string') continue;
    return `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonKind(value)} into Go struct field .${name} of type string`;
  }
  return undefined;
}

/** Why the result of a patch is no custom resource. */
function unstructuredProblem(raw: JsonObject): string | undefined {
  const odd = typeMetaProblem(raw);
  if (odd !== undefined) return odd;
  if (String(raw['apiVersion'] ?? '').split('/').length > 2) return `unexpected GroupVersion string: ${String(raw['apiVersion'])}`;
  return (raw['kind'] ?? '') === '' ? `Object 'Kind' is missing in '${JSON.stringify(sortMembers(raw))}'` : undefined;
}

/** A patch cannot make an object another kind or version. */
function kindProblem(type: TypeInfo, raw: JsonObject): string | undefined {
  const odd = typeMetaProblem(raw);
  if (odd !== undefined) return odd;
  const apiVersion = typeof raw['apiVersion'] === 'string' ? raw['apiVersion'] : '';
  const kind = typeof raw['kind'] === 'string' ? raw['kind'] : '';
  if (apiVersion === apiVersionOf(type) && kind === type.kind) return undefined;
  // no kind is the kind that is wanted
  if ((kind === '' || kind === type.kind) && (apiVersion === '' || apiVersion === apiVersionOf(type))) return undefined;
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  if (kind === type.kind && isRegistered(apiVersion, kind) && convertible(apiVersion, type)) return undefined;
  const known = builtinTypes().find((one) => one.group === group && one.version === version && one.kind === kind);
  if (known === undefined && !isRegistered(apiVersion, kind))
    return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`;
  if (known?.kind === type.kind && known.group === type.group) return undefined;
  const fault = known === undefined ? undefined : misread(known, raw);
  if (fault !== undefined) return fault;
  return `converting (${version}.${kind}) to (${packageOf(type.group)}.${type.kind}): unknown conversion`;
}

/** How the numbers that a patch brings are written, by their path in the patched object. Strategic patches are carried out on numbers. */
function patchedNumbers({ patchType, text }: { patchType: PatchType; text: string }): SpelledNumbers | undefined {
  const found = patchType === 'strategic' ? undefined : spelledNumbers(text);
  if (found === undefined || patchType === 'merge') return found;
  const operations = JSON.parse(text) as JsonValue;
  const numbers = new Map<string, string>();
  for (const [path, number] of found) {
    const [, index, rest = ''] = /^\[(\d+)\]\.value(.*)$/.exec(path) ?? [];
    const operation = Array.isArray(operations) ? operations[Number(index)] : undefined;
    const target = operation !== undefined && isMap(operation) ? operation['path'] : undefined;
    if (typeof target === 'string') numbers.set(`${memberPath(target)}${rest}`.replace(/^\./, ''), number);
  }
  return numbers;
}

/** `.spec.ports[0]` of the pointer `/spec/ports/0`. */
const memberPath = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => (/^\d+$/.test(token) ? `[${token}]` : `.${token.replaceAll('~1', '/').replaceAll('~0', '~')}`))
    .join('');

/** The fault that is met first in the order in which the server writes a patched object. In place. */
function firstFault(type: TypeInfo, raw: JsonObject, patchType: PatchType, text: string, numbers?: SpelledNumbers): string | undefined {
  const patch = JSON.parse(text) as JsonValue;
  if (patchType === 'json') orderAlong(raw, patch);
  else if (isMap(patch)) orderAlongMerge(raw, patch);
  try {
    readObject(type, raw, numbers);
    return undefined;
  } catch (error) {
    return error instanceof GoDecodeError ? error.message : undefined;
  }
}

function decodePatched(type: TypeInfo, raw: JsonObject, strict: boolean, patch?: { patchType: PatchType; text: string }): Decoded {
  // a strategic patch is carried out on the struct, which has its kind from elsewhere
  const problem = !type.builtin ? unstructuredProblem(raw) : patch?.patchType === 'strategic' ? undefined : kindProblem(type, raw);
  if (problem !== undefined) throw unreadable(raw, problem, patch);
  // without a version the server reads its internal form, which has its metadata elsewhere
  const nameless = type.builtin && patch !== undefined && patch.patchType !== 'strategic' && (raw['apiVersion'] ?? '') === '';
  const numbers = type.builtin && patch !== undefined ? patchedNumbers(patch) : undefined;
  let decoded: Decoded;
  try {
    decoded = readObject(type, nameless ? {} : raw, numbers);
  } catch (error) {
    if (!(error instanceof GoDecodeError)) throw error;
    if (patch === undefined) throw unreadable(raw, error.message, patch);
    if (patch.patchType === 'strategic') throw unreadable(raw, converterFaultOf(type, raw, error), patch);
    throw unreadable(raw, firstFault(type, raw, patch.patchType, patch.text, numbers) ?? error.message, patch, numbers);
  }
  if (nameless) {
    const odd = Object.keys(raw).filter((key) => key !== 'kind' && key !== 'apiVersion');
    decoded = { ...decoded, strictErrors: odd.sort().map((key) => `unknown field ${JSON.stringify(key)}`) };
  } else if (patch?.patchType === 'json' && decoded.strictErrors.length > 1) {
    orderAlong(raw, JSON.parse(patch.text) as JsonValue);
    decoded = readObject(type, raw);
  } else if (patch?.patchType === 'merge' && decoded.strictErrors.length > 1) {
    orderAlongMerge(raw, JSON.parse(patch.text) as JsonObject);
    decoded = readObject(type, raw);
  }
  // what is left of a strategic patch is converted, which tells of odd fields in the order of their names
  if (patch?.patchType === 'strategic') decoded = { ...decoded, strictErrors: [...decoded.strictErrors].sort() };
  // a JSON patch is a list of operations, whose members are not the object's
  if (patch !== undefined && patch.patchType !== 'json') {
    const twice = duplicateFields(patch.text).map((path) => `duplicate field ${JSON.stringify(path)}`);
    if (twice.length > 0) decoded = { ...decoded, strictErrors: [...new Set([...twice, ...decoded.strictErrors])] };
  }
  if (patch?.patchType === 'json') {
    const odd = jsonPatchProblems(patch.text);
    if (odd.length > 0) decoded = { ...decoded, strictErrors: [...odd, ...decoded.strictErrors] };
  }
  if (strict && decoded.strictErrors.length > 0) throw unreadable(raw, `strict decoding error: ${decoded.strictErrors.join(', ')}`, patch);
  return decoded;
}

const OPERATION_MEMBERS = new Set(['op', 'path', 'from', 'value']);

/** Members of operations that say nothing, and those that stand twice. */
function jsonPatchProblems(text: string): string[] {
  const unknown: string[] = [];
  const twice: string[] = [];
  eachField(text, (path, again) => {
    const member = /^\[\d+\]\.(.+)$/.exec(path)?.[1];
    if (member === undefined || /[.[]/.test(member)) return;
    if (!OPERATION_MEMBERS.has(member)) unknown.push(`json patch unknown field ${JSON.stringify(path)}`);
    else if (again) twice.push(`json patch duplicate field ${JSON.stringify(path)}`);
  });
  return [...new Set([...unknown, ...twice])];
}

export const patchOperations: PatchOperations = { applyPatch, decodePatched };
