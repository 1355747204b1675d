import type { JsonObject, KubeObject, OwnerReference } from '@caretaker/kube';
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

type Write = (action: WriteAction, resource: Resource, digest: Digest | undefined, context: ActContext) => Promise<ActResult>;

/** patchStrategy merge: create when missing, else a JSON merge patch on the version that was read. */
export const mergeObject: Write = writing((object, live, action, resource, { client }, options) =>
  client.patch(action.ref, { type: 'merge', body: mergePatch(object, live, resource, action) }, options),
);

/** patchStrategy replace: create when missing, else PUT; finalizers and owner references of others are kept. */
export const replaceObject: Write = writing((object, live, action, resource, { client }, options) =>
  client.update(replacement(object, live, resource, action), options),
);

type Change = (
  object: KubeObject,
  live: KubeObject,
  action: WriteAction,
  resource: Resource,
  context: ActContext,
  options: ReturnType<typeof requestOptions> & { fieldManager: string },
) => Promise<KubeObject>;

/** What all strategies but apply do around the one request by which they change an object that is there. */
function writing(change: Change): Write {
  return async (action, resource, digest, context) => {
    const { object, live } = await bodyOf(action, resource, undefined, context);
    const options = { ...requestOptions(context), fieldManager: context.fieldManager };
    const written = await (live ? change(object, live, action, resource, context, options) : context.client.create(object, options));
    const after = context.digest(written);
    const changed = digest?.resourceVersion !== after.resourceVersion;
    const remember: Partial<Memory> = { applied: appliedOf(after, resource.hash), failure: undefined, verified: undefined };
    const happening = wroteWords(action, resource, { created: digest === undefined, changed, digest });
    return { after: { type: 'object', digest: after }, remember, wrote: changed, happenings: happening ? [happening] : [] };
  };
}

function mergePatch(object: KubeObject, live: KubeObject, resource: Resource, action: WriteAction): JsonObject {
  withoutIgnored(object, resource, action);
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...body } = toJsonObject(object);
  const { labels, annotations, ownerReferences } = object.metadata;
  const kept: JsonObject = { resourceVersion: live.metadata.resourceVersion ?? '' };
  if (labels) kept['labels'] = labels;
  if (annotations) kept['annotations'] = annotations;
  if (ownerReferences) kept['ownerReferences'] = ownersOf(object, live).map(toJsonObject);
  return { ...body, metadata: metadata === undefined ? {} : kept };
}

function replacement(object: KubeObject, live: KubeObject, resource: Resource, action: WriteAction): KubeObject {
  for (const path of ignoredOf(resource, action.yieldReplicas)) {
    for (const { location } of select(object, path)) removeAt(object, addressOf(object, location, {}));
    for (const { location, value } of select(live, path)) putAt(object, addressOf(live, location, {}), value);
  }
  const references = ownersOf(object, live);
  if (references.length > 0) object.metadata.ownerReferences = references;
  if (live.metadata.finalizers) object.metadata.finalizers = live.metadata.finalizers;
  if (live.metadata.resourceVersion !== undefined) object.metadata.resourceVersion = live.metadata.resourceVersion;
  return object;
}

/** The owners that others gave the object, then ours. */
function ownersOf(object: KubeObject, live: KubeObject): OwnerReference[] {
  const { ownerReferences: own = [] } = object.metadata;
  const foreign = (live.metadata.ownerReferences ?? []).filter((other) => !own.some((reference) => reference.uid === other.uid));
  return [...foreign, ...own];
}

/** Merge patches have no ownership to lose: what is left out simply stays. */
function withoutIgnored(object: KubeObject, resource: Resource, action: WriteAction): void {
  for (const path of ignoredOf(resource, action.yieldReplicas)) {
    for (const { location } of select(object, path)) removeAt(object, addressOf(object, location, {}));
  }
}
