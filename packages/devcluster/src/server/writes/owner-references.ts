import type { KubeObject, OwnerReference } from '@caretaker/kube';
import { deepEqual } from './deep-equal.ts';

const ADVICE =
  'API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed:';

/** Drops owner references that stand twice, and says so. A patch is looked at once mutating admission is through. */
export function dropRepeatedOwners(object: KubeObject, warnings: string[], admitted: boolean): void {
  const references = object.metadata.ownerReferences;
  if (references === undefined || references.length < 2) return;
  const kept: OwnerReference[] = [];
  const repeated: string[] = [];
  for (const reference of references) {
    if (kept.some((one) => one.uid === reference.uid && deepEqual(one, reference))) repeated.push(reference.uid);
    else kept.push(reference);
  }
  if (repeated.length === 0) return;
  const when = admitted ? ' after mutating admission happens' : '';
  warnings.push(`.metadata.ownerReferences contains duplicate entries${when}; ${ADVICE} ${repeated.join(', ')}`);
  object.metadata.ownerReferences = kept;
}
