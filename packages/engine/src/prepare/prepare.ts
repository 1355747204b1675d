import type { GroupVersionKind, KubeObject, ObjectRef } from '@caretaker/kube';
import { EngineError } from '../errors/engine-error.ts';
import { type IgnorePath, parseIgnoreField } from '../ignore/parse.ts';
import { toJsonObject } from '../json/value.ts';
import { stamp } from '../marks/stamp.ts';
import { changedIdentity } from '../overrides/identity.ts';
import { applyJsonPatch, JsonPatchError } from '../overrides/json-patch.ts';
import { compileReadiness } from '../readiness/custom.ts';
import { isSensitiveKind } from '../redact/redact.ts';
import type { Bundle, Owner, UnrenderedResource } from '../types/bundle.ts';
import type { DesiredObject, JsonPatchOperation } from '../types/desired.ts';
import type { Marks } from '../types/marks.ts';
import { withDefaults } from './defaults.ts';
import { desiredHash } from './desired-hash.ts';
import { isKubeObject } from './kube-object.ts';
import { objectKey } from './object-key.ts';
import type { Fault, Resource } from './resource.ts';
import { withoutStringData } from './secret-data.ts';

export interface PrepareContext {
  marks: Marks;
  hashKey: Uint8Array;
  /** Whether the kind lives in namespaces; undefined when the cluster does not have it. */
  namespaced: (kind: GroupVersionKind) => boolean | undefined;
}

/** Everything about a bundle that can be known without looking at the cluster's objects. A fault of one resource stays with it. */
export function prepare(bundle: Bundle, context: PrepareContext): Resource[] {
  const seen = new Map<string, string>();
  const resources = bundle.desired.map((desired) => prepareOne(desired, bundle.owner, context));
  for (const resource of resources) {
    const other = resource.key === '' ? undefined : seen.get(resource.key);
    if (other === undefined) seen.set(resource.key, resource.id);
    else resource.fault ??= fault('DuplicateObject', `resource ${resource.id} is the same object as ${other}: give it another name`);
  }
  return [...resources, ...(bundle.unrendered ?? []).map(unrendered)];
}

function prepareOne(desired: DesiredObject, owner: Owner, context: PrepareContext): Resource {
  const rules = withDefaults(desired);
  const base = {
    id: desired.id,
    dependIds: desired.dependIds ?? [],
    level: 0,
    rules,
    sensitive: desired.sensitive === true || isSensitiveKind(desired.object.kind),
  };
  try {
    const ignored = (desired.ignoreFields ?? []).map(parseIgnoreField);
    const readiness = desired.readiness && compileReadiness(desired.readiness);
    const patched = patch(desired.object, desired.userPatch ?? []);
    const placed = place(patched, owner, context);
    const ref = refOf(placed);
    const object = stamp(withoutStringData(placed), owner, context.marks, rules);
    const key = objectKey(ref);
    const hash = desiredHash(context.hashKey, owner.uid, key, ignored.length === 0 ? object : [object, desired.ignoreFields]);
    return { ...base, ref, key, object, hash, ignored, readiness, fault: undefined };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { ...base, ...nameless(desired.object), ignored: noPaths, readiness: undefined, fault: fault(error.code, error.message) };
  }
}

const noPaths: readonly IgnorePath[] = [];

function fault(code: Fault['code'], message: string): Fault {
  return { code, reason: code, message };
}

function nameless(object: KubeObject): Pick<Resource, 'ref' | 'key' | 'object' | 'hash'> {
  const { name, namespace } = object.metadata;
  const ref: ObjectRef = { apiVersion: object.apiVersion, kind: object.kind, name: name ?? '', ...(namespace ? { namespace } : {}) };
  return { ref, key: '', object, hash: '' };
}

function unrendered(resource: UnrenderedResource): Resource {
  const object: KubeObject = { apiVersion: resource.apiVersion ?? '', kind: resource.kind ?? '', metadata: {} };
  const rules = withDefaults({ id: resource.id, object, deletionPolicy: resource.deletionPolicy });
  const faulty: Fault = { code: 'RenderFailed', reason: resource.reason, message: resource.message };
  const { id, dependIds } = resource;
  const parsed = { ignored: noPaths, readiness: undefined };
  return { id, dependIds: dependIds ?? [], level: 0, rules, sensitive: false, ...nameless(object), ...parsed, fault: faulty };
}

function patch(object: KubeObject, operations: readonly JsonPatchOperation[]): KubeObject {
  if (operations.length === 0) return object;
  const result = (() => {
    try {
      return applyJsonPatch(toJsonObject(object), operations);
    } catch (error) {
      if (error instanceof JsonPatchError) throw new EngineError('JsonPatchInvalid', `JSON patch: ${error.message}`, { cause: error });
      throw error;
    }
  })();
  const changed = changedIdentity(object, result);
  if (changed.length > 0 || !isKubeObject(result)) {
    throw new EngineError(
      'JsonPatchInvalid',
      `JSON patch: it would change ${changed.join(', ') || 'metadata'}, which makes another object`,
    );
  }
  return result;
}

function place(object: KubeObject, owner: Owner, context: PrepareContext): KubeObject {
  const namespaced = context.namespaced(object);
  const { namespace, ...metadata } = object.metadata;
  if (namespaced === false) return { ...object, metadata };
  const target = namespace || owner.namespace;
  if (namespaced === true && target === undefined) {
    throw new EngineError('IdentityMissing', `${object.kind} ${metadata.name ?? ''} has no namespace, and its owner has none to lend`);
  }
  return target === undefined ? object : { ...object, metadata: { ...metadata, namespace: target } };
}

function refOf(object: KubeObject): ObjectRef {
  const { name, namespace } = object.metadata;
  if (object.apiVersion === '' || object.kind === '') throw new EngineError('IdentityMissing', 'the object has no apiVersion or kind');
  if (!name) throw new EngineError('IdentityMissing', `the ${object.kind} has no metadata.name`, { hint: 'set nameTemplate' });
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) };
}
