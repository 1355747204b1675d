import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import type { KindRules } from '../kind-rules.ts';
import { domainPrefixedPath } from '../network/networking.ts';
import { invalid, notSupported, required, sorted, tooLong } from '../parts/field-errors.ts';
import { dnsLabel } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { IMMUTABLE, immutable } from '../parts/object-meta.ts';
import {
  type Errors,
  flag,
  given,
  isObj,
  notNegative,
  num,
  obj,
  objs,
  optionalEnum,
  requiredEnum,
  specOf,
  str,
  sub,
} from '../parts/read.ts';
import { selectorErrors, selects } from '../parts/selectors.ts';
import { podTemplateErrors } from '../pods/pod.ts';
import { cronProblem } from './cron-schedule.ts';
import { failurePolicyErrors, successPolicyErrors } from './job-policies.ts';
import { jobStatusErrors } from './job-status.ts';

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
  if (given(spec, 'managedBy')) {
    const value = str(spec, 'managedBy');
    domainPrefixedPath(value, `${at}.managedBy`, errors);
    if (value.length > 63) errors.push(tooLong(`${at}.managedBy`, 63));
  }
  optionalEnum(spec, 'completionMode', at, ['NonIndexed', 'Indexed'], errors);
  const indexed = str(spec, 'completionMode') === 'Indexed';
  if (indexed && !given(spec, 'completions')) errors.push(required(`${at}.completions`, 'when completion mode is Indexed'));
  const parallelism = num(spec, 'parallelism') ?? 0;
  if (indexed && parallelism > 100_000) {
    errors.push(invalid(`${at}.parallelism`, parallelism, 'must be less than or equal to 100000 when completion mode is Indexed'));
  }
  const maxFailed = num(spec, 'maxFailedIndexes');
  if (indexed && maxFailed !== undefined) {
    const completions = num(spec, 'completions');
    if (completions !== undefined && maxFailed > completions)
      errors.push(invalid(`${at}.maxFailedIndexes`, maxFailed, 'must be less than or equal to completions'));
    if (maxFailed > 100_000) errors.push(invalid(`${at}.maxFailedIndexes`, maxFailed, 'must be less than or equal to 100000'));
  }
  if (!indexed) {
    for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes']) {
      if (given(spec, name)) errors.push(invalid(`${at}.${name}`, num(spec, name), 'requires indexed completion mode'));
    }
  }
  failurePolicyErrors(spec, at, errors);
  successPolicyErrors(spec, at, errors);
  const failure = obj(spec, 'podFailurePolicy');
  const replacement = str(spec, 'podReplacementPolicy');
  if (given(spec, 'podReplacementPolicy')) {
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
  if (selector === undefined || (isReadable(selector) && !selects(selector, labels ?? {}))) {
    errors.push(invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  }
}

/** What is no selector selects nothing that could be compared. */
function isReadable(selector: JsonObject): boolean {
  const wrong: Errors = [];
  selectorErrors(selector, '', wrong);
  return wrong.length === 0;
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
    const path = `spec.template.metadata.labels[${name}]`;
    if (labels[name] === undefined) errors.push(required(path, `must be '${value}'`));
    else if (labels[name] !== value) errors.push(invalid(path, sorted(labels), `must be '${value}'`));
  }
  if (isReadable(sub(spec, 'selector')) && !selects(sub(spec, 'selector'), expected))
    errors.push(invalid('spec.selector', sub(spec, 'selector'), '`selector` not auto-generated'));
}

/** Members of a Job that stay, with the struct that a refusal quotes. */
const FIXED = [
  ['completionMode'],
  ['podFailurePolicy', 'batch.PodFailurePolicy'],
  ['backoffLimitPerIndex'],
  ['managedBy'],
  ['successPolicy', 'batch.SuccessPolicy'],
] as const;

function jobUpdate(next: KubeObject, live: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  const old = specOf(live);
  jobWithSelector(spec, errors);
  completionsUpdate(spec, old, errors);
  immutable('spec.selector', spec['selector'], old['selector'], errors);
  templateUpdate(spec, old, !given(sub(live as unknown as JsonObject, 'status'), 'startTime'), errors);
  for (const [name, type] of FIXED) {
    const value = spec[name];
    if (type !== undefined && isObj(value)) {
      if (!equalValues(value, old[name] ?? null)) errors.push(invalid(`spec.${name}`, printInternal(type, value), IMMUTABLE));
    } else immutable(`spec.${name}`, value, old[name], errors);
  }
}

/** An Indexed Job may be scaled: its completions and its parallelism together. */
function completionsUpdate(spec: JsonObject, old: JsonObject, errors: Errors): void {
  const [after, before] = [num(spec, 'completions'), num(old, 'completions')];
  const at = 'spec.completions';
  if (str(spec, 'completionMode') !== 'Indexed') immutable(at, after ?? null, before ?? null, errors);
  else if (after !== undefined && after !== before && after !== num(spec, 'parallelism'))
    errors.push(invalid(at, after, 'can only be modified in tandem with spec.parallelism'));
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

/** Names of zones are names of files, whose case counts: every part begins with a capital. */
const ZONE_CASE = /^(([A-Z][\w+-]*)(\/[A-Z][\w+-]*)*|localtime)$/;

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return ZONE_CASE.test(zone);
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
  if (old === undefined || old['timeZone'] !== spec['timeZone']) timeZone(spec, errors);
  requiredEnum(spec, 'concurrencyPolicy', 'spec', ['Allow', 'Forbid', 'Replace'], errors);
  const template = sub(sub(spec, 'jobTemplate'), 'spec');
  jobSpec(template, 'spec.jobTemplate.spec', errors);
  if (given(template, 'selector'))
    errors.push(invalid('spec.jobTemplate.spec.selector', template['selector'], '`selector` will be auto-generated'));
  if (flag(template, 'manualSelector')) errors.push(notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']));
  notNegative(spec, 'successfulJobsHistoryLimit', 'spec', errors);
  notNegative(spec, 'failedJobsHistoryLimit', 'spec', errors);
}

/** The last pod of an indexed Job gets a hostname too. */
function indexedHostname(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  const completions = num(spec, 'completions') ?? 0;
  if (str(spec, 'completionMode') !== 'Indexed' || completions <= 0) return;
  const name = next.metadata.name ?? '';
  const hostname = `${name}-${completions - 1}`;
  if (dnsLabel(hostname).length > 0)
    errors.push(invalid('metadata.name', name, `will not able to create pod with invalid DNS label: ${hostname}`));
}

export const BATCH_RULES: Readonly<Record<string, KindRules>> = {
  'batch/Job': {
    order: 'create-first',
    create: (next, errors) => {
      generatedSelector(next, errors);
      jobWithSelector(specOf(next), errors);
      indexedHostname(next, errors);
    },
    update: jobUpdate,
    status: jobStatusErrors,
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
