/** The deletion guard (DESIGN §5): protects tenants from a table that is suddenly empty or wrong. Pure. */
import { createHash } from 'node:crypto';
import type { DeletionHold, RegistrySpec } from '../api/types.ts';

type Policy = RegistrySpec['deletionGuard'];

/** So long do removals count together. */
export const removalWindowMs = 600_000;
const sampleSize = 10;

export interface RecentRemovals {
  /** Milliseconds since the epoch. */
  time: number;
  count: number;
}

export interface GuardInput {
  policy: Policy;
  /** Tenants that exist, removed ones not counted. */
  existing: number;
  /** Names of tenants that are no longer wanted. */
  removals: readonly string[];
  /** Rows read, before the active filter. */
  rowsRead: number;
  /** Removals already carried out; those inside the window count together with the new ones. Approved ones are not in it. */
  recent: readonly RecentRemovals[];
  /** The hold of the last sync, for its `since`. */
  previous: DeletionHold | null | undefined;
  /** Value of the annotation approve-deletions. */
  approval: string | undefined;
  /** Milliseconds since the epoch. */
  now: number;
}

export type GuardDecision = { type: 'none' } | { type: 'proceed'; approved: boolean } | { type: 'hold'; hold: DeletionHold };

/** Eight hex digits over the sorted names: approves exactly these removals and no others. */
export function approvalToken(names: readonly string[]): string {
  return createHash('sha256')
    .update([...names].sort().join('\n'))
    .digest('hex')
    .slice(0, 8);
}

/** Removals that still count. */
export function stillRecent(recent: readonly RecentRemovals[], now: number): RecentRemovals[] {
  return recent.filter((removal) => now - removal.time < removalWindowMs);
}

function holdReason(input: GuardInput): DeletionHold['reason'] | undefined {
  const { policy, removals, rowsRead } = input;
  if (rowsRead === 0) return policy.onEmptyResult === 'Hold' ? 'EmptyResult' : undefined;
  const before = stillRecent(input.recent, input.now).reduce((sum, removal) => sum + removal.count, 0);
  const together = removals.length + before;
  const existing = input.existing + before;
  return together > policy.minTenants && together * 100 > policy.maxPercent * existing ? 'TooMany' : undefined;
}

/** What becomes of removals. */
export function guardDeletions(input: GuardInput): GuardDecision {
  const { removals } = input;
  if (removals.length === 0) return { type: 'none' };
  const reason = holdReason(input);
  if (reason === undefined) return { type: 'proceed', approved: false };
  const token = approvalToken(removals);
  if (input.approval === token) return { type: 'proceed', approved: true };
  return {
    type: 'hold',
    hold: {
      token,
      removals: removals.length,
      existing: input.existing,
      since: input.previous?.since ?? new Date(input.now).toISOString().replace(/\.\d+Z$/, 'Z'),
      reason,
      sample: [...removals].sort().slice(0, sampleSize),
    },
  };
}
