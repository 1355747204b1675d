import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '../differential/shapes.ts';
import type { Script } from './script.ts';
import { annotation, finish, job, nameOf, status } from './script.ts';
import type { Session } from './session.ts';

const INDEX = 'batch.kubernetes.io/job-completion-index';

async function activePods(session: Session, count: number): Promise<JsonObject[]> {
  const { items } = await session.until('pods', ({ items: pods }) => pods.filter(isActive).length === count);
  return (items as JsonObject[]).filter(isActive).sort((left, right) => Number(annotation(left, INDEX)) - Number(annotation(right, INDEX)));
}

function isActive(pod: JsonObject): boolean {
  const { phase } = status(pod);
  return phase !== 'Succeeded' && phase !== 'Failed' && (pod['metadata'] as JsonObject)['deletionTimestamp'] === undefined;
}

function condition(type: string): (seen: JsonObject) => boolean {
  return (seen) => ((status(seen)['conditions'] ?? []) as JsonObject[]).some((one) => one['type'] === type && one['status'] === 'True');
}

function see(session: Session): Promise<unknown> {
  return session.see('jobs', 'pods', 'events');
}

export const JOBS: readonly Script[] = [
  {
    name: 'job: two at a time to three completions',
    run: async (session) => {
      await session.create('jobs', job('three', { parallelism: 2, completions: 3 }));
      const first = await activePods(session, 2);
      const begun = await see(session);
      for (const pod of first) await finish(session, nameOf(pod), 0);
      const [last] = await activePods(session, 1);
      await finish(session, nameOf(last ?? {}), 0);
      await session.until('jobs/three', condition('Complete'));
      return [begun, await see(session)];
    },
  },
  {
    name: 'job: fails for good',
    run: async (session) => {
      await session.create('jobs', job('fails', { backoffLimit: 0 }));
      const [pod] = await activePods(session, 1);
      await finish(session, nameOf(pod ?? {}), 3);
      await session.until('jobs/fails', condition('Failed'));
      return see(session);
    },
  },
  {
    name: 'job: suspended, resumed, past its deadline, gone after its time to live',
    run: async (session) => {
      await session.create('jobs', job('late', { suspend: true, activeDeadlineSeconds: 4, ttlSecondsAfterFinished: 4 }));
      const asleep = await see(session);
      await session.patch('jobs/late', { spec: { suspend: false } });
      await activePods(session, 1);
      await session.patch('jobs/late', { spec: { suspend: true } });
      await activePods(session, 0);
      const again = await session.see('jobs');
      await session.patch('jobs/late', { spec: { suspend: false } });
      await session.until('jobs/late', condition('Failed'));
      const failed = await session.see('jobs', 'events');
      await session.gone('jobs/late');
      return [asleep, again, failed];
    },
  },
  {
    name: 'job: indexed, with a limit for each index',
    run: async (session) => {
      const spec = { completions: 3, parallelism: 3, completionMode: 'Indexed', backoffLimitPerIndex: 0 };
      await session.create('jobs', job('each', spec));
      const pods = await activePods(session, 3);
      const begun = await see(session);
      for (const [index, pod] of pods.entries()) await finish(session, nameOf(pod), index === 1 ? 1 : 0);
      await session.until('jobs/each', condition('Failed'));
      return [begun, await see(session)];
    },
  },
  {
    name: 'job: indexed, with at most so many failed indexes',
    run: async (session) => {
      const spec = { completions: 3, parallelism: 2, completionMode: 'Indexed', backoffLimitPerIndex: 0, maxFailedIndexes: 0 };
      await session.create('jobs', job('most', spec));
      const [pod] = await activePods(session, 2);
      await finish(session, nameOf(pod ?? {}), 1);
      await session.until('jobs/most', condition('Failed'));
      return see(session);
    },
  },
  {
    name: 'job: enough by its success policy',
    run: async (session) => {
      const successPolicy = { rules: [{ succeededIndexes: '1' }] };
      await session.create('jobs', job('enough', { completions: 3, parallelism: 3, completionMode: 'Indexed', successPolicy }));
      const pods = await activePods(session, 3);
      await finish(session, nameOf(pods[1] ?? {}), 0);
      await session.until('jobs/enough', condition('Complete'));
      return see(session);
    },
  },
  {
    name: 'job: enough by count of a success policy',
    run: async (session) => {
      const successPolicy = { rules: [{ succeededIndexes: '0-1', succeededCount: 1 }] };
      await session.create('jobs', job('count', { completions: 3, parallelism: 3, completionMode: 'Indexed', successPolicy }));
      const pods = await activePods(session, 3);
      await finish(session, nameOf(pods[0] ?? {}), 0);
      await session.until('jobs/count', condition('Complete'));
      return see(session);
    },
  },
  {
    name: 'job: pod failure policy: fail the job, ignore, count',
    run: async (session) => {
      const podFailurePolicy = {
        rules: [
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } },
          { action: 'Count', onExitCodes: { operator: 'NotIn', values: [42] } },
        ],
      };
      await session.create('jobs', job('policy', { completions: 4, parallelism: 2, backoffLimit: 1, podFailurePolicy }));
      const [first] = await activePods(session, 2);
      const disrupted = [
        { type: 'DisruptionTarget', status: 'True', reason: 'Evicted', message: 'moved', lastTransitionTime: '2026-01-01T00:00:00Z' },
      ];
      await finish(session, nameOf(first ?? {}), 7, { conditions: disrupted });
      await session.until('pods', ({ items }) => items.length === 3 && items.filter(isActive).length === 2);
      const ignored = await session.see('jobs', 'pods');
      const next = await activePods(session, 2);
      await finish(session, nameOf(next[0] ?? {}), 42);
      await session.until('jobs/policy', condition('Failed'));
      return [ignored, await see(session)];
    },
  },
  {
    name: 'job: pod failure policy fails an index',
    run: async (session) => {
      const podFailurePolicy = { rules: [{ action: 'FailIndex', onExitCodes: { containerName: 'main', operator: 'In', values: [9] } }] };
      const spec = { completions: 2, parallelism: 2, completionMode: 'Indexed', backoffLimitPerIndex: 3, podFailurePolicy };
      await session.create('jobs', job('index', spec));
      const pods = await activePods(session, 2);
      await finish(session, nameOf(pods[0] ?? {}), 9);
      await finish(session, nameOf(pods[1] ?? {}), 0);
      await session.until('jobs/index', condition('Failed'));
      return see(session);
    },
  },
  {
    name: 'job: a pod that is deleted is replaced, when it has ended',
    run: async (session) => {
      await session.create('jobs', job('again', { podReplacementPolicy: 'Failed', backoffLimit: 2 }));
      const [pod] = await activePods(session, 1);
      await session.delete(`pods/${nameOf(pod ?? {})}`);
      await session.until('jobs/again', (seen) => Number(status(seen)['failed'] ?? 0) === 1);
      // Ten seconds after the deletion, part of which the collector of such pods may have taken.
      await activePods(session, 1);
      return session.see('jobs', 'pods');
    },
  },
  {
    name: 'job: the next pod comes ten seconds after one was deleted',
    run: async (session) => {
      await session.create('jobs', job('soon', { backoffLimit: 2 }));
      const [pod] = await activePods(session, 1);
      await session.delete(`pods/${nameOf(pod ?? {})}`);
      await session.until('jobs/soon', (seen) => Number(status(seen)['failed'] ?? 0) === 1);
      const between = await see(session);
      await activePods(session, 1);
      return [between, await see(session)];
    },
  },
  {
    name: 'job: managed by another, and parallelism zero',
    run: async (session) => {
      await session.create('jobs', job('other', { managedBy: 'example.com/other' }));
      await session.create('jobs', job('none', { parallelism: 0 }));
      await session.until('jobs/none', (seen) => status(seen)['ready'] === 0);
      return see(session);
    },
  },
];

