import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../apply/typed-view.ts';
import { cronProblem } from './cron-schedule.ts';
import { invalid, notSupported, required } from './field-errors.ts';
import { printInternal } from './internal-json.ts';
import type { KindRules } from './kind-rules.ts';
import { IMMUTABLE, immutable } from './object-meta.ts';
import { podTemplateErrors } from './pod.ts';
import { type Errors, flag, given, notNegative, num, obj, objs, optionalEnum, requiredEnum, str, sub } from './read.ts';
import { selectorErrors, selects } from './selectors.ts';

const specOf = (object: KubeObject): JsonObject => sub(object as unknown as JsonObject, 'spec');

/** spec of a Job, also inside CronJobs, without its selector. */
function jobSpec(spec: JsonObject, at: string, errors: Errors): void {
  for (const name of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ]) {
    notNegative(spec, name, at, errors);
  }
  if (given(spec, 'maxFailedIndexes') && !given(spec, 'backoffLimitPerIndex')) {
    errors.push(required(`${at}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  }
  optionalEnum(spec, 'completionMode', at, ['NonIndexed', 'Indexed'], errors);
  const indexed = str(spec, 'completionMode') === 'Indexed';
  if (indexed && !given(spec, 'completions')) errors.push(required(`${at}.completions`, 'when completion mode is Indexed'));
  const parallelism = num(spec, 'parallelism') ?? 0;
  if (indexed && parallelism > 100_000) {
    errors.push(invalid(`${at}.parallelism`, parallelism, 'must be less than or equal to 100000 when completion mode is Indexed'));
  }
  if (!indexed) {
    for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes']) {
      if (given(spec, name)) errors.push(invalid(`${at}.${name}`, num(spec, name), 'requires indexed completion mode'));
    }
    if (given(spec, 'successPolicy'))
      errors.push(
        invalid(
          `${at}.successPolicy`,
          printInternal('batch.SuccessPolicy', sub(spec, 'successPolicy')),
          'requires indexed completion mode',
        ),
      );
  }
  const failure = obj(spec, 'podFailurePolicy');
  const replacement = str(spec, 'podReplacementPolicy');
  if (replacement !== '') {
    const allowed = failure === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed'];
    if (!allowed.includes(replacement)) errors.push(notSupported(`${at}.podReplacementPolicy`, replacement, allowed));
  }
  const template = sub(spec, 'template');
  podTemplateErrors(template, `${at}.template`, errors);
  const policy = str(sub(template, 'spec'), 'restartPolicy');
  const path = `${at}.template.spec.restartPolicy`;
  if (policy === 'Always' || policy === '') errors.push(required(path, 'valid values: "OnFailure", "Never"'));
  else if (policy !== 'OnFailure' && policy !== 'Never') errors.push(notSupported(path, policy, ['OnFailure', 'Never']));
  else if (failure !== undefined && policy !== 'Never')
    errors.push(invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified'));
}

function jobWithSelector(spec: JsonObject, errors: Errors): void {
  jobSpec(spec, 'spec', errors);
  const selector = obj(spec, 'selector');
  if (selector === undefined) errors.push(required('spec.selector'));
  else selectorErrors(selector, 'spec.selector', errors);
  const labels = obj(sub(sub(spec, 'template'), 'metadata'), 'labels');
  if (selector === undefined || !selects(selector, labels ?? {})) {
    errors.push(invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  }
}

const GENERATED = ['controller-uid', 'job-name', 'batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name'];

/** Unless the selector is the client's own, it and the labels of the template are the server's. */
function generatedSelector(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  if (flag(spec, 'manualSelector') || !given(spec, 'selector')) return;
  const labels = sub(sub(sub(spec, 'template'), 'metadata'), 'labels');
  const expected: JsonObject = {};
  for (const name of GENERATED) {
    const value = name.endsWith('uid') ? (next.metadata.uid ?? '') : (next.metadata.name ?? '');
    expected[name] = value;
    const path = 'spec.template.metadata.labels';
    if (labels[name] === undefined) errors.push(required(path, `must be '${value}'`));
    else if (labels[name] !== value) errors.push(invalid(`${path}`, labels, `must be '${value}'`));
  }
  if (!selects(sub(spec, 'selector'), expected))
    errors.push(invalid('spec.selector', sub(spec, 'selector'), '`selector` not auto-generated'));
}

function jobUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  const old = specOf(live);
  jobWithSelector(spec, errors);
  const elastic = str(spec, 'completionMode') === 'Indexed' && num(spec, 'completions') === num(spec, 'parallelism');
  if (!elastic) immutable('spec.completions', num(spec, 'completions') ?? null, num(old, 'completions') ?? null, errors);
  immutable('spec.selector', spec['selector'], old['selector'], errors);
  templateUpdate(spec, old, !given(sub(live as unknown as JsonObject, 'status'), 'startTime'), errors);
  for (const name of ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy']) {
    immutable(`spec.${name}`, spec[name], old[name], errors);
  }
}

/** The template stays; while a Job is suspended its resources, and before it ever ran its scheduling directives, may change. */
function templateUpdate(spec: JsonObject, old: JsonObject, neverStarted: boolean, errors: Errors): void {
  const template = sub(spec, 'template');
  const before = sub(old, 'template');
  const suspended = flag(old, 'suspend');
  if (!suspended) {
    if (!equalValues(template, before)) errors.push(invalid('spec.template', printInternal('core.PodTemplateSpec', template), IMMUTABLE));
    return;
  }
  const allowed: JsonObject = { ...sub(before, 'spec') };
  const pod = sub(template, 'spec');
  for (const list of ['containers', 'initContainers']) {
    if (!given(allowed, list)) continue;
    allowed[list] = objs(allowed, list).map((container, i) => {
      const other = objs(pod, list)[i];
      return other !== undefined && str(other, 'name') === str(container, 'name')
        ? { ...container, resources: sub(other, 'resources') }
        : container;
    });
  }
  if (neverStarted) {
    for (const name of ['nodeSelector', 'tolerations', 'schedulingGates', 'affinity']) {
      const value = pod[name];
      if (value === undefined) delete allowed[name];
      else allowed[name] = value;
    }
  }
  if (!equalValues(pod, allowed)) errors.push(invalid('spec.template.spec', printInternal('core.PodSpec', pod), IMMUTABLE));
}

const ZONE_PART = /^[A-Za-z.\-_0-9+]{1,14}$/;

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    // not a zone that this runtime's database has
    return false;
  }
}

function timeZone(spec: JsonObject, errors: Errors): void {
  if (!given(spec, 'timeZone')) return;
  const zone = str(spec, 'timeZone');
  const path = 'spec.timeZone';
  if (zone === '') {
    errors.push(invalid(path, zone, 'timeZone must be nil or non-empty string'));
    return;
  }
  if (zone.split('/').some((part) => part === '.' || part === '..' || part.startsWith('-') || !ZONE_PART.test(part))) {
    errors.push(invalid(path, zone, `unknown time zone ${zone}`));
    return;
  }
  if (zone.toLowerCase() === 'local') {
    errors.push(invalid(path, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'));
  } else if (!isTimeZone(zone)) errors.push(invalid(path, zone, `unknown time zone ${zone}`));
}

function cronJobSpec(spec: JsonObject, errors: Errors, old?: JsonObject): void {
  const schedule = str(spec, 'schedule');
  if (schedule === '') errors.push(required('spec.schedule'));
  else {
    const problem = cronProblem(schedule);
    if (problem !== undefined) errors.push(invalid('spec.schedule', schedule, problem));
    const allowed = old !== undefined && str(old, 'schedule').includes('TZ');
    if (schedule.includes('TZ') && !allowed) {
      errors.push(invalid('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
    }
  }
  notNegative(spec, 'startingDeadlineSeconds', 'spec', errors);
  if (old === undefined || str(old, 'timeZone') !== str(spec, 'timeZone')) timeZone(spec, errors);
  requiredEnum(spec, 'concurrencyPolicy', 'spec', ['Allow', 'Forbid', 'Replace'], errors);
  const template = sub(sub(spec, 'jobTemplate'), 'spec');
  if (given(template, 'manualSelector') && flag(template, 'manualSelector')) {
    errors.push(notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']));
  }
  if (given(template, 'selector'))
    errors.push(invalid('spec.jobTemplate.spec.selector', template['selector'], '`selector` will be auto-generated'));
  jobSpec(template, 'spec.jobTemplate.spec', errors);
  notNegative(spec, 'successfulJobsHistoryLimit', 'spec', errors);
  notNegative(spec, 'failedJobsHistoryLimit', 'spec', errors);
}

export const BATCH_RULES: Readonly<Record<string, KindRules>> = {
  'batch/Job': {
    create: (next, errors) => {
      generatedSelector(next, errors);
      jobWithSelector(specOf(next), errors);
    },
    update: jobUpdate,
  },
  'batch/CronJob': {
    create: (next, errors) => {
      cronJobSpec(specOf(next), errors);
      const name = next.metadata.name ?? '';
      if (name.length > 52) errors.push(invalid('metadata.name', name, 'must be no more than 52 characters'));
    },
    update: (next, live, errors) => cronJobSpec(specOf(next), errors, specOf(live)),
  },
};
