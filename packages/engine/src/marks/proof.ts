import type { Owner } from '../types/bundle.ts';
import type { Marks } from '../types/marks.ts';
import { distinguishingLabels } from './names.ts';

/** What of an object's metadata tells whose it is. */
export interface OwnerEvidence {
  uid: string;
  labels: Readonly<Record<string, string>>;
  owners: readonly { kind: string; group: string; name: string; uid: string; controller: boolean }[];
  orphaned: boolean;
}

/** Whose an object is, as far as its metadata proves. */
export type Proof =
  /** Owner reference with the owner's uid, all tracking labels, or a uid that the owner's inventory names. */
  | { type: 'ours' }
  /** Another owner of the same operator; never touched, under no policy. */
  | { type: 'other'; who: string }
  /** Released earlier and marked so: may be taken again. */
  | { type: 'orphaned' }
  /** Nobody of ours made it. */
  | { type: 'foreign' };

/** `knownUid`: the uid that the owner's inventory has for this address. */
export function proofOf(evidence: OwnerEvidence, owner: Owner, marks: Marks, knownUid: string | undefined): Proof {
  const group = owner.apiVersion.includes('/') ? owner.apiVersion.slice(0, owner.apiVersion.indexOf('/')) : '';
  if (evidence.owners.some((reference) => reference.uid === owner.uid)) return { type: 'ours' };
  const sibling = evidence.owners.find((reference) => reference.kind === owner.kind && reference.group === group);
  if (sibling) return { type: 'other', who: `${sibling.kind} ${sibling.name}` };
  const labels = Object.entries(marks.labels(owner));
  if (labels.length > 0 && labels.every(([name, value]) => evidence.labels[name] === value)) return { type: 'ours' };
  if (evidence.orphaned) return { type: 'orphaned' };
  const taken = distinguishingLabels(marks, owner).find(
    ([name, value]) => evidence.labels[name] !== undefined && evidence.labels[name] !== value,
  );
  const controlled = evidence.owners.some((reference) => reference.controller);
  if (taken) {
    // Labels that a person edited on an object which the inventory names by uid are drift, not a new owner, unless the labels name one.
    if (knownUid === evidence.uid && !controlled) return { type: 'ours' };
    return { type: 'other', who: labels.map(([name]) => `${name}=${evidence.labels[name] ?? ''}`).join(',') };
  }
  if (knownUid !== undefined && knownUid === evidence.uid) return { type: 'ours' };
  return { type: 'foreign' };
}