function cronJob(name: string, spec: JsonObject): JsonObject {
  const jobTemplate = { metadata: { labels: { from: name } }, spec: job(name)['spec'] ?? {} };
  return { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name }, spec: { schedule: '0 0 1 1 *', jobTemplate, ...spec } };
}

/** Makes a start due: the last one was so long ago. */
async function makeDue(session: Session, name: string, secondsAgo = 120): Promise<void> {
  const lastScheduleTime = `${new Date(Date.now() - secondsAgo * 1000).toISOString().slice(0, 19)}Z`;
  await session.patch(`cronjobs/${name}/status`, { status: { lastScheduleTime } });
}

/** What was begun at its last start and has not ended. */
function namesOfActive(cron: JsonObject): string[] {
  return ((status(cron)['active'] ?? []) as JsonObject[]).map(({ name }) => String(name));
}

const activeJobs =
  (count: number) =>
  (cron: JsonObject): boolean =>
    namesOfActive(cron).length === count;

/** A start of the CronJob `busy`, between two times of sleep: nothing is written while its controller is at work. */
async function startOnce(
  session: Session,
  secondsAgo: number,
  spec: JsonObject,
  started: (cron: JsonObject) => boolean,
  reason = 'SuccessfulCreate',
): Promise<void> {
  await session.patch('cronjobs/busy', { spec });
  await makeDue(session, 'busy', secondsAgo);
  await session.see('cronjobs');
  await session.patch('cronjobs/busy', { spec: { suspend: false } });
  await session.until('events', ({ items }) => items.some((event) => event['reason'] === reason));
  await session.until('cronjobs/busy', started);
  await session.patch('cronjobs/busy', { spec: { suspend: true } });
  await session.see('cronjobs', 'jobs');
}

