import type { JsonObject, KubeObject } from '@caretaker/kube';
import { equalValues } from '../apply/typed-view.ts';
import { compareQuantities } from '../decode/quantity.ts';
import { cidrErrors, ipErrors } from './addresses.ts';
import { duplicate, forbidden, invalid, notSupported, required, tooMany } from './field-errors.ts';
import { dnsLabel, dnsSubdomain, pathSegment, qualifiedName } from './formats.ts';
import { printInternal } from './internal-json.ts';
import type { KindRules } from './kind-rules.ts';
import { immutable } from './object-meta.ts';
import { type Errors, format, given, items, num, obj, objs, optionalEnum, requiredEnum, size, str, strs, sub } from './read.ts';
import { selectorErrors } from './selectors.ts';
import { intOrPercentErrors, notOver100Percent } from './workloads.ts';

const members = (object: KubeObject): JsonObject => object as unknown as JsonObject;
const specOf = (object: KubeObject): JsonObject => sub(members(object), 'spec');

const RBAC = 'rbac.authorization.k8s.io';

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
  for (const [i, selector] of objs(aggregation, 'clusterRoleSelectors').entries()) selectorErrors(selector, items(path, i), errors);
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

const METRIC_TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const METRIC_FIELDS: Readonly<Record<string, string>> = {
  Object: 'object',
  External: 'external',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
};

