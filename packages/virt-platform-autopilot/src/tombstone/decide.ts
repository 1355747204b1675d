import type { KubeObject } from '@caretaker/kube';
import { managedByLabel, managedByValue } from '../names.ts';

/** Value of tombstone_status. */
export type TombstoneStatus = 0 | 1 | -1 | -2;

export type TombstoneDecision =
  /** Nothing there. */
  | { action: 'none'; status: 0 }
  /** It is ours: delete it, guarded by uid and resourceVersion. */
  | { action: 'delete'; uid: string; resourceVersion: string }
  /** It is being deleted; `stuck` once a finalizer has held it longer than it should. */
  | { action: 'wait'; status: 1 | -1; finalizers: readonly string[]; stuck: boolean; againInMs: number }
  /** Somebody else's object of that name. */
  | { action: 'keep'; status: -2 };

/** After this long a deletion counts as stuck; the alert waits another 30 minutes. Milliseconds. */
export const stuckAfterMs = 5 * 60_000;

/** `now`: wall clock in milliseconds. */
export function decideTombstone(live: KubeObject | undefined, now: number): TombstoneDecision {
  if (live === undefined) return { action: 'none', status: 0 };
  if (live.metadata.labels?.[managedByLabel] !== managedByValue) return { action: 'keep', status: -2 };
  const since = live.metadata.deletionTimestamp;
  if (since === undefined) return { action: 'delete', uid: live.metadata.uid ?? '', resourceVersion: live.metadata.resourceVersion ?? '' };
  const age = now - Date.parse(since);
  const stuck = age >= stuckAfterMs;
  return {
    action: 'wait',
    status: stuck ? -1 : 1,
    finalizers: live.metadata.finalizers ?? [],
    stuck,
    againInMs: stuck ? stuckAfterMs : Math.max(1000, stuckAfterMs - age),
  };
}
