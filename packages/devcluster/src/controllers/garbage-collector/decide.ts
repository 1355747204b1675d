import type { KubeObject, OwnerReference } from '@caretaker/kube';

export const ORPHAN = 'orphan';
export const FOREGROUND = 'foregroundDeletion';

/** What an owner reference leads to. `unknown`: the kind is not served, so nothing can be said. */
export type OwnerState = 'solid' | 'absent' | 'waiting' | 'unknown';

export interface Dependent {
  /** A reference of it to this owner blocks the owner's foreground deletion. */
  readonly blocking: boolean;
  readonly beingDeleted: boolean;
}

export type CollectorDecision =
  | { readonly do: 'nothing' }
  | { readonly do: 'drop-references'; readonly uids: readonly string[] }
  | { readonly do: 'delete'; readonly policy: 'Foreground' | 'Background' | 'Orphan' };

/** What becomes of an object with owners, by the state of each. The rules of the garbage collector of kube-controller-manager. */
export function decideDependent(
  object: KubeObject,
  states: readonly { reference: OwnerReference; state: OwnerState }[],
  hasDependents: boolean,
): CollectorDecision {
  if (states.length === 0 || states.some(({ state }) => state === 'unknown')) return { do: 'nothing' };
  if (object.metadata.deletionTimestamp !== undefined && !isDeletingDependents(object)) return { do: 'nothing' };
  const gone = states.filter(({ state }) => state !== 'solid');
  if (gone.length === 0) return { do: 'nothing' };
  if (gone.length < states.length) return { do: 'drop-references', uids: gone.map(({ reference }) => reference.uid) };
  if (object.metadata.deletionTimestamp !== undefined && states.every(({ state }) => state !== 'waiting')) return { do: 'nothing' };
  if (states.some(({ state }) => state === 'waiting') && hasDependents) return { do: 'delete', policy: 'Foreground' };
  return object.metadata.deletionTimestamp !== undefined ? { do: 'nothing' } : { do: 'delete', policy: policyOf(object) };
}

/** A policy that was asked for before is kept. */
function policyOf(object: KubeObject): 'Foreground' | 'Background' | 'Orphan' {
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizers.includes(ORPHAN)) return 'Orphan';
  return finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background';
}

export function isDeletingDependents(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).includes(FOREGROUND);
}

export function isOrphaning(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).includes(ORPHAN);
}

/** Owners that wait for dependents which wait for them would wait for ever: an object in such a circle stops blocking its owners. */
export function breaksCircle(decision: CollectorDecision, dependents: readonly KubeObject[]): boolean {
  return decision.do === 'delete' && decision.policy === 'Foreground' && dependents.some(isDeletingDependents);
}

/** An owner in foreground deletion waits only for dependents that block it. */
export function mayFinishForeground(dependents: readonly Dependent[]): boolean {
  return !dependents.some((dependent) => dependent.blocking);
}