/** CronJobs begin their work at the turn of a minute: what is told of one start begins and ends between two. */
async function amidTheMinute(): Promise<void> {
  const second = (Date.now() / 1000) % 60;
  const waitSeconds = second < 5 ? 5 - second : second > 35 ? 65 - second : 0;
  await pause(waitSeconds * 1000);
}

/** The minute in the name of a scheduled Job is the time of the test. */
function withoutMinutes(seen: unknown): unknown {
  return JSON.parse(JSON.stringify(seen).replace(/-\d{8}\b/g, '-<minute>'));
}

export const CRON: readonly Script[] = [
  {
    name: 'cronjob: starts a job, sees it end, keeps history',
    run: async (session) => {
      await amidTheMinute();
      await session.create('cronjobs', cronJob('often', { schedule: '* * * * *', timeZone: 'Europe/Berlin' }));
      await makeDue(session, 'often');
      const { items } = await session.until('pods', ({ items: pods }) => pods.length >= 1);
      const begun = await session.see('cronjobs', 'jobs', 'pods');
      await session.patch('cronjobs/often', { spec: { suspend: true, successfulJobsHistoryLimit: 0 } });
      await finish(session, nameOf((items as JsonObject[])[0] ?? {}), 0);
      await session.until('cronjobs/often', (seen) => status(seen)['lastSuccessfulTime'] !== undefined);
      await session.until('jobs', ({ items: jobs }) => jobs.length === 0);
      const { events, cronjobs } = (await session.see('cronjobs', 'events')) as { events: JsonObject[]; cronjobs: JsonObject[] };
      return withoutMinutes([
        begun,
        cronjobs,
        events.filter(({ by, reason }) => String(by).includes('cronjob') && reason !== 'MissingJob'),
      ]);
    },
  },
  ...(['Forbid', 'Replace', 'Allow'] as const).map(
    (concurrencyPolicy): Script => ({
      name: `cronjob: ${concurrencyPolicy} while a job runs`,
      run: async (session) => {
        await amidTheMinute();
        await session.create('cronjobs', cronJob('busy', { schedule: '0 0 * * *', concurrencyPolicy, suspend: true }));
        await startOnce(session, 100_000, {}, activeJobs(1));
        const [first = ''] = namesOfActive(await session.must('GET', 'cronjobs/busy'));
        await amidTheMinute();
        if (concurrencyPolicy === 'Allow') await startOnce(session, 200, { schedule: '* * * * *' }, activeJobs(2));
        if (concurrencyPolicy === 'Forbid') await startOnce(session, 200, { schedule: '* * * * *' }, activeJobs(1), 'JobAlreadyActive');
        if (concurrencyPolicy === 'Replace')
          await startOnce(session, 200, { schedule: '* * * * *' }, (seen) => activeJobs(1)(seen) && !namesOfActive(seen).includes(first));
        const { events, ...rest } = (await session.see('cronjobs', 'jobs', 'events')) as { events: JsonObject[] };
        return withoutMinutes([rest, events.filter(({ by }) => String(by).includes('cronjob'))]);
      },
    }),
  ),
  {
    name: 'cronjob: a job that another made in its name',
    run: async (session) => {
      await session.create('cronjobs', cronJob('quiet', {}));
      const cron = await session.until('cronjobs/quiet', () => true);
      const { uid } = cron['metadata'] as JsonObject;
      const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'quiet', uid: uid ?? '', controller: true, blockOwnerDeletion: true };
      await session.create('jobs', { ...job('by-hand'), metadata: { name: 'by-hand', labels: {}, ownerReferences: [owner] } });
      const { events, ...rest } = (await session.see('cronjobs', 'jobs', 'events')) as { events: JsonObject[] };
      return [rest, events.filter(({ by }) => String(by).includes('cronjob'))];
    },
  },
  {
    name: 'cronjob: too late to start',
    run: async (session) => {
      await session.create('cronjobs', cronJob('missed', { schedule: '0 0 1 1 *', startingDeadlineSeconds: 10 }));
      await session.patch('cronjobs/missed/status', { status: { lastScheduleTime: '2020-01-01T00:00:00Z' } });
      const { events, ...rest } = (await session.see('cronjobs', 'jobs', 'events')) as { events: JsonObject[] };
      return [rest, events];
    },
  },
];
