import { numberAt, textAt } from '../json/read.ts';
import type { KubeObject } from '../types/object.ts';
import { microTime } from './micro-time.ts';

/** coordination.k8s.io/v1 LeaseSpec, as far as elections use it. Times are read by people only: durations are measured on one's own clock. */
export interface LeaseRecord {
  holderIdentity: string;
  leaseDurationSeconds: number;
  acquireTime: string | undefined;
  renewTime: string | undefined;
  leaseTransitions: number;
}

export function readLease(lease: KubeObject): LeaseRecord {
  const spec = lease['spec'];
  return {
    holderIdentity: textAt(spec, 'holderIdentity') ?? '',
    leaseDurationSeconds: numberAt(spec, 'leaseDurationSeconds') ?? 0,
    acquireTime: textAt(spec, 'acquireTime'),
    renewTime: textAt(spec, 'renewTime'),
    leaseTransitions: numberAt(spec, 'leaseTransitions') ?? 0,
  };
}

/** What a free lease, or one of ours, becomes when we hold it from `now` (wall clock, milliseconds) on. */
export function heldRecord(before: LeaseRecord | undefined, identity: string, durationMs: number, now: number): LeaseRecord {
  const ours = before?.holderIdentity === identity;
  return {
    holderIdentity: identity,
    leaseDurationSeconds: Math.max(1, Math.ceil(durationMs / 1000)),
    acquireTime: (ours ? before.acquireTime : undefined) ?? microTime(now),
    renewTime: microTime(now),
    leaseTransitions: before === undefined ? 0 : before.leaseTransitions + (ours ? 0 : 1),
  };
}

/** A lease given back: nobody holds it, and whoever looks may take it at once. */
export function releasedRecord(before: LeaseRecord, now: number): LeaseRecord {
  return { ...before, holderIdentity: '', leaseDurationSeconds: 1, acquireTime: microTime(now), renewTime: microTime(now) };
}

export function leaseObject(record: LeaseRecord, metadata: KubeObject['metadata']): KubeObject {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: { ...record } };
}
