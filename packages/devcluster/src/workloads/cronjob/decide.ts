import type { KubeObject } from '@caretaker/kube';
import type { Action } from '../machinery/action.ts';
import { conditionIs } from '../machinery/conditions.ts';
import { annotationsOf, controllerReference, createdAt, isDeleting, nameOf, namespaceOf, uidOf } from '../machinery/objects.ts';
import { fields, flag, instant, integer, items, rfc3339, sameJson, strings, text } from '../machinery/read.ts';
import type { Schedule } from './schedule.ts';
import { parseSchedule, ScheduleError, zonedTime } from './schedule.ts';

/** Missed starts beyond this number are not looked for one by one. */
const TOO_MANY = 100;
const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

export interface Decision {
  actions: Action[];
  status: KubeObject | undefined;
  requeueAfterMs: number | undefined;
}

/** What a CronJob does now: note finished Jobs, drop old ones, start one when its time has come. */
export function decide(cron: KubeObject, jobs: readonly KubeObject[], now: number): Decision {
  const status = { ...fields(cron, 'status') };
  const listed = new Set(items(cron, 'status', 'active').map((reference) => text(reference, 'uid')));
  const dropped = surplusHistory(cron, jobs);
  const kept = jobs.filter((job) => !dropped.includes(job));
  const actions = [
    ...dropped.map((job) => removal(cron, job)),
    ...noteFinished(cron, jobs, status, new Set(kept.map(uidOf).filter((uid) => listed.has(uid)))),
    ...noteStrangers(cron, jobs, listed),
  ];
  const running = jobs.filter((job) => finishedAs(job) === undefined && (listed.has(uidOf(job)) || isStarted(cron, job)));
  let next: number | undefined;
  let replaced: readonly KubeObject[] = [];
  if (!isDeleting(cron)) {
    const start = decideStart(cron, jobs, running, now);
    actions.push(...start.actions);
    next = start.next;
    replaced = start.replaced;
    if (start.scheduled !== undefined) status['lastScheduleTime'] = rfc3339(start.scheduled);
  }
  const references = running
    .filter((job) => !replaced.includes(job))
    .map((job) => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      namespace: namespaceOf(job),
      name: nameOf(job),
      uid: uidOf(job),
      resourceVersion: referencedVersion(cron, job),
    }));
  if (references.length > 0) status['active'] = references;
  else delete status['active'];
  return {
    actions,
    status: sameJson(status, fields(cron, 'status')) ? undefined : { ...cron, status },
    requeueAfterMs: next === undefined ? undefined : Math.max(1, next - now),
  };
}

/** A Job that is listed already keeps its entry: its later versions are no reason for a write. */
function referencedVersion(cron: KubeObject, job: KubeObject): string {
  const known = items(cron, 'status', 'active').find((reference) => text(reference, 'uid') === uidOf(job));
  return text(known, 'resourceVersion') || (job.metadata.resourceVersion ?? '');
}

function finishedAs(job: KubeObject): 'Complete' | 'Failed' | undefined {
  return conditionIs(job, 'Complete') ? 'Complete' : conditionIs(job, 'Failed') ? 'Failed' : undefined;
}

/** Was this Job made for the schedule? One that was made and not listed yet counts. */
function isStarted(cron: KubeObject, job: KubeObject): boolean {
  const scheduled = Date.parse(annotationsOf(job)[SCHEDULED] ?? '');
  return !Number.isNaN(scheduled) && nameOf(job) === jobName(cron, scheduled);
}

