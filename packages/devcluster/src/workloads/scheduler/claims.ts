import type { KubeObject } from '@caretaker/kube';
import { annotationsOf, isDeleting, nameOf } from '../machinery/objects.ts';
import { items, text } from '../machinery/read.ts';

export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

/** The claims that a pod's volumes name; an ephemeral volume's claim is named after pod and volume. */
export function claimNames(pod: KubeObject): string[] {
  return items(pod, 'spec', 'volumes').flatMap((volume) => {
    const named = text(volume, 'persistentVolumeClaim', 'claimName');
    if (named !== '') return [named];
    return typeof volume === 'object' && volume !== null && 'ephemeral' in volume ? [`${nameOf(pod)}-${text(volume, 'name')}`] : [];
  });
}

export type ClaimsVerdict =
  | { is: 'bound' }
  /** Whole-pod reason why it cannot be placed now. */
  | { is: 'blocked'; reason: string }
  /** Claims that wait for their first consumer to be given a node. */
  | { is: 'wait-for-node'; claims: KubeObject[] };

/** Do a pod's claims allow it to be placed? `lateBinding` tells whether a claim's class waits for its first consumer. */
export function judgeClaims(
  pod: KubeObject,
  find: (name: string) => KubeObject | undefined,
  lateBinding: (claim: KubeObject) => boolean,
): ClaimsVerdict {
  const waiting: KubeObject[] = [];
  for (const name of claimNames(pod)) {
    const claim = find(name);
    if (!claim) return { is: 'blocked', reason: `persistentvolumeclaim "${name}" not found` };
    if (isDeleting(claim)) return { is: 'blocked', reason: `persistentvolumeclaim "${name}" is being deleted` };
    if (text(claim, 'spec', 'volumeName') !== '' && text(claim, 'status', 'phase') === 'Bound') continue;
    if (!lateBinding(claim)) return { is: 'blocked', reason: 'pod has unbound immediate PersistentVolumeClaims' };
    waiting.push(claim);
  }
  return waiting.length > 0 ? { is: 'wait-for-node', claims: waiting } : { is: 'bound' };
}

export function selectedNode(claim: KubeObject): string | undefined {
  return annotationsOf(claim)[SELECTED_NODE];
}
