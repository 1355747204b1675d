import type { JsonObject, KubeObject } from '@caretaker/kube';
import { compareQuantities } from '../../decode/quantity.ts';
import { autoscalerToV2 } from '../../schema/convert-autoscaler.ts';
import type { KindRules } from '../kind-rules.ts';
import { forbidden, invalid, notSupported, required } from '../parts/field-errors.ts';
import { dnsLabel, pathSegment } from '../parts/formats.ts';
import { type Errors, format, given, items, notNegative, num, obj, objs, optionalEnum, size, str, sub } from '../parts/read.ts';
import { requiredSegment } from '../parts/references.ts';
import { containerResourceName } from '../pods/resources.ts';

const METRIC_TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

/** The member that each type of metric has, in the order in which they are looked at. */
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

function metricName(source: JsonObject, at: string, errors: Errors): void {
  const name = str(sub(source, 'metric'), 'name');
  if (name === '') errors.push(required(`${at}.metric.name`, 'must specify a metric name'));
  else format(`${at}.metric.name`, name, pathSegment, errors);
}

function groupOf(reference: JsonObject, at: string, allowEmpty: boolean, errors: Errors): void {
  const version = str(reference, 'apiVersion');
  const parts = version.split('/');
  if (parts.length > 2) errors.push(invalid(`${at}.apiVersion`, version, `unexpected GroupVersion string: ${version}`));
  else if (!allowEmpty && parts.length < 2) errors.push(invalid(`${at}.apiVersion`, version, 'apiVersion must specify API group'));
}

function resourceTarget(target: JsonObject, at: string, errors: Errors): void {
  metricTarget(target, at, errors);
  const [utilization, value] = [given(target, 'averageUtilization'), given(target, 'averageValue')];
  if (!utilization && !value)
    errors.push(required(`${at}.averageUtilization`, 'must set either a target raw value or a target utilization'));
  if (utilization && value) errors.push(forbidden(`${at}.averageValue`, 'may not set both a target raw value and a target utilization'));
}

/** What each member of a metric must hold. */
const SOURCES: Readonly<Record<string, (source: JsonObject, at: string, errors: Errors) => void>> = {
  object: (source, at, errors) => {
    const described = sub(source, 'describedObject');
    for (const name of ['kind', 'name']) requiredSegment(described, name, `${at}.describedObject`, errors);
    groupOf(described, `${at}.describedObject`, true, errors);
    metricName(source, at, errors);
    const target = sub(source, 'target');
    metricTarget(target, `${at}.target`, errors);
    if (!given(target, 'value') && !given(target, 'averageValue'))
      errors.push(required(`${at}.target.averageValue`, 'must set either a target value or averageValue'));
  },
  external: (source, at, errors) => {
    metricName(source, at, errors);
    const target = sub(source, 'target');
    metricTarget(target, `${at}.target`, errors);
    const [value, average] = [given(target, 'value'), given(target, 'averageValue')];
    if (!value && !average)
      errors.push(required(`${at}.target.averageValue`, 'must set either a target value for metric or a per-pod target'));
    if (value && average) errors.push(forbidden(`${at}.target.value`, 'may not set both a target value for metric and a per-pod target'));
  },
  pods: (source, at, errors) => {
    metricName(source, at, errors);
    metricTarget(sub(source, 'target'), `${at}.target`, errors);
    if (!given(sub(source, 'target'), 'averageValue'))
      errors.push(required(`${at}.target.averageValue`, 'must specify a positive target averageValue'));
  },
  resource: (source, at, errors) => {
    if (str(source, 'name') === '') errors.push(required(`${at}.name`, 'must specify a resource name'));
    resourceTarget(sub(source, 'target'), `${at}.target`, errors);
  },
  containerResource: (source, at, errors) => {
    const name = str(source, 'name');
    if (name === '') errors.push(required(`${at}.name`, 'must specify a resource name'));
    else containerResourceName(name, `${at}.name`, errors);
    const container = str(source, 'container');
    if (container === '') errors.push(required(`${at}.container`, 'must specify a container'));
    else format(`${at}.container`, container, dnsLabel, errors);
    resourceTarget(sub(source, 'target'), `${at}.target`, errors);
  },
};

