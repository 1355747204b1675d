/** How long a Job waits before it makes the next pod after failures: the real controller's back-off, which it too keeps in memory alone. */
import type { KubeObject } from '@caretaker/kube';
import { findCondition } from '../machinery/conditions.ts';
import { isDeleting, uidOf } from '../machinery/objects.ts';
import { phaseOf } from '../machinery/pods.ts';
import { instant, integer, items, text } from '../machinery/read.ts';
import type { JobPolicy } from './types.ts';
import { isFailed, isTracked } from './types.ts';

const FIRST_MS = 10_000;
const MOST_MS = 360_000;

export interface BackOff {
  failuresSinceSuccess: number;
  /** Milliseconds since the epoch. */
  lastFailureAt: number;
}

export const NO_BACK_OFF: BackOff = { failuresSinceSuccess: 0, lastFailureAt: 0 };

/** What is remembered once the pods that ended since the last pass are counted. */
export function nextBackOff(before: BackOff, job: KubeObject, pods: readonly KubeObject[], policy: JobPolicy): BackOff {
  const listed = new Set(['succeeded', 'failed'].flatMap((outcome) => items(job, 'status', 'uncountedTerminatedPods', outcome)));
  const fresh = pods.filter((pod) => isTracked(pod) && !listed.has(uidOf(pod)));
  const successes = fresh.filter((pod) => phaseOf(pod) === 'Succeeded').map(finishedAt);
  const failures = fresh.filter((pod) => isFailed(pod, policy)).map(finishedAt);
  const lastSuccess = Math.max(...successes);
  const counted = failures.filter((end) => end > lastSuccess);
  const known = successes.length > 0 ? NO_BACK_OFF : before;
  if (counted.length === 0) return known;
  return { failuresSinceSuccess: known.failuresSinceSuccess + counted.length, lastFailureAt: Math.max(...counted) };
}

/** Milliseconds to wait still. */
export function remainingMs({ failuresSinceSuccess, lastFailureAt }: BackOff, now: number): number {
  return failuresSinceSuccess === 0 ? 0 : Math.max(0, lastFailureAt + delayMs(failuresSinceSuccess) - now);
}

/** Milliseconds after so many failures in a row: 10 s, doubling to 6 minutes. */
function delayMs(failures: number): number {
  return Math.min(FIRST_MS * 2 ** (failures - 1), MOST_MS);
}

/** When a pod ended: with its last container, else when it ceased to be ready, else when it was deleted, else as old as it is. */
export function finishedAt(pod: KubeObject): number {
  return endOfContainers(pod) ?? endOfReadiness(pod) ?? endByDeletion(pod) ?? instant(pod, 'metadata', 'creationTimestamp') ?? 0;
}

function endOfContainers(pod: KubeObject): number | undefined {
  const ends = items(pod, 'status', 'containerStatuses').map((status) => instant(status, 'state', 'terminated', 'finishedAt'));
  const known = ends.filter((end) => end !== undefined);
  return known.length > 0 && known.length === ends.length ? Math.max(...known) : undefined;
}

function endOfReadiness(pod: KubeObject): number | undefined {
  const ready = findCondition(pod, 'Ready');
  return text(ready, 'status') === 'False' ? instant(ready, 'lastTransitionTime') : undefined;
}

function endByDeletion(pod: KubeObject): number | undefined {
  if (!isDeleting(pod)) return undefined;
  const graceMs = (integer(pod, 'metadata', 'deletionGracePeriodSeconds') ?? 0) * 1000;
  return (instant(pod, 'metadata', 'deletionTimestamp') ?? 0) - graceMs;
}
