/** What the registry controller remembers of a registry between passes. Lost on restart without harm: it is found out anew. */
import type { DeletionHold } from '../api/types.ts';
import type { RecentRemovals } from './guard.ts';
import type { RejectedRow } from './rows.ts';

/** The last read of the rows that succeeded, and what came of it. */
export interface LastSync {
  rowsRead: number;
  active: number;
  rejected: readonly RejectedRow[];
  desired: number;
  /** Tenants that cannot be made because their template has never been valid. */
  withoutRevision: number;
  /** Tenants that could not be created or updated, with the reason. */
  failures: readonly { name: string; message: string }[];
  /** Removals that wait because rows without uid were read. */
  blockedRemovals: number;
  /** Milliseconds since the epoch. */
  time: number;
  durationSeconds: number;
}

export interface RegistryState {
  last: LastSync | undefined;
  /** Why the last attempt failed; undefined when it did not. */
  error: { code: string; message: string; hint: string } | undefined;
  failuresInARow: number;
  hold: DeletionHold | undefined;
  /** Removals carried out lately; approved ones are not in it. */
  recent: RecentRemovals[];
  /** Since when a tenant's row is away, milliseconds on the monotonic clock; for gracePeriod. */
  missingSince: Map<string, number>;
  /** Monotonic milliseconds; undefined: now. */
  nextSyncAt: number | undefined;
  /** What the last sync was for; another value means sync now. */
  syncedFor: string | undefined;
  handledSync: string | undefined;
  /** Rejections told by event already. */
  toldRejections: Set<string>;
  /** Tenants deleted by a sync that have not gone yet. */
  removed: Set<string>;
}

export const newState = (): RegistryState => ({
  last: undefined,
  error: undefined,
  failuresInARow: 0,
  hold: undefined,
  recent: [],
  missingSince: new Map(),
  nextSyncAt: undefined,
  syncedFor: undefined,
  handledSync: undefined,
  toldRejections: new Set(),
  removed: new Set(),
});
