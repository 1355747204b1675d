import type { KubeObject } from '@caretaker/kube';
import { uidOf } from '../machinery/objects.ts';
import { phaseOf } from '../machinery/pods.ts';
import { integer, items, text } from '../machinery/read.ts';
import { judgeFailure } from './failure-policy.ts';
import { indexOf, parseIndexes } from './indexes.ts';
import type { JobPolicy, Verdict } from './types.ts';
import { isFailed, isTracked } from './types.ts';

/**
 * Which pods of a Job have been counted. A pod that ended is first listed in status.uncountedTerminatedPods, then freed of its finalizer, then counted:
 * so none is counted twice or lost, whichever write fails (the protocol of the real controller).
 */
export interface Tally {
  /** Counted for good: what the status shows. */
  succeeded: number;
  failed: number;
  /** Listed, not counted yet. */
  uncounted: { succeeded: string[]; failed: string[] };
  completed: Set<number>;
  /** Pods whose finalizer may go. */
  free: KubeObject[];
}

/**
 * Counts what ended. With a verdict every pod is let go, and one that has not succeeded counts as failed when the Job has. `held`: pods that stay until
 * their successors are there.
 */
export function tallyPods(
  job: KubeObject,
  pods: readonly KubeObject[],
  policy: JobPolicy,
  verdict?: Verdict,
  held: ReadonlySet<string> = new Set(),
): Tally {
  const tracked = new Map(pods.filter(isTracked).map((pod) => [uidOf(pod), pod]));
  const tally: Tally = {
    succeeded: integer(job, 'status', 'succeeded') ?? 0,
    failed: integer(job, 'status', 'failed') ?? 0,
    uncounted: { succeeded: [], failed: [] },
    completed: parseIndexes(text(job, 'status', 'completedIndexes')),
    free: [],
  };
  for (const outcome of ['succeeded', 'failed'] as const) {
    for (const entry of items(job, 'status', 'uncountedTerminatedPods', outcome)) {
      const pod = typeof entry === 'string' ? tracked.get(entry) : undefined;
      if (!pod) {
        tally[outcome] += 1;
        continue;
      }
      tally.uncounted[outcome].push(uidOf(pod));
      tally.free.push(pod);
    }
  }
  const listed = new Set([...tally.uncounted.succeeded, ...tally.uncounted.failed]);
  for (const [uid, pod] of tracked) {
    if (listed.has(uid)) continue;
    const isSuccess = phaseOf(pod) === 'Succeeded';
    const hasFailed = isFailed(pod, policy);
    if (!verdict && !isSuccess && (!hasFailed || held.has(uid))) continue;
    tally.free.push(pod);
    const index = indexOf(pod);
    const inRange = index !== undefined && index < (policy.completions ?? 0);
    if (isSuccess) {
      if (!policy.indexed) tally.uncounted.succeeded.push(uid);
      else if (inRange) tally.completed.add(index);
    } else if ((hasFailed || verdict?.type === 'Failed') && (!policy.indexed || inRange)) {
      if (judgeFailure(job, pod).action !== 'Ignore') tally.uncounted.failed.push(uid);
    }
  }
  if (policy.indexed) tally.succeeded = tally.completed.size;
  return tally;
}

/** Pods that succeeded, those not yet counted among them. */
export function succeeded(tally: Tally): number {
  return tally.succeeded + tally.uncounted.succeeded.length;
}

export function failed(tally: Tally): number {
  return tally.failed + tally.uncounted.failed.length;
}

export function isSettled(tally: Tally): boolean {
  return tally.uncounted.succeeded.length + tally.uncounted.failed.length === 0;
}
