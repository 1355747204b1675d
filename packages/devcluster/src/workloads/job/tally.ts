import type { KubeObject } from '@caretaker/kube';
import { isDeleting, uidOf } from '../machinery/objects.ts';
import { isFinished, phaseOf } from '../machinery/pods.ts';
import { integer, items, text } from '../machinery/read.ts';
import { indexOf, parseIndexes } from './indexes.ts';
import type { JobPolicy } from './types.ts';
import { TRACKING } from './types.ts';

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

export function isTracked(pod: KubeObject): boolean {
  return pod.metadata.finalizers?.includes(TRACKING) === true;
}

export function tallyPods(job: KubeObject, pods: readonly KubeObject[], policy: JobPolicy): Tally {
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
    // A pod that was deleted before it had a node never ends by itself.
    const ended = isFinished(pod) || (isDeleting(pod) && text(pod, 'spec', 'nodeName') === '');
    if (!ended || listed.has(uid)) continue;
    tally.free.push(pod);
    const index = indexOf(pod);
    if (policy.indexed && phaseOf(pod) === 'Succeeded') {
      if (index !== undefined) tally.completed.add(index);
    } else if (phaseOf(pod) === 'Succeeded') tally.uncounted.succeeded.push(uid);
    // What a suspension ended did not fail.
    else if (!(policy.suspended && isDeleting(pod))) tally.uncounted.failed.push(uid);
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