function metricTarget(target: JsonObject, at: string, errors: Errors): void {
  const type = str(target, 'type');
  if (type === '') errors.push(required(`${at}.type`, 'must specify a metric target type'));
  if (!['Utilization', 'Value', 'AverageValue'].includes(type)) {
    errors.push(invalid(`${at}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  }
  for (const name of ['value', 'averageValue']) {
    const value = str(target, name);
    if (value !== '' && compareQuantities(value, '0') <= 0) errors.push(invalid(`${at}.${name}`, value, 'must be positive'));
  }
  const utilization = num(target, 'averageUtilization');
  if (utilization !== undefined && utilization < 1) errors.push(invalid(`${at}.averageUtilization`, utilization, 'must be greater than 0'));
}

function metric(spec: JsonObject, at: string, errors: Errors): void {
  const type = str(spec, 'type');
  if (type === '') errors.push(required(`${at}.type`, 'must specify a metric source type'));
  if (!METRIC_TYPES.includes(type)) errors.push(notSupported(`${at}.type`, type, METRIC_TYPES));
  const present = Object.values(METRIC_FIELDS).filter((name) => given(spec, name));
  const first = present[0];
  if (first !== undefined) {
    const source = sub(spec, first);
    if (first === 'resource' || first === 'containerResource') {
      if (str(source, 'name') === '') errors.push(required(`${at}.${first}.name`, 'must specify a resource name'));
      if (first === 'containerResource' && str(source, 'container') === '')
        errors.push(required(`${at}.${first}.container`, 'must specify a container'));
    } else if (str(sub(source, 'metric'), 'name') === '') errors.push(required(`${at}.${first}.metric.name`, 'must specify a metric name'));
    metricTarget(sub(source, 'target'), `${at}.${first}.target`, errors);
    const target = sub(source, 'target');
    if (first === 'pods' && !given(target, 'averageValue'))
      errors.push(required(`${at}.pods.target.averageValue`, 'must specify a positive target averageValue'));
    if ((first === 'object' || first === 'external') && !given(target, 'value') && !given(target, 'averageValue'))
      errors.push(required(`${at}.${first}.target.averageValue`, 'must set either a target value or averageValue'));
    if (first === 'resource' || first === 'containerResource') {
      if (!given(target, 'averageUtilization') && !given(target, 'averageValue')) {
        errors.push(required(`${at}.${first}.target.averageUtilization`, 'must set either a target raw value or a target utilization'));
      }
      if (given(target, 'averageUtilization') && given(target, 'averageValue')) {
        errors.push(forbidden(`${at}.${first}.target.averageValue`, 'may not set both a target raw value and a target utilization'));
      }
    }
  }
  const expected = METRIC_FIELDS[type];
  if (expected === undefined) errors.push(notSupported(`${at}.type`, type, METRIC_TYPES));
  else if (!given(spec, expected)) errors.push(required(`${at}.${expected}`, 'must populate information for the given metric source'));
  if (present.length !== 1) {
    for (const name of present)
      if (name !== expected) errors.push(forbidden(`${at}.${name}`, 'must populate the given metric source only'));
  }
}

function scalingRules(rules: JsonObject | undefined, at: string, errors: Errors): void {
  if (rules === undefined) return;
  const window = num(rules, 'stabilizationWindowSeconds');
  if (window !== undefined && window < 0)
    errors.push(invalid(`${at}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero'));
  if (window !== undefined && window > 3600)
    errors.push(invalid(`${at}.stabilizationWindowSeconds`, window, 'must be less than or equal to 3600'));
  optionalEnum(rules, 'selectPolicy', at, ['Disabled', 'Max', 'Min'], errors);
  if (size(rules, 'policies') === 0) errors.push(required(`${at}.policies`, 'must specify at least one Policy'));
  for (const [i, policy] of objs(rules, 'policies').entries()) {
    const path = items(`${at}.policies`, i);
    const type = str(policy, 'type');
    if (type !== 'Pods' && type !== 'Percent') errors.push(notSupported(`${path}.type`, type, ['Percent', 'Pods']));
    const value = num(policy, 'value') ?? 0;
    const period = num(policy, 'periodSeconds') ?? 0;
    if (value <= 0) errors.push(invalid(`${path}.value`, value, 'must be greater than zero'));
    if (period <= 0) errors.push(invalid(`${path}.periodSeconds`, period, 'must be greater than zero'));
    if (period > 1800) errors.push(invalid(`${path}.periodSeconds`, period, 'must be less than or equal to 1800'));
  }
}

/** What is scaled has a group, but for the one kind of the core group that can be; an unchanged reference may stay wrong. */
function targetVersion(target: JsonObject, errors: Errors, live: KubeObject | undefined): void {
  const version = str(target, 'apiVersion');
  const before = live === undefined ? undefined : sub(specOf(live), 'scaleTargetRef');
  if (before !== undefined && str(before, 'apiVersion') === version && str(before, 'kind') === str(target, 'kind')) return;
  const parts = version.split('/');
  const at = 'spec.scaleTargetRef.apiVersion';
  if (parts.length > 2) errors.push(invalid(at, version, `unexpected GroupVersion string: ${version}`));
  else if (parts.length < 2 && str(target, 'kind') !== 'ReplicationController')
    errors.push(invalid(at, version, 'apiVersion must specify API group'));
}

function autoscaler(next: KubeObject, errors: Errors, live?: KubeObject): void {
  const spec = specOf(next);
  const min = num(spec, 'minReplicas');
  const max = num(spec, 'maxReplicas') ?? 0;
  const isV1 = next.apiVersion === 'autoscaling/v1';
  if (min !== undefined && min < 0) errors.push(invalid('spec.minReplicas', min, 'must be greater than or equal to 0'));
  if (max === 0) errors.push(required('spec.maxReplicas', 'must be set and greater than 0'));
  else if (max < 0) errors.push(invalid('spec.maxReplicas', max, 'must be greater than or equal to 1'));
  if (min !== undefined && max < min) errors.push(invalid('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`'));
  const target = sub(spec, 'scaleTargetRef');
  for (const name of ['kind', 'name']) {
    const value = str(target, name);
    if (value === '') errors.push(required(`spec.scaleTargetRef.${name}`));
    else format(`spec.scaleTargetRef.${name}`, value, pathSegment, errors);
  }
  targetVersion(target, errors, live);
  if (isV1) return;
  const metrics = objs(spec, 'metrics');
  for (const [i, one] of metrics.entries()) metric(one, items('spec.metrics', i), errors);
  if (min === 0 && !metrics.some((one) => ['Object', 'External'].includes(str(one, 'type')))) {
    errors.push(forbidden('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas'));
  }
  const behavior = obj(spec, 'behavior');
  scalingRules(obj(behavior, 'scaleUp'), 'spec.behavior.scaleUp', errors);
  scalingRules(obj(behavior, 'scaleDown'), 'spec.behavior.scaleDown', errors);
}

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
    requiredEnum(port, 'protocol', path, ['SCTP', 'TCP', 'UDP'], errors);
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
        if (address.split('.').length < 2)
          errors.push(invalid(items(path, j), address, 'should be a domain with at least two segments separated by dots'));
        continue;
      }
      const before = errors.length;
      ipErrors(items(path, j), address, errors);
      if (errors.length === before && address.includes(':') !== (type === 'IPv6'))
        errors.push(invalid(path, address, `must be an ${type} address`));
    }
    if (given(endpoint, 'hostname')) format(`${items('endpoints', i)}.hostname`, str(endpoint, 'hostname'), dnsLabel, errors);
    if (given(endpoint, 'nodeName'))
      format(`${items('endpoints', i)}.nodeName`, str(endpoint, 'nodeName'), (value) => dnsSubdomain(value), errors);
  }
}

