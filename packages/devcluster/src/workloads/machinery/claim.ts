import type { KubeObject } from '@caretaker/kube';
import type { Action } from './action.ts';
import { controllerOf, controllerReference, isControlledBy, isDeleting, labelsOf, refOf, uidOf } from './objects.ts';

export interface Claim {
  /** Objects that count as the owner's. */
  owned: KubeObject[];
  /** Adoptions and releases to write. Adopted objects count from the next pass on. */
  actions: Action[];
}

/**
 * Which dependents are an owner's: those it controls and still selects. What it controls and no longer selects is released, what it selects and
 * nobody controls is adopted (the rule of the API conventions). An owner that is going away neither adopts nor releases.
 */
export function claim(
  owner: KubeObject,
  controlled: readonly KubeObject[],
  selected: readonly KubeObject[],
  matches: (labels: Readonly<Record<string, string>>) => boolean,
): Claim {
  const owned: KubeObject[] = [];
  const actions: Action[] = [];
  for (const dependent of controlled) {
    if (!isControlledBy(dependent, owner)) continue;
    if (matches(labelsOf(dependent))) owned.push(dependent);
    else if (!isDeleting(owner) && !isDeleting(dependent)) actions.push(release(owner, dependent));
  }
  if (isDeleting(owner)) return { owned, actions };
  for (const candidate of selected) {
    if (controllerOf(candidate) || isDeleting(candidate) || !matches(labelsOf(candidate))) continue;
    actions.push(adopt(owner, candidate));
  }
  return { owned, actions };
}

function release(owner: KubeObject, dependent: KubeObject): Action {
  const remaining = (dependent.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uidOf(owner));
  return writeOwners(dependent, remaining);
}

function adopt(owner: KubeObject, candidate: KubeObject): Action {
  return writeOwners(candidate, [...(candidate.metadata.ownerReferences ?? []), controllerReference(owner)]);
}

function writeOwners(object: KubeObject, ownerReferences: NonNullable<KubeObject['metadata']['ownerReferences']>): Action {
  const guard = { uid: uidOf(object), ...(object.metadata.resourceVersion ? { resourceVersion: object.metadata.resourceVersion } : {}) };
  const owners = ownerReferences.map((reference) => ({ ...reference }));
  return { do: 'patch', ref: refOf(object), patch: { type: 'merge', body: { metadata: { ...guard, ownerReferences: owners } } } };
}
