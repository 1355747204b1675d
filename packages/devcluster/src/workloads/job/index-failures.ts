import type { KubeObject } from '@caretaker/kube';
import { annotationsOf, uidOf } from '../machinery/objects.ts';
import { isActive } from '../machinery/pods.ts';
import { finishedAt, remainingMs } from './back-off.ts';
import { judgeFailure } from './failure-policy.ts';
import { indexOf } from './indexes.ts';
import type { JobPolicy } from './types.ts';
import { isFailed, isTracked } from './types.ts';

const FAILURES = 'batch.kubernetes.io/job-index-failure-count';
const IGNORED = 'batch.kubernetes.io/job-index-ignored-failure-count';

/** Failures of an index before this pod, those that a policy ignored apart. */
function failuresBefore(pod: KubeObject): { counted: number; ignored: number } {
  const number = (name: string): number => Number.parseInt(annotationsOf(pod)[name] ?? '0', 10) || 0;
  return { counted: number(FAILURES), ignored: number(IGNORED) };
}

/** Indexes that will not be tried again: those known, and those whose last pod used up the limit or was condemned by the policy. */
export function failedIndexes(job: KubeObject, policy: JobPolicy, pods: readonly KubeObject[], known: ReadonlySet<number>): Set<number> {
  const result = new Set(known);
  for (const pod of pods) {
    const index = indexOf(pod);
    if (index === undefined || index >= (policy.completions ?? 0) || !isTracked(pod) || !isFailed(pod, policy)) continue;
    const { action } = judgeFailure(job, pod);
    const spent = action === 'Count' && failuresBefore(pod).counted >= (policy.backoffLimitPerIndex ?? 0);
    if (action === 'FailIndex' || spent) result.add(index);
  }
  return result;
}

/** The last failed pod of each index that is to be tried again. It stays until its successor carries its count on. */
export function heldPods(
  policy: JobPolicy,
  pods: readonly KubeObject[],
  settled: (index: number) => boolean,
): ReadonlyMap<number, KubeObject> {
  const busy = new Set(pods.filter(isActive).map(indexOf));
  const held = new Map<number, KubeObject>();
  for (const pod of pods) {
    const index = indexOf(pod);
    if (index === undefined || !isTracked(pod) || !isFailed(pod, policy) || settled(index) || busy.has(index)) continue;
    const other = held.get(index);
    if (!other || total(other) <= total(pod)) held.set(index, pod);
  }
  return held;
}

function total(pod: KubeObject): number {
  const { counted, ignored } = failuresBefore(pod);
  return counted + ignored;
}

/** Annotations of an index's next pod. */
export function failureAnnotations(job: KubeObject, before: KubeObject | undefined): Record<string, string> {
  if (!before) return { [FAILURES]: '0' };
  const { counted, ignored } = failuresBefore(before);
  const isIgnored = judgeFailure(job, before).action === 'Ignore';
  const next = { counted: counted + (isIgnored ? 0 : 1), ignored: ignored + (isIgnored ? 1 : 0) };
  return { [FAILURES]: String(next.counted), ...(next.ignored > 0 ? { [IGNORED]: String(next.ignored) } : {}) };
}

/** Milliseconds until an index may be tried again. */
export function indexDelay(before: KubeObject | undefined, now: number): number {
  if (!before) return 0;
  return remainingMs({ failuresSinceSuccess: total(before) + 1, lastFailureAt: finishedAt(before) }, now);
}

export function heldUids(held: ReadonlyMap<number, KubeObject>): ReadonlySet<string> {
  return new Set([...held.values()].map(uidOf));
}
