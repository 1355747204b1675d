/** Reading objects of built-in and custom kinds. */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { decodeStruct, GoDecodeError, zeroStruct } from '../decode/go-decoder.ts';
import { applyBuiltinDefaults } from '../defaulting/builtin-defaults.ts';
import { type Decoded, RequestFault, type TypeInfo } from './contract.ts';
import { apiVersionOf } from './type-names.ts';

const OBJECT_META = 'k8s.io/apimachinery/pkg/apis/meta/v1.ObjectMeta';

/** An object of the kind to which nothing was given. */
export function emptyObject(type: TypeInfo): KubeObject {
  const head = { apiVersion: apiVersionOf(type), kind: type.kind };
  return (type.goType === undefined ? { ...head, metadata: {} } : { ...head, ...zeroStruct(type.goType) }) as KubeObject;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** stringData is for writing only: it becomes part of data. */
function mergeStringData(secret: JsonObject): void {
  const given = secret['stringData'];
  if (!isObject(given)) return;
  delete secret['stringData'];
  const data: JsonObject = isObject(secret['data']) ? { ...secret['data'] } : {};
  for (const key of Object.keys(given)) data[key] = Buffer.from(String(given[key]), 'utf8').toString('base64');
  secret['data'] = data;
}

const ipOf = (item: JsonValue): JsonValue => (isObject(item) ? (item['ip'] ?? '') : '');

/** A single value is the first of the list beside it: where only one of the two is given, it makes the other. */
function mirrorFirst(
  holder: JsonValue | undefined,
  single: string,
  list: string,
  wrap: (one: JsonValue) => JsonValue,
  unwrap: (item: JsonValue) => JsonValue,
): void {
  if (!isObject(holder)) return;
  const one = holder[single];
  const items = holder[list];
  const first = Array.isArray(items) ? items[0] : undefined;
  if (one !== undefined && one !== '' && first === undefined) holder[list] = [wrap(one)];
  else if (first !== undefined && (one === undefined || one === '')) holder[single] = unwrap(first);
}

export const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** The internal form of a DaemonSet has a number where the API has an annotation, so every one of them has it. */
function templateGeneration(object: JsonObject): void {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {};
  const given = annotations[TEMPLATE_GENERATION];
  const isNumber = typeof given === 'string' && /^-?\d{1,18}$/.test(given);
  metadata['annotations'] = { ...annotations, [TEMPLATE_GENERATION]: isNumber ? given : '0' };
  object['metadata'] = metadata;
}

/** What reading an object of a kind does beyond its fields. */
const ON_READ: Readonly<Record<string, (object: JsonObject) => void>> = {
  '/Secret': mergeStringData,
  '/Node': (node) =>
    mirrorFirst(
      node['spec'],
      'podCIDR',
      'podCIDRs',
      (cidr) => cidr,
      (cidr) => cidr,
    ),
  '/Pod': (pod) => {
    mirrorFirst(pod['status'], 'podIP', 'podIPs', (ip) => ({ ip }), ipOf);
    mirrorFirst(pod['status'], 'hostIP', 'hostIPs', (ip) => ({ ip }), ipOf);
  },
  'apps/DaemonSet': templateGeneration,
};

/** metadata in the server's form. */
export function decodeMetadata(raw: JsonObject): JsonObject {
  return decodeStruct(OBJECT_META, raw).value;
}

/** The object in the server's form. Throws GoDecodeError where a value does not fit its Go type. */
export function readObject(type: TypeInfo, raw: JsonObject): Decoded {
  if (type.goType !== undefined) {
    const { value, unknown } = decodeStruct(type.goType, raw);
    value['apiVersion'] = apiVersionOf(type);
    value['kind'] = type.kind;
    if (!isObject(value['metadata'])) value['metadata'] = {};
    ON_READ[`${type.group}/${type.kind}`]?.(value);
    return { object: value as unknown as KubeObject, strictErrors: unknown.map((path) => `unknown field "${path}"`) };
  }
  const object: JsonObject = { ...structuredClone(raw), apiVersion: apiVersionOf(type), kind: type.kind };
  const metadata = decodeStruct(OBJECT_META, isObject(object['metadata']) ? object['metadata'] : {});
  object['metadata'] = metadata.value;
  const unknown = [...metadata.unknown.map((path) => `metadata.${path}`), ...(type.custom?.prune(object) ?? [])];
  return { object: object as unknown as KubeObject, strictErrors: unknown.map((path) => `unknown field "${path}"`) };
}

/** Like readObject, for a body of a request: type errors become 400. */
export function decodeObject(type: TypeInfo, raw: JsonObject): Decoded {
  try {
    return readObject(type, raw);
  } catch (error) {
    if (!(error instanceof GoDecodeError)) throw error;
    const message = `${type.kind} in version ${JSON.stringify(type.version)} cannot be handled as a ${type.kind}: ${error.message}`;
    throw new RequestFault({ code: 400, reason: 'BadRequest', message });
  }
}

/** In place. */
export function applyTypeDefaults(type: TypeInfo, object: KubeObject): void {
  if (type.goType === undefined) type.custom?.applyDefaults(object as unknown as JsonObject);
  else applyBuiltinDefaults(type, object as unknown as JsonObject);
}
