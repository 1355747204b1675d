import type { KubeObject } from '@caretaker/kube';
import type { Action } from '../machinery/action.ts';
import { conditionIs, findCondition, timedCondition } from '../machinery/conditions.ts';
import { isDeleting, refOf, uidOf } from '../machinery/objects.ts';
import { deletionOrder, isActive, isFinished, isReady, phaseOf, restartCount } from '../machinery/pods.ts';
import { fields, instant, items, rfc3339, sameJson, text } from '../machinery/read.ts';
import { indexOf, renderIndexes } from './indexes.ts';
import { newPod } from './pods.ts';
import type { Tally } from './tally.ts';
import { failed, isSettled, isTracked, succeeded, tallyPods } from './tally.ts';
import type { JobPolicy, Verdict } from './types.ts';
import { policyOf, TRACKING } from './types.ts';

const FIRST_BACK_OFF_MS = 10_000;
const MOST_BACK_OFF_MS = 360_000;

export interface Decision {
  /** The status to write first; undefined when it stands. */
  status: KubeObject | undefined;
  /** Then these. */
  actions: Action[];
  requeueAfterMs: number | undefined;
}

/** One step of a Job: count what ended, decide whether it is over, else bring the number of active pods to what is wanted. */
export function decide(job: KubeObject, pods: readonly KubeObject[], now: number): Decision {
  const policy = policyOf(job);
  if (isOver(job)) return decideOver(job, pods, policy, now);
  const tally = tallyPods(job, pods, policy);
  const active = pods.filter(isActive);
  const startTime = instant(job, 'status', 'startTime');
  const verdict = judge(job, policy, tally, active, startTime, now);
  const steps = isDeleting(job)
    ? NOTHING
    : verdict
      ? endPods(active)
      : policy.suspended
        ? endPods(active)
        : balance(job, policy, tally, pods, active, now);
  const status = statusOf(job, policy, tally, active, pods, verdict, startTime, now);
  const deadline =
    policy.activeDeadlineSeconds !== undefined && startTime !== undefined
      ? startTime + policy.activeDeadlineSeconds * 1000 - now
      : undefined;
  const waits = [steps.waitMs, verdict ? undefined : deadline].filter((wait) => wait !== undefined);
  return {
    status: sameJson(status, fields(job, 'status')) ? undefined : { ...job, status },
    actions: [...tally.free.map(untrack), ...steps.actions, ...announce(job, policy, isSettled(tally) ? verdict : undefined)],
    requeueAfterMs: waits.length > 0 ? Math.max(1, Math.min(...waits)) : undefined,
  };
}

interface Steps {
  actions: Action[];
  waitMs: number | undefined;
}

const NOTHING: Steps = { actions: [], waitMs: undefined };

export function isOver(job: KubeObject): boolean {
  return conditionIs(job, 'Complete') || conditionIs(job, 'Failed');
}

