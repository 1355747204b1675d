/** ResourceQuota and LimitRange. */
import type { JsonObject, KubeObject } from '@caretaker/kube';
import { quantityValue } from '../../admission/quantities.ts';
import { compareQuantities } from '../../decode/quantity.ts';
import type { KindRules } from '../kind-rules.ts';
import { duplicate, forbidden, invalid, required } from '../parts/field-errors.ts';
import { qualifiedName } from '../parts/formats.ts';
import { IMMUTABLE } from '../parts/object-meta.ts';
import { type Errors, items, members, obj, objs, size, specOf, str, strs, sub } from '../parts/read.ts';
import { limitResourceName, quantityErrors, quotaResourceName, standardQuotaResource } from '../pods/resources.ts';

function quotaList(list: JsonObject, at: string, errors: Errors): void {
  for (const name of Object.keys(list)) {
    quotaResourceName(name, `${at}[${name}]`, errors);
    quantityErrors(name, str(list, name), `${at}[${name}]`, errors);
  }
}

const SCOPES = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
];

const POD_COUNT: ReadonlySet<string> = new Set(['pods']);
const POD_RESOURCES: ReadonlySet<string> = new Set([
  ...['pods', 'cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'],
]);
const CLAIM_RESOURCES: ReadonlySet<string> = new Set(['persistentvolumeclaims', 'requests.storage']);

/** What a scope may limit. */
const SCOPE_RESOURCES: Readonly<Record<string, ReadonlySet<string>>> = {
  Terminating: POD_RESOURCES,
  NotTerminating: POD_RESOURCES,
  NotBestEffort: POD_RESOURCES,
  PriorityClass: POD_RESOURCES,
  CrossNamespacePodAffinity: POD_RESOURCES,
  BestEffort: POD_COUNT,
  VolumeAttributesClass: CLAIM_RESOURCES,
};

const scopeCovers = (scope: string, resource: string): boolean => SCOPE_RESOURCES[scope]?.has(resource) ?? true;

const EXISTS_ONLY: ReadonlySet<string> = new Set([
  'BestEffort',
  'NotBestEffort',
  'Terminating',
  'NotTerminating',
  'CrossNamespacePodAffinity',
]);
const EXISTS_ONLY_WORDS =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

function sameScopes(after: string[], before: readonly string[], errors: Errors): void {
  const changed = after.some((scope) => !before.includes(scope)) || before.some((scope) => !after.includes(scope));
  if (changed) errors.push(invalid('spec.scopes', after, IMMUTABLE));
}

/** Of the pairs that exclude each other, those that are there whole. */
const conflicts = (scopes: readonly string[]): readonly (readonly string[])[] =>
  [
    ['BestEffort', 'NotBestEffort'],
    ['Terminating', 'NotTerminating'],
  ].filter((pair) => pair.every((scope) => scopes.includes(scope)));

