import type { KubeObject, OwnerReference } from '@caretaker/kube';
import { copyObject } from '../json/value.ts';
import type { Owner } from '../types/bundle.ts';
import type { CreationPolicy, DeletionPolicy } from '../types/desired.ts';
import type { Marks } from '../types/marks.ts';

export interface StampRules {
  creationPolicy: CreationPolicy;
  deletionPolicy: DeletionPolicy;
}

/**
 * The object with the engine's marks: labels and annotations of ours beside the template's own (ours win on the same name), and the owner
 * reference where one may be. Objects that are retained never carry one (DESIGN §10.4), or garbage collection would take them.
 */
export function stamp(object: KubeObject, owner: Owner, marks: Marks, rules: StampRules): KubeObject {
  const stamped = copyObject(object);
  const metadata = stamped.metadata;
  metadata.labels = { ...metadata.labels, ...marks.labels(owner) };
  const annotations: Record<string, string> = { ...metadata.annotations };
  if (marks.deletionPolicy !== undefined) annotations[marks.deletionPolicy] = rules.deletionPolicy;
  if (marks.createdOnce !== undefined && rules.creationPolicy === 'Once') annotations[marks.createdOnce] = 'true';
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  const reference = ownerReferenceFor(stamped, owner, marks, rules);
  if (reference) metadata.ownerReferences = [...(metadata.ownerReferences ?? []).filter((other) => other.uid !== owner.uid), reference];
  return stamped;
}

function ownerReferenceFor(object: KubeObject, owner: Owner, marks: Marks, rules: StampRules): OwnerReference | undefined {
  if (!marks.ownerReferences || rules.deletionPolicy === 'Retain') return undefined;
  if (object.kind === 'Namespace' && object.apiVersion === 'v1') return undefined;
  const reachable = owner.namespace === undefined || owner.namespace === object.metadata.namespace;
  if (!reachable) return undefined;
  const { apiVersion, kind, name, uid } = owner;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}
