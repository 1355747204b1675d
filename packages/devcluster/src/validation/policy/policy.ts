import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../../apply/typed-view.ts';
import type { KindRules } from '../kind-rules.ts';
import { endpointIpErrors, ipErrors } from '../parts/addresses.ts';
import { duplicate, forbidden, invalid, notSupported, required, tooLong, tooMany } from '../parts/field-errors.ts';
import { dnsLabel, dnsSubdomain, labelValue, pathSegment, qualifiedName, regexComplaint } from '../parts/formats.ts';
import { printInternal } from '../parts/internal-json.ts';
import { immutable } from '../parts/object-meta.ts';
import {
  type Errors,
  flag,
  format,
  given,
  items,
  members,
  notNegative,
  num,
  obj,
  objs,
  optionalEnum,
  requiredEnum,
  size,
  specOf,
  str,
  strs,
  sub,
} from '../parts/read.ts';
import { selectorErrors } from '../parts/selectors.ts';
import { intOrPercentErrors, notOver100Percent } from '../workloads/workloads.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** Conditions of the general form. */
function conditionErrors(holder: JsonObject, at: string, errors: Errors): void {
  const types = new Set<string>();
  for (const [i, condition] of objs(holder, 'conditions').entries()) {
    const path = items(at, i);
    const type = str(condition, 'type');
    if (types.has(type)) errors.push(duplicate(`${path}.type`, type));
    types.add(type);
    format(`${path}.type`, type, qualifiedName, errors);
    const status = str(condition, 'status');
    if (!['False', 'True', 'Unknown'].includes(status)) errors.push(notSupported(`${path}.status`, status, ['False', 'True', 'Unknown']));
    const generation = num(condition, 'observedGeneration') ?? 0;
    if (generation < 0) errors.push(invalid(`${path}.observedGeneration`, generation, 'must be greater than or equal to zero'));
    if (!given(condition, 'lastTransitionTime')) errors.push(required(`${path}.lastTransitionTime`));
    const reason = str(condition, 'reason');
    if (reason === '') errors.push(required(`${path}.reason`));
    else if (!CONDITION_REASON.test(reason)) errors.push(invalid(`${path}.reason`, reason, REASON_WORDS));
    if (reason.length > LONGEST_REASON) errors.push(tooLong(`${path}.reason`, LONGEST_REASON));
    if (Buffer.byteLength(str(condition, 'message')) > LONGEST_MESSAGE) errors.push(tooLong(`${path}.message`, LONGEST_MESSAGE));
  }
}

const LONGEST_REASON = 1024;
const LONGEST_MESSAGE = 32 * 1024;
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const CONDITION_REASON = new RegExp(`^${REASON}$`);
const REASON_WORDS = regexComplaint(
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  REASON,
  'my_name',
  'MY_NAME',
  'MyName',
  'ReasonA,ReasonB',
  'ReasonA:ReasonB',
);

function disruptionBudget(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  if (given(spec, 'minAvailable') && given(spec, 'maxUnavailable')) {
    errors.push(
      invalid('spec', printInternal('policy.PodDisruptionBudgetSpec', spec), 'minAvailable and maxUnavailable cannot be both set'),
    );
  }
  for (const name of ['minAvailable', 'maxUnavailable']) {
    intOrPercentErrors(spec[name], `spec.${name}`, errors);
    notOver100Percent(spec[name], `spec.${name}`, errors);
  }
  selectorErrors(obj(spec, 'selector'), 'spec.selector', errors);
  optionalEnum(spec, 'unhealthyPodEvictionPolicy', 'spec', ['AlwaysAllow', 'IfHealthyBudget'], errors);
}

function policyRules(object: JsonObject, namespaced: boolean, errors: Errors): void {
  for (const [i, rule] of objs(object, 'rules').entries()) {
    const path = items('rules', i);
    if (size(rule, 'verbs') === 0) errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'));
    if (size(rule, 'nonResourceURLs') > 0) {
      const urls = strs(rule, 'nonResourceURLs');
      if (namespaced) errors.push(invalid(`${path}.nonResourceURLs`, urls, 'namespaced rules cannot apply to non-resource URLs'));
      if (size(rule, 'apiGroups') + size(rule, 'resources') + size(rule, 'resourceNames') > 0) {
        errors.push(invalid(`${path}.nonResourceURLs`, urls, 'rules cannot apply to both regular resources and non-resource URLs'));
      }
      continue;
    }
    if (size(rule, 'apiGroups') === 0) errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
    if (size(rule, 'resources') === 0) errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'));
  }
}