/** What is not as it was left: Jobs of others in this one's name, and listed Jobs that are gone. */
function noteStrangers(cron: KubeObject, jobs: readonly KubeObject[], listed: ReadonlySet<string>): Action[] {
  const event = (type: 'Normal' | 'Warning', reason: string, message: string): Action => ({
    do: 'event',
    event: { on: cron, type, reason, message },
  });
  const strange = jobs.filter((job) => finishedAs(job) === undefined && !listed.has(uidOf(job)) && !isStarted(cron, job));
  const present = new Set(jobs.map(uidOf));
  const missing = items(cron, 'status', 'active').filter((reference) => !present.has(text(reference, 'uid')));
  return [
    ...strange.map((job) => event('Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${nameOf(job)}`)),
    ...missing.map((reference) => event('Normal', 'MissingJob', `Active job went missing: ${text(reference, 'name')}`)),
  ];
}

function noteFinished(
  cron: KubeObject,
  jobs: readonly KubeObject[],
  status: Record<string, unknown>,
  listed: ReadonlySet<string>,
): Action[] {
  const actions: Action[] = [];
  for (const job of jobs) {
    const outcome = finishedAs(job);
    if (outcome === 'Complete') {
      const ended = instant(job, 'status', 'completionTime') ?? 0;
      if (ended > (instant(status, 'lastSuccessfulTime') ?? 0)) status['lastSuccessfulTime'] = rfc3339(ended);
    }
    if (outcome === undefined || !listed.has(uidOf(job))) continue;
    const message = `Saw completed job: ${nameOf(job)}, condition: ${outcome}`;
    actions.push({ do: 'event', event: { on: cron, type: 'Normal', reason: 'SawCompletedJob', message } });
  }
  return actions;
}

/** Finished Jobs beyond the limits of history, oldest first. */
function surplusHistory(cron: KubeObject, jobs: readonly KubeObject[]): KubeObject[] {
  const surplus = (outcome: 'Complete' | 'Failed', limit: number): KubeObject[] => {
    const finished = jobs.filter((job) => finishedAs(job) === outcome && !isDeleting(job));
    const began = (job: KubeObject): number => instant(job, 'status', 'startTime') ?? createdAt(job);
    return finished.sort((left, right) => began(left) - began(right)).slice(0, Math.max(0, finished.length - limit));
  };
  return [
    ...surplus('Complete', integer(cron, 'spec', 'successfulJobsHistoryLimit') ?? 3),
    ...surplus('Failed', integer(cron, 'spec', 'failedJobsHistoryLimit') ?? 1),
  ];
}

function removal(cron: KubeObject, job: KubeObject): Action {
  return { do: 'delete', object: job, propagation: 'Background', announce: { on: cron, success: `Deleted job ${nameOf(job)}` } };
}

interface Start {
  actions: Action[];
  next: number | undefined;
  /** The time that a Job was started for. */
  scheduled: number | undefined;
  /** Running Jobs that make way. */
  replaced: readonly KubeObject[];
}

function decideStart(cron: KubeObject, jobs: readonly KubeObject[], running: readonly KubeObject[], now: number): Start {
  const none: Start = { actions: [], next: undefined, scheduled: undefined, replaced: [] };
  if (flag(cron, 'spec', 'suspend')) return none;
  let schedule: Schedule;
  try {
    schedule = parseSchedule(text(cron, 'spec', 'schedule'), text(cron, 'spec', 'timeZone') || 'UTC');
  } catch (error) {
    if (!(error instanceof ScheduleError || error instanceof RangeError)) throw error;
    const message = `unparseable schedule: ${JSON.stringify(text(cron, 'spec', 'schedule'))} : ${error.message}`;
    return { ...none, actions: [{ do: 'event', event: { on: cron, type: 'Warning', reason: 'UnparseableSchedule', message } }] };
  }
  const next = schedule.next(now);
  const due = lastDue(cron, schedule, now);
  if (due === undefined) return { ...none, next };
  // Its Job was made before the status could say so.
  if (jobs.some((job) => nameOf(job) === jobName(cron, due))) return { ...none, next, scheduled: due };
  const policy = text(cron, 'spec', 'concurrencyPolicy');
  if (policy === 'Forbid' && running.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    return { ...none, next, actions: [{ do: 'event', event: { on: cron, type: 'Normal', reason: 'JobAlreadyActive', message } }] };
  }
  const replaced = policy === 'Replace' ? running.filter((job) => !isDeleting(job)) : [];
  const job = newJob(cron, due);
  const announce = { on: cron, success: `Created job ${nameOf(job)}`, failure: 'Error creating job' };
  return {
    next,
    scheduled: due,
    replaced,
    actions: [...replaced.map((old) => removal(cron, old)), { do: 'create', object: job, announce }],
  };
}

/** The latest time that has passed without a Job. */
function lastDue(cron: KubeObject, schedule: Schedule, now: number): number | undefined {
  const deadline = integer(cron, 'spec', 'startingDeadlineSeconds');
  const earliest = instant(cron, 'status', 'lastScheduleTime') ?? createdAt(cron);
  const since = deadline === undefined ? earliest : Math.max(earliest, now - deadline * 1000);
  let due: number | undefined;
  let time = schedule.next(since);
  for (let steps = 0; time !== undefined && time <= now; steps += 1) {
    due = time;
    time = schedule.next(time);
    if (steps === TOO_MANY) time = schedule.next(now - 2 * 60_000);
  }
  return due;
}

function jobName(cron: KubeObject, scheduled: number): string {
  return `${nameOf(cron)}-${Math.floor(scheduled / 60_000)}`;
}

export function newJob(cron: KubeObject, scheduled: number): KubeObject {
  const template = fields(cron, 'spec', 'jobTemplate');
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(cron, scheduled),
      namespace: namespaceOf(cron),
      labels: strings(template, 'metadata', 'labels'),
      annotations: {
        ...strings(template, 'metadata', 'annotations'),
        [SCHEDULED]: zonedTime(scheduled, text(cron, 'spec', 'timeZone') || 'UTC'),
      },
      ownerReferences: [controllerReference({ ...cron, apiVersion: 'batch/v1', kind: 'CronJob' })],
    },
    spec: structuredClone(fields(template, 'spec')),
  };
}