function judge(
  job: KubeObject,
  policy: JobPolicy,
  tally: Tally,
  active: readonly KubeObject[],
  startTime: number | undefined,
  now: number,
): Verdict | undefined {
  if (policy.activeDeadlineSeconds !== undefined && startTime !== undefined && now >= startTime + policy.activeDeadlineSeconds * 1000) {
    return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  const onFailure = text(job, 'spec', 'template', 'spec', 'restartPolicy') === 'OnFailure';
  const restarts = onFailure ? active.reduce((total, pod) => total + restartCount(pod), 0) : 0;
  const failures = failed(tally);
  if (failures > policy.backoffLimit || (onFailure && restarts > 0 && restarts + failures > policy.backoffLimit)) {
    return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  const done = policy.completions === undefined ? succeeded(tally) > 0 && active.length === 0 : succeeded(tally) >= policy.completions;
  if (!done) return undefined;
  return { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
}

function endPods(active: readonly KubeObject[]): Steps {
  return { actions: active.map((object) => ({ do: 'delete', object })), waitMs: undefined };
}

/** Creates or removes pods so that as many are active as parallelism and the missing completions ask for. */
function balance(
  job: KubeObject,
  policy: JobPolicy,
  tally: Tally,
  pods: readonly KubeObject[],
  active: readonly KubeObject[],
  now: number,
): Steps {
  const done = succeeded(tally);
  const missing = policy.completions === undefined ? (done > 0 ? 0 : policy.parallelism) : policy.completions - done;
  const wanted = Math.max(0, Math.min(policy.parallelism, missing));
  const announcement = { on: job };
  if (active.length > wanted) {
    const surplus = deletionOrder(active).slice(0, active.length - wanted);
    return { actions: surplus.map((object) => ({ do: 'delete', object, announce: announcement })), waitMs: undefined };
  }
  // Pods on their way out hold their place until they are counted.
  const leaving = pods.filter((pod) => isDeleting(pod) && !isFinished(pod)).length;
  const create = wanted - active.length - (policy.completions === undefined ? 0 : leaving);
  if (create <= 0) return NOTHING;
  const wait = backOff(pods, tally, now);
  if (wait > 0) return { actions: [], waitMs: wait };
  const free = policy.indexed ? freeIndexes(policy, tally, active) : [];
  const actions: Action[] = [];
  for (let made = 0; made < create; made += 1) {
    const index = policy.indexed ? free[made] : undefined;
    if (policy.indexed && index === undefined) break;
    actions.push({ do: 'create', object: newPod(job, index), announce: announcement });
  }
  return { actions, waitMs: undefined };
}

function freeIndexes(policy: JobPolicy, tally: Tally, active: readonly KubeObject[]): number[] {
  const taken = new Set(active.map(indexOf));
  const all = Array.from({ length: policy.completions ?? 0 }, (_, index) => index);
  return all.filter((index) => !taken.has(index) && !tally.completed.has(index));
}

/** Milliseconds to wait before the next pod after failures: 10 s, doubling to 6 minutes, from the last failure on. */
function backOff(pods: readonly KubeObject[], tally: Tally, now: number): number {
  const failures = failed(tally);
  if (failures === 0) return 0;
  const ends = pods.filter((pod) => phaseOf(pod) === 'Failed').map(endOf);
  if (ends.length === 0) return 0;
  const delay = Math.min(FIRST_BACK_OFF_MS * 2 ** (failures - 1), MOST_BACK_OFF_MS);
  return Math.max(0, Math.max(...ends) + delay - now);
}

function endOf(pod: KubeObject): number {
  const ends = items(pod, 'status', 'containerStatuses').map((status) => instant(status, 'state', 'terminated', 'finishedAt') ?? 0);
  return Math.max(0, ...ends);
}

function untrack(pod: KubeObject): Action {
  const finalizers = (pod.metadata.finalizers ?? []).filter((finalizer) => finalizer !== TRACKING);
  const body = { metadata: { uid: uidOf(pod), finalizers: finalizers.length > 0 ? finalizers : null } };
  return { do: 'patch', ref: refOf(pod), patch: { type: 'merge', body } };
}

function statusOf(
  job: KubeObject,
  policy: JobPolicy,
  tally: Tally,
  active: readonly KubeObject[],
  pods: readonly KubeObject[],
  verdict: Verdict | undefined,
  startTime: number | undefined,
  now: number,
): Record<string, unknown> {
  const stopped = verdict !== undefined || policy.suspended;
  const over = verdict !== undefined && isSettled(tally);
  const conditions = [...items(job, 'status', 'conditions')];
  const set = (type: string, status: 'True' | 'False', reason: string, message: string): void => {
    const next = timedCondition(findCondition(job, type), { type, status, reason, message }, now, 'lastProbeTime');
    const place = conditions.findIndex((condition) => text(condition, 'type') === type);
    if (place < 0) conditions.push(next);
    else conditions[place] = next;
  };
  if (policy.suspended) set('Suspended', 'True', 'JobSuspended', 'Job suspended');
  else if (findCondition(job, 'Suspended')) set('Suspended', 'False', 'JobResumed', 'Job resumed');
  if (verdict) {
    set(verdict.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget', 'True', verdict.reason, verdict.message);
    // The Job is over once every pod is counted.
    if (over) set(verdict.type, 'True', verdict.reason, verdict.message);
  }
  const began = policy.suspended ? undefined : (startTime ?? now);
  return {
    ...(conditions.length > 0 ? { conditions } : {}),
    ...(began === undefined ? {} : { startTime: rfc3339(began) }),
    ...(over && verdict.type === 'Complete' ? { completionTime: rfc3339(now) } : {}),
    ...(!stopped && active.length > 0 ? { active: active.length } : {}),
    ...(tally.succeeded > 0 ? { succeeded: tally.succeeded } : {}),
    ...(tally.failed > 0 ? { failed: tally.failed } : {}),
    ...(policy.indexed && tally.completed.size > 0 ? { completedIndexes: renderIndexes(tally.completed) } : {}),
    terminating: stopped ? 0 : pods.filter((pod) => isDeleting(pod) && !isFinished(pod)).length,
    ready: stopped ? 0 : active.filter(isReady).length,
    uncountedTerminatedPods: {
      ...(tally.uncounted.succeeded.length > 0 ? { succeeded: tally.uncounted.succeeded } : {}),
      ...(tally.uncounted.failed.length > 0 ? { failed: tally.uncounted.failed } : {}),
    },
  };
}

function announce(job: KubeObject, policy: JobPolicy, verdict: Verdict | undefined): Action[] {
  const event = (type: 'Normal' | 'Warning', reason: string, message: string): Action[] => [
    { do: 'event', event: { on: job, type, reason, message } },
  ];
  if (verdict?.type === 'Complete') return event('Normal', 'Completed', 'Job completed');
  if (verdict) return event('Warning', verdict.reason, verdict.message);
  if (policy.suspended && !conditionIs(job, 'Suspended')) return event('Normal', 'Suspended', 'Job suspended');
  if (!policy.suspended && conditionIs(job, 'Suspended')) return event('Normal', 'Resumed', 'Job resumed');
  return [];
}

/** A Job that is over: its pods are let go, and it goes itself when its time to live has passed. */
function decideOver(job: KubeObject, pods: readonly KubeObject[], policy: JobPolicy, now: number): Decision {
  const actions = pods.filter(isTracked).map(untrack);
  if (policy.ttlSeconds === undefined || isDeleting(job)) return { status: undefined, actions, requeueAfterMs: undefined };
  const ended = findCondition(job, 'Complete') ?? findCondition(job, 'Failed');
  const left = (instant(ended, 'lastTransitionTime') ?? now) + policy.ttlSeconds * 1000 - now;
  if (left > 0) return { status: undefined, actions, requeueAfterMs: left };
  return { status: undefined, actions: [...actions, { do: 'delete', object: job, propagation: 'Foreground' }], requeueAfterMs: undefined };
}
