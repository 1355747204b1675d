/** Reading objects of built-in and custom kinds. */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { converterFault, decodeStruct } from '../decode/go-decoder.ts';
import { GoDecodeError } from '../decode/place.ts';
import { settleStruct } from '../decode/stored-form.ts';
import { describe } from '../decode/words.ts';
import { zeroStruct } from '../decode/zero.ts';
import { applyBuiltinDefaults } from '../defaulting/builtin-defaults.ts';
import type { SpelledNumbers } from '../wire/spelled-numbers.ts';
import { cloneJson } from './clone-json.ts';
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

/** A single value is the first of the list beside it: where only one of the two is given it makes the other, and where they differ it wins. */
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
  if (one !== undefined && one !== '') {
    if (first === undefined || unwrap(first) !== one) holder[list] = [wrap(one)];
  } else if (first !== undefined) holder[single] = unwrap(first);
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
    const spec = pod['spec'];
    // negative periods mean one second
    if (isObject(spec) && Number(spec['terminationGracePeriodSeconds'] ?? 0) < 0) spec['terminationGracePeriodSeconds'] = 1;
  },
  'apps/DaemonSet': templateGeneration,
};

/** metadata in the server's form. */
export function decodeMetadata(raw: JsonObject): JsonObject {
  return decodeStruct(OBJECT_META, raw).value;
}

/** The object in the server's form. Throws GoDecodeError where a value does not fit its Go type. */
export function readObject(type: TypeInfo, raw: JsonObject, numbers?: SpelledNumbers): Decoded {
  if (type.goType !== undefined) {
    const { value, unknown } = decodeStruct(type.goType, raw, numbers);
    value['apiVersion'] = apiVersionOf(type);
    value['kind'] = type.kind;
    if (!isObject(value['metadata'])) value['metadata'] = {};
    ON_READ[`${type.group}/${type.kind}`]?.(value);
    return { object: value as unknown as KubeObject, strictErrors: unknown.map((path) => `unknown field ${JSON.stringify(path)}`) };
  }
  for (const number of numbers?.values() ?? [])
    if (!Number.isFinite(Number(number))) throw new GoDecodeError(`json: cannot unmarshal number ${number} into Go value of type float64`);
  const object: JsonObject = { ...cloneJson({ ...raw, metadata: null }), apiVersion: apiVersionOf(type), kind: type.kind };
  const given = raw['metadata'] ?? {};
  if (!isObject(given)) throw new GoDecodeError(`json: cannot unmarshal ${describe(given)} into Go value of type v1.ObjectMeta`);
  const metadata = decodeStruct(OBJECT_META, given);
  object['metadata'] = metadata.value;
  const unknown = [...metadata.unknown.map((path) => `metadata.${path}`), ...(type.custom?.prune(object) ?? [])];
  return { object: object as unknown as KubeObject, strictErrors: unknown.map((path) => `unknown field ${JSON.stringify(path)}`) };
}

/** The words of the converter for an object that readObject refuses with `error`. */
export function converterFaultOf(type: TypeInfo, raw: JsonObject, error: GoDecodeError): string {
  return (type.goType === undefined ? undefined : converterFault(type.goType, raw)) ?? error.convertMessage;
}

/** Like readObject, for a body of a request: type errors become 400. */
export function decodeObject(type: TypeInfo, raw: JsonObject, numbers?: SpelledNumbers): Decoded {
  try {
    return readObject(type, raw, numbers);
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

/** A Job without labels has those of its template, also those that the template was given last. */
function labelsOfTemplate(job: JsonObject): void {
  const spec = isObject(job['spec']) ? job['spec'] : {};
  const template = isObject(spec['template']) ? spec['template'] : {};
  const labels = isObject(template['metadata']) ? template['metadata']['labels'] : undefined;
  const metadata = job['metadata'];
  if (isObject(metadata) && metadata['labels'] === undefined && labels !== undefined) metadata['labels'] = cloneJson(labels);
}

/** In place. */
export function settleObject(type: TypeInfo, object: KubeObject): void {
  if (type.group === 'batch' && type.kind === 'Job') labelsOfTemplate(object as unknown as JsonObject);
  if (type.goType !== undefined) settleStruct(type.goType, object as unknown as JsonObject);
}
