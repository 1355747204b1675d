import type { KubeObject } from '@caretaker/kube';
import { annotationsOf, createdAt, nameOf } from '../machinery/objects.ts';
import type { RolloutPolicy } from './types.ts';
import { availableOf, DESIRED_REPLICAS, MAX_REPLICAS, podsOf, sizeOf, sum } from './types.ts';

/** A new size for a ReplicaSet. */
export interface Resize {
  set: KubeObject;
  replicas: number;
}

const oldestFirst = (left: KubeObject, right: KubeObject): number =>
  createdAt(left) - createdAt(right) || (nameOf(left) < nameOf(right) ? -1 : 1);

/** Size of the new ReplicaSet: up within the surge at once, down to what is wanted. */
export function newSetSize(policy: RolloutPolicy, newSet: KubeObject | undefined, sets: readonly KubeObject[]): number {
  const current = newSet ? sizeOf(newSet) : 0;
  if (policy.recreate || sets.every((set) => set === newSet)) return policy.replicas;
  if (current >= policy.replicas) return policy.replicas;
  const room = policy.replicas + policy.maxSurge - sum(sets, sizeOf);
  return room <= 0 ? current : current + Math.min(room, policy.replicas - current);
}

/** One step down of the old ReplicaSets of a rolling update: first pods that never became available, then as many as may be unavailable. */
export function shrinkOldSets(policy: RolloutPolicy, newSet: KubeObject, old: readonly KubeObject[]): Resize[] {
  const all = [...old, newSet];
  const oldPods = sum(old, sizeOf);
  if (oldPods === 0) return [];
  const minAvailable = policy.replicas - policy.maxUnavailable;
  const newUnavailable = sizeOf(newSet) - availableOf(newSet);
  let removable = sum(all, sizeOf) - minAvailable - newUnavailable;
  if (removable <= 0) return [];
  const sizes = new Map(old.map((set) => [set, sizeOf(set)]));
  const sorted = [...old].sort(oldestFirst);
  for (const set of sorted) {
    const size = sizes.get(set) ?? 0;
    const remove = Math.min(removable, Math.max(0, size - availableOf(set)));
    sizes.set(set, size - remove);
    removable -= remove;
  }
  let surplus = sum(all, availableOf) - minAvailable;
  for (const set of sorted) {
    const size = sizes.get(set) ?? 0;
    const remove = Math.min(Math.max(0, surplus), size);
    sizes.set(set, size - remove);
    surplus -= remove;
  }
  return sorted.map((set) => ({ set, replicas: sizes.get(set) ?? 0 })).filter(({ set, replicas }) => replicas !== sizeOf(set));
}

/** Has the Deployment's size changed since its ReplicaSets were last sized? */
export function isScalingEvent(policy: RolloutPolicy, sets: readonly KubeObject[]): boolean {
  return sets.some((set) => {
    const desired = annotationsOf(set)[DESIRED_REPLICAS];
    return sizeOf(set) > 0 && desired !== undefined && Number(desired) !== policy.replicas;
  });
}

/** New sizes after the Deployment itself was scaled, shared out among its ReplicaSets in proportion. */
export function scaleProportionally(policy: RolloutPolicy, newSet: KubeObject | undefined, old: readonly KubeObject[]): Resize[] {
  const all = newSet ? [...old, newSet] : [...old];
  const active = all.filter((set) => sizeOf(set) > 0);
  const single = active.length <= 1 ? (active[0] ?? newSet ?? [...old].sort(oldestFirst).at(-1)) : undefined;
  if (single) return sizeOf(single) === policy.replicas ? [] : [{ set: single, replicas: policy.replicas }];
  if (newSet && availableOf(newSet) === policy.replicas && sizeOf(newSet) === policy.replicas) {
    return old.filter((set) => sizeOf(set) > 0).map((set) => ({ set, replicas: 0 }));
  }
  if (policy.recreate) return [];
  const allowed = policy.replicas > 0 ? policy.replicas + policy.maxSurge : 0;
  const toAdd = allowed - sum(active, sizeOf);
  // Growing serves the newest first, shrinking the oldest; the largest always before the smaller.
  const order = [...active].sort(
    (left, right) => sizeOf(right) - sizeOf(left) || (toAdd > 0 ? oldestFirst(right, left) : oldestFirst(left, right)),
  );
  const sizes = new Map<KubeObject, number>();
  let added = 0;
  for (const set of order) {
    const share = toAdd === 0 ? 0 : proportion(set, allowed, policy, toAdd, added);
    sizes.set(set, sizeOf(set) + share);
    added += share;
  }
  const first = order[0];
  if (first) sizes.set(first, Math.max(0, (sizes.get(first) ?? 0) + toAdd - added));
  return order.map((set) => ({ set, replicas: sizes.get(set) ?? 0 }));
}

function proportion(set: KubeObject, allowed: number, policy: RolloutPolicy, toAdd: number, added: number): number {
  const size = sizeOf(set);
  const before = Number(annotationsOf(set)[MAX_REPLICAS]) || policy.replicas;
  const share = Math.round((size * allowed) / before) - size;
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left, -size);
}

/** Old ReplicaSets without pods, beyond the history limit, oldest revision first. */
export function surplusHistory(policy: RolloutPolicy, old: readonly KubeObject[], revision: (set: KubeObject) => number): KubeObject[] {
  const removable = old.filter((set) => set.metadata.deletionTimestamp === undefined);
  const count = removable.length - policy.revisionHistoryLimit;
  if (count <= 0) return [];
  return [...removable]
    .sort((left, right) => revision(left) - revision(right))
    .slice(0, count)
    .filter((set) => sizeOf(set) === 0 && podsOf(set) === 0 && (set.metadata.generation ?? 0) <= observed(set));
}

function observed(set: KubeObject): number {
  const status = set['status'];
  const value = typeof status === 'object' && status !== null && 'observedGeneration' in status ? status.observedGeneration : undefined;
  return typeof value === 'number' ? value : 0;
}