function priorityClass(next: KubeObject, errors: Errors): void {
  const value = num(members(next), 'value') ?? 0;
  const name = next.metadata.name ?? '';
  if (name.startsWith('system-') && !['system-node-critical', 'system-cluster-critical'].includes(name)) {
    errors.push(
      forbidden(
        'metadata.name',
        "priority class names with 'system-' prefix are reserved for system use only. error: only the following system priority classes are allowed: [system-node-critical system-cluster-critical]",
      ),
    );
  }
  if (!name.startsWith('system-') && value > 1_000_000_000)
    errors.push(forbidden('value', 'maximum allowed value of a user defined priority is 1000000000'));
  if (given(members(next), 'preemptionPolicy'))
    requiredEnum(members(next), 'preemptionPolicy', '', ['PreemptLowerPriority', 'Never'], errors);
}

const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer'];

function storageClass(next: KubeObject, errors: Errors): void {
  const object = members(next);
  const provisioner = str(object, 'provisioner');
  if (provisioner === '') errors.push(required('provisioner'));
  else format('provisioner', provisioner.toLowerCase(), qualifiedName, errors);
  optionalEnum(object, 'reclaimPolicy', '', ['Delete', 'Retain'], errors);
  const mode = str(object, 'volumeBindingMode');
  if (given(object, 'volumeBindingMode') && !BINDING_MODES.includes(mode))
    errors.push(notSupported('volumeBindingMode', mode, BINDING_MODES));
}

function serviceCidr(next: KubeObject, errors: Errors): void {
  const spec = specOf(next);
  if (size(spec, 'cidrs') === 0) errors.push(required('spec.cidrs', 'at least one CIDR required'));
  for (const [i, cidr] of strs(spec, 'cidrs').entries()) cidrErrors(items('spec.cidrs', i), cidr, errors);
}

export const POLICY_RULES: Readonly<Record<string, KindRules>> = {
  'policy/PodDisruptionBudget': { create: disruptionBudget, update: (next, _live, errors) => disruptionBudget(next, errors) },
  'rbac.authorization.k8s.io/Role': {
    name: 'segment',
    order: 'create-first',
    create: (next, errors) => policyRules(members(next), true, errors),
  },
  // Named version.group, so `v1.` for the core group.
  'apiregistration.k8s.io/APIService': { name: 'segment' },
  'rbac.authorization.k8s.io/ClusterRole': { name: 'segment', order: 'create-first', create: clusterRole },
  'rbac.authorization.k8s.io/RoleBinding': { name: 'segment', order: 'create-first', create: binding(true), update: bindingUpdate },
  'rbac.authorization.k8s.io/ClusterRoleBinding': { name: 'segment', order: 'create-first', create: binding(false), update: bindingUpdate },
  'autoscaling/HorizontalPodAutoscaler': {
    create: (next, errors) => autoscaler(next, errors),
    update: (next, live, errors) => autoscaler(next, errors, live),
  },
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
  'storage.k8s.io/StorageClass': {
    create: storageClass,
    update: (next, live, errors) => {
      storageClass(next, errors);
      for (const name of ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode']) {
        const a = members(next)[name];
        if (equalValues(a ?? null, members(live)[name] ?? null)) continue;
        errors.push(invalid(name, a, 'field is immutable'));
      }
    },
  },
  'networking.k8s.io/ServiceCIDR': { create: serviceCidr },
};
