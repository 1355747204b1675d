import type { JsonObject, KubeObject } from '@caretaker/kube';
import { appliedOf } from '../decide/difference.ts';
import type { Memory } from '../decide/observation.ts';
import { ignoredOf } from '../decide/replicas.ts';
import { addressOf } from '../fields/address.ts';
import { putAt, removeAt } from '../fields/edit.ts';
import { toJsonObject } from '../json/value.ts';
import type { Digest } from '../observe/digest.ts';
import { select } from '../path/select.ts';
import type { Resource } from '../prepare/resource.ts';
import type { WriteAction } from '../types/action.ts';
import { bodyOf } from './body.ts';
import { type ActContext, requestOptions } from './context.ts';
import type { ActResult } from './result.ts';
import { wroteWords } from './words.ts';

/** patchStrategy merge: create when missing, else a JSON merge patch on the version that was read. */
export async function mergeObject(
  action: WriteAction,
  resource: Resource,
  digest: Digest | undefined,
  context: ActContext,
): Promise<ActResult> {
  const { object, live } = await bodyOf(action, resource, undefined, context);
  const options = { ...requestOptions(context), fieldManager: context.fieldManager };
  const after = live
    ? await context.client.patch(action.ref, { type: 'merge', body: mergePatch(object, live, resource, action) }, options)
    : await context.client.create(object, options);
  return patched(action, resource, digest, context.digest(after), context);
}

/** patchStrategy replace: create when missing, else PUT; finalizers and owner references of others are kept. */
export async function replaceObject(
  action: WriteAction,
  resource: Resource,
  digest: Digest | undefined,
  context: ActContext,
): Promise<ActResult> {
  const { object, live } = await bodyOf(action, resource, undefined, context);
  const options = { ...requestOptions(context), fieldManager: context.fieldManager };
  const after = live
    ? await context.client.update(replacement(object, live, resource, action), options)
    : await context.client.create(object, options);
  return patched(action, resource, digest, context.digest(after), context);
}

function patched(action: WriteAction, resource: Resource, digest: Digest | undefined, after: Digest, _context: ActContext): ActResult {
  const changed = digest?.resourceVersion !== after.resourceVersion;
  const remember: Partial<Memory> = { applied: appliedOf(after, resource.hash), failure: undefined, verified: undefined };
  const happening = wroteWords(action, resource, { created: digest === undefined, changed, digest });
  return { after: { type: 'object', digest: after }, remember, wrote: changed, happenings: happening ? [happening] : [] };
}

function mergePatch(object: KubeObject, live: KubeObject, resource: Resource, action: WriteAction): JsonObject {
  withoutIgnored(object, resource, action);
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...body } = toJsonObject(object);
  const { labels, annotations, ownerReferences } = object.metadata;
  const foreign = (live.metadata.ownerReferences ?? []).filter((other) => !ownerReferences?.some((own) => own.uid === other.uid));
  const kept: JsonObject = { resourceVersion: live.metadata.resourceVersion ?? '' };
  if (labels) kept['labels'] = labels;
  if (annotations) kept['annotations'] = annotations;
  if (ownerReferences) kept['ownerReferences'] = [...foreign, ...ownerReferences].map(toJsonObject);
  return { ...body, metadata: metadata === undefined ? {} : kept };
}

function replacement(object: KubeObject, live: KubeObject, resource: Resource, action: WriteAction): KubeObject {
  for (const path of ignoredOf(resource, action.yieldReplicas)) {
    for (const { location } of select(object, path)) removeAt(object, addressOf(object, location, {}));
    for (const { location, value } of select(live, path)) putAt(object, addressOf(live, location, {}), value);
  }
  const { ownerReferences: own = [] } = object.metadata;
  const foreign = (live.metadata.ownerReferences ?? []).filter((other) => !own.some((reference) => reference.uid === other.uid));
  const references = [...foreign, ...own];
  if (references.length > 0) object.metadata.ownerReferences = references;
  if (live.metadata.finalizers) object.metadata.finalizers = live.metadata.finalizers;
  if (live.metadata.resourceVersion !== undefined) object.metadata.resourceVersion = live.metadata.resourceVersion;
  return object;
}

/** Merge patches have no ownership to lose: what is left out simply stays. */
function withoutIgnored(object: KubeObject, resource: Resource, action: WriteAction): void {
  for (const path of ignoredOf(resource, action.yieldReplicas)) {
    for (const { location } of select(object, path)) removeAt(object, addressOf(object, location, {}));
  }
}
