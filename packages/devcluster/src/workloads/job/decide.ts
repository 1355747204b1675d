import type { KubeObject } from '@caretaker/kube';
import type { Action } from '../machinery/action.ts';
import { conditionIs, findCondition, timedCondition } from '../machinery/conditions.ts';
import { isDeleting, refOf, uidOf } from '../machinery/objects.ts';
import { deletionOrder, isActive, isFinished, isReady, restartCount } from '../machinery/pods.ts';
import { fields, instant, items, rfc3339, sameJson, text } from '../machinery/read.ts';
import { type BackOff, NO_BACK_OFF, nextBackOff, remainingMs } from './back-off.ts';
import { judgeFailure } from './failure-policy.ts';
import { failedIndexes, failureAnnotations, heldPods, heldUids, indexDelay } from './index-failures.ts';
import { indexOf, parseIndexes, renderIndexes } from './indexes.ts';
import { newPod } from './pods.ts';
import { metSuccessRule } from './success-policy.ts';
import type { Tally } from './tally.ts';
import { failed, isSettled, succeeded, tallyPods } from './tally.ts';
import type { JobPolicy, Verdict } from './types.ts';
import { isFailed, isTracked, policyOf, TRACKING } from './types.ts';

export interface Decision {
  /** The status to write first; undefined when it stands. */
  status: KubeObject | undefined;
  /** Then these. */
  actions: Action[];
  requeueAfterMs: number | undefined;
  /** What is to be remembered once the status is written. */
  backOff: BackOff;
}

/** One step of a Job: count what ended, decide whether it is over, else bring the number of active pods to what is wanted. */
export function decide(job: KubeObject, pods: readonly KubeObject[], before: BackOff, now: number): Decision {
  const policy = policyOf(job);
  if (isOver(job)) return decideOver(job, pods, policy, now);
  const backOff = nextBackOff(before, job, pods, policy);
  const active = pods.filter(isActive);
  const startTime = instant(job, 'status', 'startTime');
  const indexes = policy.indexed ? indexesOf(job, policy, pods) : undefined;
  const ended = tallyPods(job, pods, policy);
  const verdict = judge(job, policy, ended, indexes, pods, active, startTime, now);
  const held = indexes?.held ?? new Map<number, KubeObject>();
  const tally = verdict ? tallyPods(job, pods, policy, verdict) : tallyPods(job, pods, policy, undefined, heldUids(held));
  const steps = isDeleting(job)
    ? NOTHING
    : verdict
      ? removal(job, active)
      : policy.suspended
        ? release(job, active)
        : balance(job, policy, ended, indexes, pods, active, backOff, now);
  const leaving = steps.actions.filter((action) => action.do === 'delete').length;
  const terminating = pods.filter((pod) => isDeleting(pod) && !isFinished(pod)).length + leaving;
  const over = verdict !== undefined && isSettled(tally) && terminating === 0;
  const staying =
    leaving > 0 ? active.filter((pod) => !steps.actions.some((action) => action.do === 'delete' && action.object === pod)) : active;
  const status = statusOf(job, policy, tally, indexes?.failed, { active: staying, terminating }, verdict, over, startTime, now);
  const deadline =
    policy.activeDeadlineSeconds !== undefined && startTime !== undefined
      ? startTime + policy.activeDeadlineSeconds * 1000 - now
      : undefined;
  const waits = [steps.waitMs, verdict ? undefined : deadline].filter((wait) => wait !== undefined);
  return {
    status: sameJson(status, fields(job, 'status')) ? undefined : { ...job, status },
    actions: [...steps.actions, ...tally.free.map(untrack), ...announce(job, policy, over ? verdict : undefined, verdict !== undefined)],
    requeueAfterMs: waits.length > 0 ? Math.max(1, Math.min(...waits)) : undefined,
    backOff,
  };
}

interface Steps {
  actions: Action[];
  waitMs: number | undefined;
}

const NOTHING: Steps = { actions: [], waitMs: undefined };

function isOver(job: KubeObject): boolean {
  return conditionIs(job, 'Complete') || conditionIs(job, 'Failed');
}

interface Indexes {
  /** Those that are given up; undefined when indexes have no limits of their own. */
  failed: ReadonlySet<number> | undefined;
  /** Failed pods of indexes that are to be tried again. */
  held: ReadonlyMap<number, KubeObject>;
}

