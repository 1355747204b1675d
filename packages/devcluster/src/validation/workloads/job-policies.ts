/** podFailurePolicy and successPolicy of Jobs. */
import type { JsonObject } from '@caretaker/kube';
import { duplicate, invalid, invalidPart, notSupported, required, tooLong, tooMany } from '../parts/field-errors.ts';
import { qualifiedName } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { type Errors, format, given, items, num, obj, objs, size, str, sub } from '../parts/read.ts';
import { countIndexes, parseIndexes } from './job-indexes.ts';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const STATUSES = ['False', 'True', 'Unknown'];
const OPERATORS = ['In', 'NotIn'];

/** One of `allowed`; an absent one is required, with Go's list of what would do. */
function choice(holder: JsonObject, name: string, at: string, allowed: readonly string[], errors: Errors): void {
  const value = str(holder, name);
  const list = `[${allowed.map((one) => JSON.stringify(one)).join(' ')}]`;
  if (value === '') errors.push(required(`${at}.${name}`, `valid values: ${list}`));
  else if (!allowed.includes(value)) errors.push(notSupported(`${at}.${name}`, value, allowed));
}

function exitCodes(rule: JsonObject, at: string, containers: ReadonlySet<string>, errors: Errors): void {
  choice(rule, 'operator', at, OPERATORS, errors);
  const name = str(rule, 'containerName');
  if (given(rule, 'containerName') && !containers.has(name)) {
    errors.push(invalid(`${at}.containerName`, name, 'must be one of the container or initContainer names in the pod template'));
  }
  const list = rule['values'];
  const values = Array.isArray(list) ? list.map(Number) : [];
  const path = `${at}.values`;
  if (values.length === 0) errors.push(invalid(path, Array.isArray(list) ? [] : null, 'at least one value is required'));
  else if (values.length > 255) errors.push(tooMany(path, values.length, 255));
  for (const [i, value] of values.entries()) {
    if (str(rule, 'operator') === 'In' && value === 0) errors.push(invalid(items(path, i), value, 'must not be 0 for the In operator'));
    if (values.indexOf(value) < i) errors.push(duplicate(items(path, i), value));
  }
  if (values.some((value, i) => i > 0 && (values[i - 1] ?? 0) > value)) errors.push(invalid(path, values, 'must be ordered'));
}

function failureRule(spec: JsonObject, rule: JsonObject, at: string, containers: ReadonlySet<string>, errors: Errors): void {
  if (str(rule, 'action') !== 'FailIndex') choice(rule, 'action', at, ACTIONS, errors);
  else if (!given(spec, 'backoffLimitPerIndex'))
    errors.push(invalid(`${at}.action`, 'FailIndex', 'requires the backoffLimitPerIndex to be set'));
  const codes = obj(rule, 'onExitCodes');
  if (codes !== undefined) exitCodes(codes, `${at}.onExitCodes`, containers, errors);
  const conditions = objs(rule, 'onPodConditions');
  if (conditions.length > 20) errors.push(tooMany(`${at}.onPodConditions`, conditions.length, 20));
  for (const [i, pattern] of conditions.entries()) {
    const path = items(`${at}.onPodConditions`, i);
    format(`${path}.type`, str(pattern, 'type'), qualifiedName, errors);
    choice(pattern, 'status', path, STATUSES, errors);
  }
  if (codes !== undefined && conditions.length > 0)
    errors.push(invalidPart(at, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (codes === undefined && conditions.length === 0)
    errors.push(invalidPart(at, 'specifying one of OnExitCodes and OnPodConditions is required'));
}

export function failurePolicyErrors(spec: JsonObject, at: string, errors: Errors): void {
  const policy = obj(spec, 'podFailurePolicy');
  if (policy === undefined) return;
  const pod = sub(sub(spec, 'template'), 'spec');
  const containers = new Set(['containers', 'initContainers'].flatMap((list) => objs(pod, list).map((one) => str(one, 'name'))));
  const path = `${at}.podFailurePolicy.rules`;
  if (size(policy, 'rules') > 20) errors.push(tooMany(path, size(policy, 'rules'), 20));
  for (const [i, rule] of objs(policy, 'rules').entries()) failureRule(spec, rule, items(path, i), containers, errors);
}

const MAX_INDEXES_TEXT = 64 * 1024;

function successRule(spec: JsonObject, rule: JsonObject, at: string, errors: Errors): void {
  const completions = num(spec, 'completions') ?? 0;
  if (!given(rule, 'succeededCount') && !given(rule, 'succeededIndexes'))
    errors.push(required(at, 'at least one of succeededCount or succeededIndexes must be specified'));
  let total = 0;
  if (given(rule, 'succeededIndexes')) {
    const path = `${at}.succeededIndexes`;
    const text = str(rule, 'succeededIndexes');
    if (text.length > MAX_INDEXES_TEXT) errors.push(tooLong(path, MAX_INDEXES_TEXT));
    const parsed = parseIndexes(text, completions);
    if ('problem' in parsed) errors.push(invalid(path, text, `error parsing succeededIndexes: ${parsed.problem}`));
    else total = countIndexes(parsed);
  }
  const count = num(rule, 'succeededCount');
  if (count === undefined) return;
  const path = `${at}.succeededCount`;
  if (count < 0) errors.push(invalid(path, count, 'must be greater than or equal to 0'));
  if (count > completions)
    errors.push(invalid(path, count, `must be less than or equal to ${completions} (the number of specified completions)`));
  if (given(rule, 'succeededIndexes') && count > total)
    errors.push(
      invalid(path, count, `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`),
    );
}

export function successPolicyErrors(spec: JsonObject, at: string, errors: Errors): void {
  const policy = obj(spec, 'successPolicy');
  if (policy === undefined) return;
  const path = `${at}.successPolicy`;
  if (str(spec, 'completionMode') !== 'Indexed') {
    errors.push(invalid(path, printInternal('batch.SuccessPolicy', policy), 'requires indexed completion mode'));
    return;
  }
  const rules = objs(policy, 'rules');
  if (rules.length === 0)
    errors.push(required(`${path}.rules`, 'at least one rules must be specified when the successPolicy is specified'));
  if (rules.length > 20) errors.push(tooMany(`${path}.rules`, rules.length, 20));
  for (const [i, rule] of rules.entries()) successRule(spec, rule, items(`${path}.rules`, i), errors);
}
