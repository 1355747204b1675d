import type { ObjectRef } from '@caretaker/kube';
import type { Digest } from '../observe/digest.ts';
import { objectKey } from '../prepare/object-key.ts';
import type { Owner } from '../types/bundle.ts';
import type { InventoryEntry } from '../types/state.ts';
import { entryRef } from './inventory.ts';
import type { World } from './world.ts';

/**
 * Objects of an owner that its inventory does not name: made just before a crash, when the status could not be written any more. Looked for on
 * the owner's first pass of this process, among the kinds that are watched. An object counts only with our applied-hash on it: labels
 * alone are inherited by what workloads make (pods, claims, replica sets).
 */
export function leftovers(owner: Owner, inventory: readonly InventoryEntry[], world: World): InventoryEntry[] {
  if (!world.options.marks.ownerReferences || world.claims.keysOf(owner.key).length > 0) return [];
  const known = new Set(inventory.map((entry) => objectKey(entryRef(entry))));
  const found: InventoryEntry[] = [];
  for (const [ref, digest] of world.caches.ownedBy(owner)) {
    if (!known.has(objectKey(ref)) && digest.appliedHash !== undefined) found.push(leftover(ref, digest));
  }
  return found;
}

function leftover(ref: ObjectRef, digest: Digest): InventoryEntry {
  const place = ref.namespace === undefined ? {} : { namespace: ref.namespace };
  const id = `${ref.kind.toLowerCase()}/${ref.name}`;
  const policy = digest.retained ? 'Retain' : 'Delete';
  return {
    id,
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    ...place,
    name: ref.name,
    uid: digest.uid,
    deletionPolicy: policy,
    dependIds: [],
  };
}