function indexesOf(job: KubeObject, policy: JobPolicy, pods: readonly KubeObject[]): Indexes {
  if (policy.backoffLimitPerIndex === undefined) return { failed: undefined, held: new Map() };
  const failedNow = failedIndexes(job, policy, pods, parseIndexes(text(job, 'status', 'failedIndexes')));
  const { completed } = tallyPods(job, pods, policy);
  return { failed: failedNow, held: heldPods(policy, pods, (index) => failedNow.has(index) || completed.has(index)) };
}

/** Whether the Job ends, and why. Reasons in the order in which the real controller looks at them; what was once decided stands. */
function judge(
  job: KubeObject,
  policy: JobPolicy,
  tally: Tally,
  indexes: Indexes | undefined,
  pods: readonly KubeObject[],
  active: readonly KubeObject[],
  startTime: number | undefined,
  now: number,
): Verdict | undefined {
  const before = decidedBefore(job);
  if (before) return before;
  const fail = (reason: string, message: string): Verdict => ({ type: 'Failed', reason, message });
  const condemned = pods
    .filter((pod) => isFailed(pod, policy))
    .map((pod) => judgeFailure(job, pod))
    .find(({ action }) => action === 'FailJob');
  if (condemned) return fail('PodFailurePolicy', condemned.message);
  const onFailure = text(job, 'spec', 'template', 'spec', 'restartPolicy') === 'OnFailure';
  const restarts = onFailure ? active.reduce((total, pod) => total + restartCount(pod), 0) : 0;
  const failures = failed(tally);
  if (failures > policy.backoffLimit || (onFailure && restarts > 0 && restarts + failures > policy.backoffLimit)) {
    return fail('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  const deadlineMs = policy.suspended ? undefined : policy.activeDeadlineSeconds;
  if (deadlineMs !== undefined && startTime !== undefined && now >= startTime + deadlineMs * 1000) {
    return fail('DeadlineExceeded', 'Job was active longer than specified deadline');
  }
  const lost = indexes?.failed?.size ?? 0;
  if (policy.maxFailedIndexes !== undefined && lost > policy.maxFailedIndexes) {
    return fail('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  }
  if (lost > 0 && lost + tally.completed.size >= (policy.completions ?? 0)) return fail('FailedIndexes', 'Job has failed indexes');
  const rule = policy.indexed ? metSuccessRule(job, tally.completed) : undefined;
  if (rule !== undefined) return { type: 'Complete', reason: 'SuccessPolicy', message: rule };
  const done = policy.completions === undefined ? succeeded(tally) > 0 && active.length === 0 : succeeded(tally) >= policy.completions;
  if (!done) return undefined;
  return { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
}

function decidedBefore(job: KubeObject): Verdict | undefined {
  for (const [condition, type] of [
    ['SuccessCriteriaMet', 'Complete'],
    ['FailureTarget', 'Failed'],
  ] as const) {
    const known = findCondition(job, condition);
    if (text(known, 'status') === 'True') return { type, reason: text(known, 'reason'), message: text(known, 'message') };
  }
  return undefined;
}

function removal(job: KubeObject, pods: readonly KubeObject[]): Steps {
  return { actions: pods.map((object) => ({ do: 'delete', object, announce: { on: job } })), waitMs: undefined };
}

/** Removes pods that do not count: neither suspended nor surplus ones have failed. */
function release(job: KubeObject, pods: readonly KubeObject[]): Steps {
  return { actions: [...pods.filter(isTracked).map(untrack), ...removal(job, pods).actions], waitMs: undefined };
}

/** Creates or removes pods so that as many are active as parallelism and the missing completions ask for. */
function balance(
  job: KubeObject,
  policy: JobPolicy,
  tally: Tally,
  indexes: Indexes | undefined,
  pods: readonly KubeObject[],
  active: readonly KubeObject[],
  backOff: BackOff,
  now: number,
): Steps {
  const done = succeeded(tally);
  const missing = policy.completions === undefined ? (done > 0 ? active.length : policy.parallelism) : policy.completions - done;
  const wanted = Math.max(0, policy.completions === undefined ? missing : Math.min(policy.parallelism, missing));
  if (active.length > wanted) return release(job, deletionOrder(active).slice(0, active.length - wanted));
  const leaving = policy.replaceFailedOnly ? pods.filter((pod) => isDeleting(pod) && !isFinished(pod)).length : 0;
  const room = wanted - active.length - leaving;
  if (room <= 0) return NOTHING;
  const announcement = { on: job };
  const perIndex = policy.backoffLimitPerIndex !== undefined;
  const wait = perIndex ? 0 : remainingMs(backOff, now);
  if (wait > 0) return { actions: [], waitMs: wait };
  if (!policy.indexed) {
    return {
      actions: Array.from({ length: room }, () => ({ do: 'create', object: newPod(job, undefined), announce: announcement })),
      waitMs: undefined,
    };
  }
  const held = indexes?.held ?? new Map<number, KubeObject>();
  const free = freeIndexes(policy, tally, indexes, active).slice(0, room);
  const delays = free.map((index) => (perIndex ? indexDelay(held.get(index), now) : 0));
  const ready = free.filter((_, place) => delays[place] === 0);
  if (ready.length === 0 && free.length > 0) return { actions: [], waitMs: Math.min(...delays) };
  const annotations = (index: number): Record<string, string> => (perIndex ? failureAnnotations(job, held.get(index)) : {});
  return {
    actions: ready.map((index) => ({ do: 'create', object: newPod(job, index, annotations(index)), announce: announcement })),
    waitMs: delays.some((delay) => delay > 0) ? Math.min(...delays.filter((delay) => delay > 0)) : undefined,
  };
}

function freeIndexes(policy: JobPolicy, tally: Tally, indexes: Indexes | undefined, active: readonly KubeObject[]): number[] {
  const taken = new Set(active.map(indexOf));
  const all = Array.from({ length: policy.completions ?? 0 }, (_, index) => index);
  return all.filter((index) => !taken.has(index) && !tally.completed.has(index) && indexes?.failed?.has(index) !== true);
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
  failedIndexes: ReadonlySet<number> | undefined,
  pods: { active: readonly KubeObject[]; terminating: number },
  verdict: Verdict | undefined,
  over: boolean,
  startTime: number | undefined,
  now: number,
): Record<string, unknown> {
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
  const ready = pods.active.filter(isReady).length;
  return {
    ...(conditions.length > 0 ? { conditions } : {}),
    ...(began === undefined ? {} : { startTime: rfc3339(began) }),
    ...(over && verdict?.type === 'Complete' ? { completionTime: rfc3339(now) } : {}),
    ...(pods.active.length > 0 ? { active: pods.active.length } : {}),
    ...(tally.succeeded > 0 ? { succeeded: tally.succeeded } : {}),
    ...(tally.failed > 0 ? { failed: tally.failed } : {}),
    ...(policy.indexed && tally.completed.size > 0 ? { completedIndexes: renderIndexes(tally.completed) } : {}),
    ...(failedIndexes === undefined ? {} : { failedIndexes: renderIndexes(failedIndexes) }),
    terminating: pods.terminating,
    ready,
    uncountedTerminatedPods: {
      ...(tally.uncounted.succeeded.length > 0 ? { succeeded: tally.uncounted.succeeded } : {}),
      ...(tally.uncounted.failed.length > 0 ? { failed: tally.uncounted.failed } : {}),
    },
  };
}

function announce(job: KubeObject, policy: JobPolicy, verdict: Verdict | undefined, ends: boolean): Action[] {
  const event = (type: 'Normal' | 'Warning', reason: string, message: string): Action[] => [
    { do: 'event', event: { on: job, type, reason, message } },
  ];
  if (verdict?.type === 'Complete') return event('Normal', 'Completed', 'Job completed');
  if (verdict) return event('Warning', verdict.reason, verdict.message);
  if (ends) return [];
  if (policy.suspended && !conditionIs(job, 'Suspended')) return event('Normal', 'Suspended', 'Job suspended');
  if (!policy.suspended && conditionIs(job, 'Suspended')) return event('Normal', 'Resumed', 'Job resumed');
  return [];
}

/** A Job that is over: its pods are let go, and it goes itself when its time to live has passed. */
function decideOver(job: KubeObject, pods: readonly KubeObject[], policy: JobPolicy, now: number): Decision {
  const decision: Decision = {
    status: undefined,
    actions: pods.filter(isTracked).map(untrack),
    requeueAfterMs: undefined,
    backOff: NO_BACK_OFF,
  };
  if (policy.ttlSeconds === undefined || isDeleting(job)) return decision;
  const ended = findCondition(job, 'Complete') ?? findCondition(job, 'Failed');
  const left = (instant(ended, 'lastTransitionTime') ?? now) + policy.ttlSeconds * 1000 - now;
  if (left > 0) return { ...decision, requeueAfterMs: left };
  return { ...decision, actions: [...decision.actions, { do: 'delete', object: job, propagation: 'Foreground' }] };
}
