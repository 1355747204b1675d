/** autoscaling/v1 has one CPU target; everything else of v2 travels in annotations. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { isObject } from '../defaulting/fill.ts';
import { currentToV1, currentToV2, targetToV1, targetToV2 } from './autoscaler-metrics.ts';

export const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
const CURRENT = 'autoscaling.alpha.kubernetes.io/current-metrics';

const object = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});
const list = (value: JsonValue | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

function isCpuUtilization(metric: JsonObject): boolean {
  const resource = object(metric['resource']);
  return metric['type'] === 'Resource' && resource['name'] === 'cpu' && object(resource['target'])['averageUtilization'] !== undefined;
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
  const others = all.filter((metric) => metric !== cpu).map(targetToV1);
  if (others.length > 0) annotations[METRICS] = JSON.stringify(others);
  if (behavior !== undefined) annotations[BEHAVIOR] = JSON.stringify(renamed(object(behavior), ['scaleUp', 'scaleDown'], rulesToInternal));
  if (list(conditions).length > 0) annotations[CONDITIONS] = JSON.stringify(conditions);
  if (list(currentMetrics).length > 0) annotations[CURRENT] = JSON.stringify(list(currentMetrics).map(currentToV1));
  const out: JsonObject = { ...rest };
  const target = object(object(cpu?.['resource'])['target'])['averageUtilization'];
  if (target !== undefined) out['targetCPUUtilizationPercentage'] = target;
  if (restOfStatus['currentReplicas'] === undefined) restOfStatus['currentReplicas'] = 0;
  if (restOfStatus['desiredReplicas'] === undefined) restOfStatus['desiredReplicas'] = 0;
  const used = list(currentMetrics)
    .filter((metric) => metric['type'] === 'Resource' && object(metric['resource'])['name'] === 'cpu')
    .map((metric) => object(object(metric['resource'])['current'])['averageUtilization'])
    .find((value) => value !== undefined && value !== null);
  if (used !== undefined) restOfStatus['currentCPUUtilizationPercentage'] = used;
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

const cpuTarget = (percent: JsonValue): JsonObject => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } },
});

export function autoscalerToV2(source: JsonObject): JsonObject {
  const spec = object(source['spec']);
  const { targetCPUUtilizationPercentage: target, ...rest } = spec;
  const metadata: JsonObject = { ...object(source['metadata']) };
  const annotations: JsonObject = { ...object(metadata['annotations']) };
  const others = list(parse(annotations[METRICS])).map(targetToV2);
  const behavior = withLowerNames(parse(annotations[BEHAVIOR]));
  const conditions = parse(annotations[CONDITIONS]);
  const current = parse(annotations[CURRENT]);
  for (const name of [METRICS, BEHAVIOR, CONDITIONS, CURRENT]) delete annotations[name];
  if (Object.keys(annotations).length > 0) metadata['annotations'] = annotations;
  else delete metadata['annotations'];
  const metrics = [...others];
  if (target !== undefined && target !== null) {
    metrics.push(cpuTarget(target));
  }
  // the older version has a target that nobody needs to name
  if (metrics.length === 0) metrics.push(cpuTarget(80));
  const out: JsonObject = { ...rest, metrics };
  if (behavior !== undefined) out['behavior'] = behavior;
  const status: JsonObject = { ...object(source['status']) };
  const { currentCPUUtilizationPercentage: _, ...restOfStatus } = status;
  if (conditions !== undefined) restOfStatus['conditions'] = conditions;
  if (current !== undefined) restOfStatus['currentMetrics'] = list(current).map(currentToV2);
  return { ...source, metadata, spec: out, status: restOfStatus };
}
