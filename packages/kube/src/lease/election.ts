import type { LeaseRecord } from './lease-record.ts';

/** The lease as last seen: `since` is when it was first seen in this state, on our own monotonic clock. */
export interface Observation {
  record: LeaseRecord;
  resourceVersion: string | undefined;
  since: number;
}

export type ElectionStep = 'create' | 'renew' | 'take' | 'wait';

/**
 * What to do about a lease. Another's lease is free when it was given back, or when it has not changed for its duration as measured here: clocks of other machines
 * are never compared with ours.
 */
export function electionStep(seen: Observation | undefined, identity: string, now: number): ElectionStep {
  if (seen === undefined) return 'create';
  if (seen.record.holderIdentity === identity) return 'renew';
  if (seen.record.holderIdentity === '') return 'take';
  return now - seen.since >= seen.record.leaseDurationSeconds * 1000 ? 'take' : 'wait';
}

/** Keeps `since` while the lease stays as it was. */
export function observe(last: Observation | undefined, record: LeaseRecord, resourceVersion: string | undefined, now: number): Observation {
  const same = last !== undefined && last.resourceVersion === resourceVersion && last.record.renewTime === record.renewTime;
  return same ? last : { record, resourceVersion, since: now };
}
