/** Status of Jobs, which controllers other than the built-in one may write too. */
import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import { duplicate, invalid, invalidPart, required } from '../parts/field-errors.ts';
import { type Errors, flag, given, notNegative, num, objs, size, str, strs, sub } from '../parts/read.ts';
import { parseIndexes } from './job-indexes.ts';

const holds = (status: JsonObject, type: string, value = 'True'): boolean =>
  objs(status, 'conditions').some((one) => str(one, 'type') === type && str(one, 'status') === value);

interface Change {
  readonly spec: JsonObject;
  readonly next: JsonObject;
  readonly live: JsonObject;
  /** Whether one of these conditions or fields differs: rules look only at what a request touches. */
  readonly touches: (...names: string[]) => boolean;
}

const COUNTERS = ['active', 'succeeded', 'failed', 'ready', 'terminating'];

function indexErrors({ spec, next, touches }: Change, errors: Errors): void {
  const completions = num(spec, 'completions');
  const completed = str(next, 'completedIndexes');
  const failed = str(next, 'failedIndexes');
  const perIndex = given(spec, 'backoffLimitPerIndex');
  const check = (name: string, text: string): void => {
    const parsed = completions === undefined ? [] : parseIndexes(text, completions);
    if ('problem' in parsed) errors.push(invalid(`status.${name}`, text, `error parsing ${name}: ${parsed.problem}`));
  };
  if (touches('completedIndexes')) check('completedIndexes', completed);
  if (touches('failedIndexes') && perIndex && given(next, 'failedIndexes')) check('failedIndexes', failed);
  if (touches('completedIndexes') && completed !== '' && str(spec, 'completionMode') !== 'Indexed')
    errors.push(invalid('status.completedIndexes', completed, 'cannot set non-empty completedIndexes when non-indexed completion mode'));
  if (touches('failedIndexes') && !perIndex && given(next, 'failedIndexes'))
    errors.push(invalid('status.failedIndexes', failed, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null'));
  if (!touches('failedIndexes', 'completedIndexes') || completions === undefined || !given(next, 'failedIndexes')) return;
  const [one, two] = [parseIndexes(completed, completions), parseIndexes(failed, completions)];
  if ('problem' in one || 'problem' in two) return;
  const overlap = two.flatMap(([from, to]) =>
    one.filter(([first, last]) => from <= last && first <= to).map(([first]) => Math.max(from, first)),
  );
  if (overlap[0] !== undefined)
    errors.push(invalid('status.failedIndexes', failed, `failedIndexes and completedIndexes overlap at index: ${overlap[0]}`));
}

function timeErrors({ next, touches }: Change, errors: Errors): void {
  const complete = holds(next, 'Complete');
  const start = str(next, 'startTime');
  const end = str(next, 'completionTime');
  const at = 'status.completionTime';
  if (touches('Complete', 'completionTime')) {
    if (end !== '' && !complete) errors.push(invalid(at, end, 'cannot set completionTime when there is no Complete=True condition'));
    if (end === '' && complete) errors.push(required(at, 'completionTime is required for Complete jobs'));
  }
  if (touches('startTime', 'completionTime') && start !== '' && end !== '' && Date.parse(end) < Date.parse(start))
    errors.push(invalid(at, end, 'must be equal to or after `startTime`'));
}

/** A pod waits to be counted once, among those that succeeded or those that failed. */
function uncountedErrors(uncounted: JsonObject, errors: Errors): void {
  const seen = new Set<string>();
  for (const list of ['succeeded', 'failed']) {
    for (const [i, uid] of strs(uncounted, list).entries()) {
      const at = `status.uncountedTerminatedPods.${list}[${i}]`;
      if (uid === '') errors.push(invalid(at, uid, 'must not be empty'));
      else if (seen.has(uid)) errors.push(duplicate(at, uid));
      seen.add(uid);
    }
  }
}

function currentErrors(change: Change, errors: Errors): void {
  const { spec, next, touches } = change;
  const at = 'status.conditions';
  const [complete, failed] = [holds(next, 'Complete'), holds(next, 'Failed')];
  const [met, target] = [holds(next, 'SuccessCriteriaMet'), holds(next, 'FailureTarget')];
  const finished = complete || failed;
  for (const name of COUNTERS) notNegative(next, name, 'status', errors);
  uncountedErrors(sub(next, 'uncountedTerminatedPods'), errors);
  if (touches('Complete', 'Failed') && complete && failed)
    errors.push(invalidPart(at, 'cannot set Complete=True and Failed=true conditions'));
  if (touches('Complete', 'FailureTarget') && complete && target)
    errors.push(invalidPart(at, 'cannot set Complete=True and FailureTarget=true conditions'));
  timeErrors(change, errors);
  if (touches('Failed', 'failedIndexes') && failed && !target)
    errors.push(invalidPart(at, 'cannot set Failed=True condition without the FailureTarget=true condition'));
  if (touches('Complete', 'SuccessCriteriaMet') && complete && !met)
    errors.push(invalidPart(at, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition'));
  const active = num(next, 'active') ?? 0;
  const ends = touches('finished');
  if ((ends || touches('active')) && active > 0 && finished)
    errors.push(invalid('status.active', active, 'active>0 is invalid for finished job'));
  const idle = flag(spec, 'suspend') && num(spec, 'completions') === 0;
  if ((ends || touches('startTime')) && !idle && finished && !given(next, 'startTime'))
    errors.push(required('status.startTime', 'startTime is required for finished job'));
  const uncounted = sub(next, 'uncountedTerminatedPods');
  if ((ends || touches('uncountedTerminatedPods')) && finished && size(uncounted, 'succeeded') + size(uncounted, 'failed') > 0)
    errors.push(invalid('status.uncountedTerminatedPods', uncounted, 'must be empty for finished job'));
  indexErrors(change, errors);
  const terminating = num(next, 'terminating') ?? 0;
  if ((ends || touches('terminating')) && terminating > 0 && finished)
    errors.push(invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'));
  const ready = num(next, 'ready');
  if (touches('ready', 'active') && ready !== undefined && ready > active)
    errors.push(invalid('status.ready', ready, 'cannot set more ready pods than active'));
  if (met && failed) errors.push(invalidPart(at, 'cannot set SuccessCriteriaMet=True and Failed=true conditions'));
  if (met && target) errors.push(invalidPart(at, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'));
  if (given(spec, 'successPolicy') && !met && complete)
    errors.push(invalidPart(at, 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True'));
}

function transitionErrors({ spec, next, live, touches }: Change, errors: Errors): void {
  const at = 'status.conditions';
  for (const type of ['Failed', 'Complete', 'FailureTarget'])
    if (holds(live, type) && !holds(next, type)) errors.push(invalidPart(at, `cannot disable the terminal ${type}=True condition`));
  const elastic = str(spec, 'completionMode') === 'Indexed' && num(spec, 'completions') === num(spec, 'parallelism');
  for (const name of elastic ? ['failed'] : ['failed', 'succeeded']) {
    const value = num(next, name) ?? 0;
    if (value < (num(live, name) ?? 0)) errors.push(invalid(`status.${name}`, value, `cannot decrease the ${name} counter`));
  }
  if (given(next, 'completionTime') && given(live, 'completionTime') && touches('completionTime'))
    errors.push(invalid('status.completionTime', str(next, 'completionTime'), 'field is immutable'));
  const resumes = holds(live, 'Suspended') && holds(next, 'Suspended', 'False');
  if (given(live, 'startTime') && touches('startTime') && !resumes && !flag(spec, 'suspend')) {
    const value = given(next, 'startTime') ? str(next, 'startTime') : null;
    errors.push(invalid('status.startTime', value, 'field is immutable for unsuspended job once set'));
  }
  if (holds(live, 'SuccessCriteriaMet') && !holds(next, 'SuccessCriteriaMet'))
    errors.push(invalidPart(at, 'cannot disable the SuccessCriteriaMet=True condition'));
  if (holds(live, 'Complete') && !holds(live, 'SuccessCriteriaMet') && holds(next, 'SuccessCriteriaMet'))
    errors.push(invalidPart(at, 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions'));
}

const CONDITIONS = new Set(['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet']);
const isFinished = (status: JsonObject): boolean => holds(status, 'Complete') || holds(status, 'Failed');

export function jobStatusErrors(object: KubeObject, before: KubeObject, errors: Errors): void {
  const statusOf = (one: KubeObject): JsonObject => sub(one as unknown as JsonObject, 'status');
  const [next, live] = [statusOf(object), statusOf(before)];
  const differs = (name: string): boolean => {
    if (name === 'finished') return isFinished(next) !== isFinished(live);
    if (CONDITIONS.has(name)) return holds(next, name) !== holds(live, name);
    return !equalValues(next[name] ?? null, live[name] ?? null);
  };
  const change = { spec: sub(object as unknown as JsonObject, 'spec'), next, live, touches: (...names: string[]) => names.some(differs) };
  currentErrors(change, errors);
  transitionErrors(change, errors);
}