function clusterRole(next: KubeObject, errors: Errors): void {
  policyRules(members(next), false, errors);
  const aggregation = obj(members(next), 'aggregationRule');
  if (aggregation === undefined) return;
  const path = 'aggregationRule.clusterRoleSelectors';
  if (size(aggregation, 'clusterRoleSelectors') === 0) {
    errors.push(required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil'));
  }
  for (const [i, selector] of objs(aggregation, 'clusterRoleSelectors').entries()) {
    const found = errors.length;
    selectorErrors(selector, items(path, i), errors);
    if (errors.length > found) errors.push(invalid(items(path, i), null, 'invalid label selector.'));
  }
}

function subjectErrors(subject: JsonObject, at: string, namespaced: boolean, errors: Errors): void {
  const name = str(subject, 'name');
  const group = str(subject, 'apiGroup');
  const kind = str(subject, 'kind');
  if (name === '') errors.push(required(`${at}.name`));
  if (kind === 'ServiceAccount') {
    if (name !== '') format(`${at}.name`, name, (value) => dnsSubdomain(value), errors);
    if (group !== '') errors.push(notSupported(`${at}.apiGroup`, group, ['']));
    if (!namespaced && str(subject, 'namespace') === '') errors.push(required(`${at}.namespace`));
  } else if (kind === 'User' || kind === 'Group') {
    if (group !== RBAC) errors.push(notSupported(`${at}.apiGroup`, group, [RBAC]));
  } else errors.push(notSupported(`${at}.kind`, kind, ['ServiceAccount', 'User', 'Group']));
}

const binding =
  (namespaced: boolean) =>
  (next: KubeObject, errors: Errors): void => {
    const ref = sub(members(next), 'roleRef');
    const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
    if (str(ref, 'apiGroup') !== RBAC) errors.push(notSupported('roleRef.apiGroup', str(ref, 'apiGroup'), [RBAC]));
    if (!kinds.includes(str(ref, 'kind'))) errors.push(notSupported('roleRef.kind', str(ref, 'kind'), kinds));
    if (str(ref, 'name') === '') errors.push(required('roleRef.name'));
    else format('roleRef.name', str(ref, 'name'), pathSegment, errors);
    for (const [i, subject] of objs(members(next), 'subjects').entries()) subjectErrors(subject, items('subjects', i), namespaced, errors);
  };

const bindingUpdate = (next: KubeObject, live: KubeObject, errors: Errors): void => {
  const ref = sub(members(next), 'roleRef');
  if (!equalValues(ref, sub(members(live), 'roleRef')))
    errors.push(invalid('roleRef', printInternal('rbac.RoleRef', ref), 'cannot change roleRef'));
};

function lease(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  const seconds = num(spec, 'leaseDurationSeconds');
  const transitions = num(spec, 'leaseTransitions');
  if (seconds !== undefined && seconds <= 0) errors.push(invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
  if (transitions !== undefined && transitions < 0)
    errors.push(invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'));
  if (str(spec, 'preferredHolder') !== '' && str(spec, 'strategy') === '') {
    errors.push(forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined'));
  }
}

function endpointSlice(next: KubeObject, errors: Errors, live?: KubeObject): void {
  const object = members(next);
  requiredEnum(object, 'addressType', '', ['FQDN', 'IPv4', 'IPv6'], errors);
  const names = new Set<string>();
  for (const [i, port] of objs(object, 'ports').entries()) {
    const path = items('ports', i);
    const name = str(port, 'name');
    if (name !== '') format(`${path}.name`, name, dnsLabel, errors);
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
    if (given(port, 'protocol')) optionalEnum(port, 'protocol', path, ['SCTP', 'TCP', 'UDP'], errors);
    else errors.push(required(`${path}.protocol`));
    if (given(port, 'appProtocol')) format(`${path}.appProtocol`, str(port, 'appProtocol'), qualifiedName, errors);
  }
  // endpoints that stay as they are were judged before
  if (live !== undefined && equalValues(object['endpoints'] ?? null, members(live)['endpoints'] ?? null)) return;
  const endpoints = objs(object, 'endpoints');
  if (endpoints.length > 1000) errors.push(tooMany('endpoints', endpoints.length, 1000));
  const type = str(object, 'addressType');
  for (const [i, endpoint] of endpoints.entries()) {
    const path = `${items('endpoints', i)}.addresses`;
    const addresses = strs(endpoint, 'addresses');
    if (addresses.length === 0) errors.push(required(path, 'must contain at least 1 address'));
    else if (addresses.length > 100) errors.push(tooMany(path, addresses.length, 100));
    for (const [j, address] of addresses.entries()) {
      if (type === 'FQDN') {
        const words = dnsSubdomain(address.replace(/\.$/, ''));
        if (address === '') errors.push(required(items(path, j)));
        else if (words.length > 0) for (const one of words) errors.push(invalid(items(path, j), address, one));
        else if (address.split('.').length < 2)
          errors.push(invalid(items(path, j), address, 'should be a domain with at least two segments separated by dots'));
        continue;
      }
      const before = errors.length;
      ipErrors(items(path, j), address, errors, type === 'IPv6' ? 'canonical' : 'any');
      if (errors.length > before) continue;
      if (address.includes(':') !== (type === 'IPv6')) errors.push(invalid(path, address, `must be an ${type} address`));
      endpointIpErrors(items(path, j), address, errors);
    }
    if (given(endpoint, 'nodeName'))
      format(`${items('endpoints', i)}.nodeName`, str(endpoint, 'nodeName'), (value) => dnsSubdomain(value), errors);
    if (given(endpoint, 'hostname')) format(`${items('endpoints', i)}.hostname`, str(endpoint, 'hostname'), dnsLabel, errors);
    hintErrors(sub(endpoint, 'hints'), `${items('endpoints', i)}.hints`, errors);
  }
}

const MOST_HINTS = 8;

/** Zones and nodes for which an endpoint is meant, each named once. */
function hintErrors(hints: JsonObject, at: string, errors: Errors): void {
  for (const [list, form] of [
    ['forZones', labelValue],
    ['forNodes', (value: string) => dnsSubdomain(value)],
  ] as const) {
    const names = objs(hints, list).map((one) => str(one, 'name'));
    const path = `${at}.${list}`;
    if (names.length > MOST_HINTS) {
      errors.push(tooMany(path, names.length, MOST_HINTS));
      return;
    }
    for (const [i, name] of names.entries()) {
      if (names.indexOf(name) < i) errors.push(duplicate(`${path}[${i}].name`, name));
      format(`${path}[${i}].name`, name, form, errors);
    }
  }
}

const SYSTEM_CLASSES: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

function systemClassProblem(name: string, value: number, isDefault: boolean): string | undefined {
  const expected = SYSTEM_CLASSES[name];
  if (expected === undefined) return `${name} is not a known system priority class`;
  if (value !== expected) return `value of ${name} PriorityClass must be ${expected}`;
  return isDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

function priorityClass(next: KubeObject, errors: Errors): void {
  const value = num(members(next), 'value') ?? 0;
  const name = next.metadata.name ?? '';
  if (name.startsWith('system-')) {
    const problem = systemClassProblem(name, value, flag(members(next), 'globalDefault'));
    const words = "priority class names with 'system-' prefix are reserved for system use only. error: ";
    if (problem !== undefined) errors.push(forbidden('metadata.name', `${words}${problem}`));
  }
  if (!name.startsWith('system-') && value > 1_000_000_000)
    errors.push(forbidden('value', 'maximum allowed value of a user defined priority is 1000000000'));
  if (given(members(next), 'preemptionPolicy'))
    requiredEnum(members(next), 'preemptionPolicy', '', ['PreemptLowerPriority', 'Never'], errors);
}

export const POLICY_RULES: Readonly<Record<string, KindRules>> = {
  // neither metadata nor its changes are looked at
  'policy/PodDisruptionBudget': {
    name: 'none',
    order: 'create-only',
    create: disruptionBudget,
    update: (next, _live, errors) => disruptionBudget(next, errors),
    status: (next, _live, errors) => {
      const status = sub(members(next), 'status');
      conditionErrors(status, 'status.conditions', errors);
      for (const name of ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'])
        notNegative(status, name, 'status', errors);
    },
  },
  'rbac.authorization.k8s.io/Role': {
    name: 'segment',
    order: 'create-first',
    create: (next, errors) => policyRules(members(next), true, errors),
  },
  'rbac.authorization.k8s.io/ClusterRole': { name: 'segment', order: 'create-first', create: clusterRole },
  'rbac.authorization.k8s.io/RoleBinding': { name: 'segment', order: 'create-first', create: binding(true), update: bindingUpdate },
  'rbac.authorization.k8s.io/ClusterRoleBinding': { name: 'segment', order: 'create-first', create: binding(false), update: bindingUpdate },
  'coordination.k8s.io/Lease': { create: lease, update: (next, _live, errors) => lease(next, errors) },
  'discovery.k8s.io/EndpointSlice': {
    create: (next, errors) => endpointSlice(next, errors),
    update: (next, live, errors) => {
      endpointSlice(next, errors, live);
      immutable('addressType', str(members(next), 'addressType'), str(members(live), 'addressType'), errors);
    },
    order: 'create-only',
  },
  'scheduling.k8s.io/PriorityClass': {
    create: priorityClass,
    update: (next, live, errors) => {
      if ((num(members(next), 'value') ?? 0) !== (num(members(live), 'value') ?? 0))
        errors.push(forbidden('value', 'may not be changed in an update.'));
      immutable('preemptionPolicy', members(next)['preemptionPolicy'], members(live)['preemptionPolicy'], errors);
    },
  },
};
