/** autoscaling/v1 has one CPU target; everything else of v2 travels in annotations. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { isObject } from '../defaulting/fill.ts';

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
const CURRENT = 'autoscaling.alpha.kubernetes.io/current-metrics';

const object = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});
const list = (value: JsonValue | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

function isCpuUtilization(metric: JsonObject): boolean {
  const resource = object(metric['resource']);
  return metric['type'] === 'Resource' && resource['name'] === 'cpu' && object(resource['target'])['averageUtilization'] !== undefined;
}

/** v2 metric -> the older form that the annotation holds. */
function metricToV1(metric: JsonObject): JsonObject {
  const resource = metric['resource'];
  if (!isObject(resource)) return metric;
  const target = object(resource['target']);
  const out: JsonObject = { name: resource['name'] ?? '' };
  if (target['averageUtilization'] !== undefined) out['targetAverageUtilization'] = target['averageUtilization'];
  if (target['averageValue'] !== undefined) out['targetAverageValue'] = target['averageValue'];
  return { ...metric, resource: out };
}

function metricToV2(metric: JsonObject): JsonObject {
  const resource = metric['resource'];
  if (!isObject(resource) || resource['target'] !== undefined) return metric;
  const utilization = resource['targetAverageUtilization'];
  const target: JsonObject =
    utilization === undefined ? { type: 'AverageValue' } : { type: 'Utilization', averageUtilization: utilization };
  if (resource['targetAverageValue'] !== undefined) target['averageValue'] = resource['targetAverageValue'];
  return { ...metric, resource: { name: resource['name'] ?? '', target } };
}

const upper = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);

/** The behaviour annotation has the internal form: Go's names in the order of its structs, what is absent as null. */
function renamed(
  source: JsonObject,
  names: readonly string[],
  convert: (value: JsonValue | undefined, name: string) => JsonValue,
): JsonObject {
  return Object.fromEntries(names.map((name) => [upper(name), convert(source[name], name)]));
}

function rulesToInternal(rules: JsonValue | undefined): JsonValue {
  if (!isObject(rules)) return null;
  const names = ['stabilizationWindowSeconds', 'selectPolicy', 'policies', 'tolerance'];
  return renamed(rules, names, (value, name) =>
    name === 'policies' && Array.isArray(value)
      ? list(value).map((policy) => renamed(policy, ['type', 'value', 'periodSeconds'], (one) => one ?? null))
      : (value ?? null),
  );
}

function withLowerNames(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((one) => withLowerNames(one) ?? null);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null)
      .map(([name, one]) => [name.slice(0, 1).toLowerCase() + name.slice(1), withLowerNames(one) ?? null]),
  );
}

export function autoscalerToV1(source: JsonObject): JsonObject {
  const spec = object(source['spec']);
  const { metrics, behavior, ...rest } = spec;
  const status = object(source['status']);
  const { conditions, currentMetrics, ...restOfStatus } = status;
  const annotations: JsonObject = { ...object(object(source['metadata'])['annotations']) };
  const all = list(metrics);
  const cpu = all.find(isCpuUtilization);
  const others = all.filter((metric) => metric !== cpu).map(metricToV1);
  if (others.length > 0) annotations[METRICS] = JSON.stringify(others);
  if (behavior !== undefined) annotations[BEHAVIOR] = JSON.stringify(renamed(object(behavior), ['scaleUp', 'scaleDown'], rulesToInternal));
  if (list(conditions).length > 0) annotations[CONDITIONS] = JSON.stringify(conditions);
  if (list(currentMetrics).length > 0) annotations[CURRENT] = JSON.stringify(list(currentMetrics).map(metricToV1));
  const out: JsonObject = { ...rest };
  const target = object(object(cpu?.['resource'])['target'])['averageUtilization'];
  if (target !== undefined) out['targetCPUUtilizationPercentage'] = target;
  if (restOfStatus['currentReplicas'] === undefined) restOfStatus['currentReplicas'] = 0;
  if (restOfStatus['desiredReplicas'] === undefined) restOfStatus['desiredReplicas'] = 0;
  const metadata: JsonObject = { ...object(source['metadata']) };
  if (Object.keys(annotations).length > 0) metadata['annotations'] = annotations;
  return { ...source, metadata, spec: out, status: restOfStatus };
}

function parse(text: JsonValue | undefined): JsonValue | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // an annotation that is no JSON is dropped, as by the real conversion
    return undefined;
  }
}

export function autoscalerToV2(source: JsonObject): JsonObject {
  const spec = object(source['spec']);
  const { targetCPUUtilizationPercentage: target, ...rest } = spec;
  const metadata: JsonObject = { ...object(source['metadata']) };
  const annotations: JsonObject = { ...object(metadata['annotations']) };
  const others = list(parse(annotations[METRICS])).map(metricToV2);
  const behavior = withLowerNames(parse(annotations[BEHAVIOR]));
  const conditions = parse(annotations[CONDITIONS]);
  const current = parse(annotations[CURRENT]);
  for (const name of [METRICS, BEHAVIOR, CONDITIONS, CURRENT]) delete annotations[name];
  if (Object.keys(annotations).length > 0) metadata['annotations'] = annotations;
  else delete metadata['annotations'];
  const metrics = [...others];
  if (target !== undefined && target !== null) {
    metrics.push({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: target } } });
  }
  const out: JsonObject = { ...rest };
  if (metrics.length > 0) out['metrics'] = metrics;
  if (behavior !== undefined) out['behavior'] = behavior;
  const status: JsonObject = { ...object(source['status']) };
  const { currentCPUUtilizationPercentage: _, ...restOfStatus } = status;
  if (conditions !== undefined) restOfStatus['conditions'] = conditions;
  if (current !== undefined) restOfStatus['currentMetrics'] = list(current).map(metricToV2);
  return { ...source, metadata, spec: out, status: restOfStatus };
}