function quotaSpec(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  quotaList(sub(spec, 'hard'), 'spec.hard', errors);
  const scopes = strs(spec, 'scopes');
  const limited = Object.keys(sub(spec, 'hard'))
    .filter((name) => standardQuotaResource(name))
    .sort();
  for (const scope of scopes) {
    if (!SCOPES.includes(scope)) errors.push(invalid('spec.scopes', scopes, 'unsupported scope'));
    for (const name of limited)
      if (!scopeCovers(scope, name)) errors.push(invalid('spec.scopes', scopes, 'unsupported scope applied to resource'));
  }
  for (const _ of conflicts(scopes)) errors.push(invalid('spec.scopes', scopes, 'conflicting scopes'));
  const selector = obj(spec, 'scopeSelector');
  const requirements = objs(selector, 'matchExpressions');
  const path = 'spec.scopeSelector.matchExpressions';
  for (const requirement of requirements) {
    const operator = str(requirement, 'operator');
    const scope = str(requirement, 'scopeName');
    if (!SCOPES.includes(scope)) errors.push(invalid(`${path}.scopeName`, scope, 'unsupported scope'));
    for (const name of limited)
      if (!scopeCovers(scope, name)) errors.push(invalid(path, printedSelector(requirements), 'unsupported scope applied to resource'));
    if (EXISTS_ONLY.has(scope) && operator !== 'Exists') errors.push(invalid(`${path}.operator`, operator, EXISTS_ONLY_WORDS));
    if (operator === 'In' || operator === 'NotIn') {
      if (size(requirement, 'values') === 0) {
        errors.push(required(`${path}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"));
      }
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (size(requirement, 'values') > 0) {
        errors.push(
          invalid(
            `${path}.values`,
            strs(requirement, 'values'),
            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
          ),
        );
      }
    } else errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  }
  for (const _ of conflicts(requirements.map((requirement) => str(requirement, 'scopeName'))))
    errors.push(invalid(path, spec['scopes'], 'conflicting scopes'));
}

/** A scope selector as Go prints it: by the members of its struct. */
function printedSelector(requirements: readonly JsonObject[]): JsonObject {
  return {
    MatchExpressions: requirements.map((requirement) => ({
      ScopeName: str(requirement, 'scopeName'),
      Operator: str(requirement, 'operator'),
      Values: requirement['values'] ?? null,
    })),
  };
}

function quotaStatus(next: KubeObject, errors: Errors): void {
  const status = sub(members(next), 'status');
  quotaList(sub(status, 'hard'), 'status.hard', errors);
  quotaList(sub(status, 'used'), 'status.used', errors);
}

/** [smaller, larger, field of the complaint, quoted, words] of two limits of one resource. */
const ORDERS = [
  ['min', 'max', 'min', 'min', 'min value %a is greater than max value %b'],
  ['min', 'defaultRequest', 'defaultRequest', 'defaultRequest', 'min value %a is greater than default request value %b'],
  ['defaultRequest', 'max', 'defaultRequest', 'defaultRequest', 'default request value %a is greater than max value %b'],
  ['defaultRequest', 'default', 'defaultRequest', 'defaultRequest', 'default request value %a is greater than default limit value %b'],
  ['min', 'default', 'default', 'min', 'min value %a is greater than default value %b'],
  ['default', 'max', 'default', 'max', 'default value %a is greater than max value %b'],
] as const;

function limitRange(next: KubeObject, errors: Errors): void {
  const seen = new Set<string>();
  for (const [i, limit] of objs(specOf(next), 'limits').entries()) {
    const path = items('spec.limits', i);
    const type = str(limit, 'type');
    const words = qualifiedName(type);
    for (const complaint of words) errors.push(invalid(`${path}.type`, type, complaint));
    if (words.length === 0 && !type.includes('/') && !['Pod', 'Container', 'PersistentVolumeClaim'].includes(type)) {
      errors.push(invalid(`${path}.type`, type, 'must be a standard limit type or fully qualified'));
    }
    if (seen.has(type)) errors.push(duplicate(`${path}.type`, type));
    seen.add(type);
    const names = new Set<string>();
    for (const list of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio']) {
      if (type === 'Pod' && (list === 'default' || list === 'defaultRequest')) {
        if (size(limit, list) > 0) errors.push(forbidden(`${path}.${list}`, "may not be specified when `type` is 'Pod'"));
        continue;
      }
      for (const name of Object.keys(sub(limit, list))) {
        limitResourceName(type, name, `${path}.${list}[${name}]`, errors);
        names.add(name);
      }
    }
    if (type === 'PersistentVolumeClaim' && sub(limit, 'min')['storage'] === undefined && sub(limit, 'max')['storage'] === undefined) {
      errors.push(required(`${path}.limits`, 'either minimum or maximum storage value is required, but neither was provided'));
    }
    for (const name of names) limitOrder(limit, name, path, errors);
  }
}

function limitOrder(limit: JsonObject, name: string, path: string, errors: Errors): void {
  for (const [small, large, field, quoted, words] of ORDERS) {
    const a = str(obj(limit, small), name);
    const b = str(obj(limit, large), name);
    if (a === '' || b === '' || compareQuantities(a, b) <= 0) continue;
    errors.push(invalid(`${path}.${field}[${name}]`, str(obj(limit, quoted), name), words.replace('%a', a).replace('%b', b)));
  }
  const ratio = str(obj(limit, 'maxLimitRequestRatio'), name);
  if (ratio !== '' && compareQuantities(ratio, '1') < 0) {
    errors.push(invalid(`${path}.maxLimitRequestRatio[${name}]`, ratio, `ratio ${ratio} is less than 1`));
  }
  const [min, max] = [str(obj(limit, 'min'), name), str(obj(limit, 'max'), name)];
  const most = quantityValue(max) / quantityValue(min);
  if (ratio !== '' && min !== '' && max !== '' && quantityValue(ratio) > most)
    errors.push(invalid(`${path}.maxLimitRequestRatio[${name}]`, ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`));
}

export const QUOTA_RULES: Readonly<Record<string, KindRules>> = {
  '/ResourceQuota': {
    create: (next, errors) => {
      quotaSpec(next, errors);
      quotaStatus(next, errors);
    },
    update: (next, live, errors) => {
      quotaSpec(next, errors);
      sameScopes(strs(specOf(next), 'scopes'), strs(specOf(live), 'scopes'), errors);
    },
    status: (next, _live, errors) => quotaStatus(next, errors),
  },
  '/LimitRange': { create: limitRange, update: (next, _live, errors) => limitRange(next, errors), order: 'create-only' },
};