function metric(spec: JsonObject, at: string, errors: Errors): void {
  const type = str(spec, 'type');
  if (type === '') errors.push(required(`${at}.type`, 'must specify a metric source type'));
  if (!METRIC_TYPES.includes(type)) errors.push(notSupported(`${at}.type`, type, METRIC_TYPES));
  const present = Object.values(METRIC_FIELDS).filter((name) => given(spec, name));
  const first = present[0];
  if (first !== undefined) SOURCES[first]?.(sub(spec, first), `${at}.${first}`, errors);
  const expected = METRIC_FIELDS[type];
  if (expected === undefined) errors.push(notSupported(`${at}.type`, type, METRIC_TYPES));
  else if (!given(spec, expected)) errors.push(required(`${at}.${expected}`, 'must populate information for the given metric source'));
  if (present.length === 1) return;
  for (const name of present) if (name !== expected) errors.push(forbidden(`${at}.${name}`, 'must populate the given metric source only'));
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
  const tolerance = str(rules, 'tolerance');
  if (tolerance !== '' && compareQuantities(tolerance, '0') < 0)
    errors.push(invalid(`${at}.tolerance`, tolerance, 'must be greater than or equal to 0'));
}

/** What is scaled has a group, but for the one kind of the core group that can be; an unchanged reference may stay wrong. */
function targetVersion(target: JsonObject, errors: Errors, live: JsonObject | undefined): void {
  const before = live === undefined ? undefined : sub(live, 'scaleTargetRef');
  if (before !== undefined && str(before, 'apiVersion') === str(target, 'apiVersion') && str(before, 'kind') === str(target, 'kind'))
    return;
  groupOf(target, 'spec.scaleTargetRef', str(target, 'kind') === 'ReplicationController', errors);
}

/** spec in the form of v2, which is the one that is judged. */
function specOf(object: KubeObject): JsonObject {
  const members = object as unknown as JsonObject;
  return sub(object.apiVersion === 'autoscaling/v1' ? autoscalerToV2(members) : members, 'spec');
}

function autoscaler(next: KubeObject, errors: Errors, live?: KubeObject): void {
  const spec = specOf(next);
  const old = live === undefined ? undefined : specOf(live);
  const min = num(spec, 'minReplicas');
  const max = num(spec, 'maxReplicas') ?? 0;
  const lowest = old !== undefined && num(old, 'minReplicas') === 0 ? 0 : 1;
  if (min !== undefined && min < lowest) errors.push(invalid('spec.minReplicas', min, `must be greater than or equal to ${lowest}`));
  if (max === 0) errors.push(required('spec.maxReplicas', 'must be set and greater than 0'));
  else if (max < 0) errors.push(invalid('spec.maxReplicas', max, 'must be greater than or equal to 1'));
  if (min !== undefined && max < min) errors.push(invalid('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`'));
  const target = sub(spec, 'scaleTargetRef');
  for (const name of ['kind', 'name']) requiredSegment(target, name, 'spec.scaleTargetRef', errors);
  targetVersion(target, errors, old);
  const metrics = objs(spec, 'metrics');
  for (const [i, one] of metrics.entries()) metric(one, items('spec.metrics', i), errors);
  if (min === 0 && !metrics.some((one) => ['Object', 'External'].includes(str(one, 'type')))) {
    errors.push(forbidden('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas'));
  }
  const behavior = obj(spec, 'behavior');
  scalingRules(obj(behavior, 'scaleUp'), 'spec.behavior.scaleUp', errors);
  scalingRules(obj(behavior, 'scaleDown'), 'spec.behavior.scaleDown', errors);
}

export const AUTOSCALING_RULES: Readonly<Record<string, KindRules>> = {
  'autoscaling/HorizontalPodAutoscaler': {
    status: (next, _live, errors) => {
      const status = sub(next as unknown as JsonObject, 'status');
      for (const name of ['currentReplicas', 'desiredReplicas']) notNegative(status, name, 'status', errors);
    },
    create: (next, errors) => autoscaler(next, errors),
    update: (next, live, errors) => autoscaler(next, errors, live),
  },
};
