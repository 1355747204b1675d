/** ConversionReview: what a webhook is asked, and what is wrong with its answer. */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { member, textOf } from '../admission/json-members.ts';
import { isMap } from '../apply/typed-view.ts';
import type { FieldError } from '../schema/contract.ts';
import { annotationErrors, labelErrors } from '../validation/parts/object-meta.ts';

const GROUP = 'apiextensions.k8s.io';

/** The first version of reviews that is known; undefined when there is none. */
export const reviewVersion = (versions: readonly string[]): string | undefined => versions.find((one) => one === 'v1' || one === 'v1beta1');

export function conversionReview(version: string, uid: string, object: KubeObject, desiredAPIVersion: string): string {
  return JSON.stringify({
    kind: 'ConversionReview',
    apiVersion: `${GROUP}/${version}`,
    request: { uid, desiredAPIVersion, objects: [object] },
    response: { uid: '', convertedObjects: null, result: { metadata: {} } },
  });
}

/** The objects that were made. Throws an Error in the server's words; v1beta1 is not checked for kind and uid. */
export function convertedObjects(review: JsonObject, version: string, uid: string): JsonValue[] {
  const [apiVersion, kind] = [textOf(review['apiVersion']), textOf(review['kind'])];
  if (apiVersion !== '' || kind !== '') checkKind(apiVersion, kind, version);
  else if (version === 'v1') throw new Error(`expected webhook response of ${GROUP}/v1, Kind=ConversionReview, got /, Kind=`);
  if (!isMap(review['response'] ?? null)) throw new Error('no response provided');
  const response = member(review, 'response');
  const given = textOf(response['uid']);
  if (version === 'v1' && given !== uid) throw new Error(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(given)}`);
  const result = member(response, 'result');
  const status = textOf(result['status']);
  if (status !== 'Success') throw new Error(textOf(result['message']) || `response.result.status was '${status}', not 'Success'`);
  const objects = response['convertedObjects'];
  return Array.isArray(objects) ? objects : [];
}

function checkKind(apiVersion: string, kind: string, version: string): void {
  const known = /^apiextensions\.k8s\.io\/(v1|v1beta1)$/.exec(apiVersion);
  if (known === null || kind !== 'ConversionReview') {
    throw new Error(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:110"`,
    );
  }
  if (known[1] !== version)
    throw new Error(`converting (${known[1]}.ConversionReview) to (${version}.ConversionReview): unknown conversion`);
}

const groupVersionOf = (object: JsonObject): string => textOf(object['apiVersion']);

/** The converted object when it is one. Throws an Error with what comes after `conversion webhook for X `. */
export function checkConverted(object: KubeObject, made: JsonValue, apiVersion: string): JsonObject {
  const at = 'returned invalid object at index 0: ';
  if (!isMap(made)) throw new Error(`${at}no object`);
  if (groupVersionOf(made) !== apiVersion)
    throw new Error(`${at}invalid groupVersion (expected ${apiVersion}, received ${groupVersionOf(made)})`);
  if (made['kind'] !== object.kind) throw new Error(`${at}invalid kind (expected ${object.kind}, received ${textOf(made['kind'])})`);
  const metadata = member(made, 'metadata');
  for (const [name, words] of IDENTITY) {
    const [expected, got] = [object.metadata[name] ?? '', textOf(metadata[name])];
    if (expected !== got) throw new Error(`returned invalid object: must have the same ${words}: ${expected} != ${got}`);
  }
  checkMetadata(object, made['metadata']);
  return made;
}

const IDENTITY = [
  ['name', 'name'],
  ['namespace', 'namespace'],
  ['uid', 'UID'],
] as const;

function checkMetadata(object: KubeObject, metadata: JsonValue | undefined): void {
  const wrong = (words: string): Error => new Error(`returned invalid metadata: ${words}`);
  if (metadata === undefined) throw wrong('missing metadata in converted object');
  if (!isMap(metadata)) throw wrong(`invalid metadata of type ${goType(metadata)} in converted object`);
  for (const field of ['labels', 'annotations'] as const) {
    const given = metadata[field] ?? null;
    if (given === null) continue;
    if (!isMap(given)) throw wrong(`invalid metadata.${field} of type ${goType(given)} in converted object`);
    for (const [key, value] of Object.entries(given)) {
      if (typeof value !== 'string') throw wrong(`metadata.${field}[${key}] must be a string, but is ${goType(value)} in converted object`);
    }
    if (JSON.stringify(object.metadata[field] ?? {}) === JSON.stringify(given)) continue;
    const errors: FieldError[] = [];
    if (field === 'labels') labelErrors(given, 'metadata.labels', errors);
    else annotationErrors(given as Record<string, string>, 'metadata.annotation', errors);
    const texts = errors.map((error) => `${error.field}: ${error.message}`);
    if (texts.length > 0) throw wrong(texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`);
  }
}

function goType(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}
