/** Metrics of autoscalers: what v2 nests is flat in the form that annotations of v1 hold. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { isObject } from '../defaulting/fill.ts';

const object = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});

/** [name in the older form, path in v2], in the order in which the older form is written. */
type Fields = readonly (readonly [string, readonly string[]])[];

const resource: Fields = [
  ['name', ['name']],
  ['targetAverageUtilization', ['target', 'averageUtilization']],
  ['targetAverageValue', ['target', 'averageValue']],
];

const TARGETS: Readonly<Record<string, Fields>> = {
  object: [
    ['target', ['describedObject']],
    ['metricName', ['metric', 'name']],
    ['targetValue', ['target', 'value']],
    ['selector', ['metric', 'selector']],
    ['averageValue', ['target', 'averageValue']],
  ],
  pods: [
    ['metricName', ['metric', 'name']],
    ['targetAverageValue', ['target', 'averageValue']],
    ['selector', ['metric', 'selector']],
  ],
  resource,
  containerResource: [...resource, ['container', ['container']]],
  external: [
    ['metricName', ['metric', 'name']],
    ['metricSelector', ['metric', 'selector']],
    ['targetValue', ['target', 'value']],
    ['targetAverageValue', ['target', 'averageValue']],
  ],
};

const currentName = (name: string): string => name.replace(/^target(?=[A-Z])/, 'current');

/** Observed values have the same shape, under other names. */
const CURRENT: Readonly<Record<string, Fields>> = Object.fromEntries(
  Object.entries(TARGETS).map(([kind, fields]) => [
    kind,
    fields.map(([name, path]) => [currentName(name), path[0] === 'target' ? ['current', ...path.slice(1)] : path] as const),
  ]),
);

const valueAt = (source: JsonObject, path: readonly string[]): JsonValue | undefined =>
  path.reduce<JsonValue | undefined>((at, name) => object(at)[name], source);

function toOlder(table: Readonly<Record<string, Fields>>, metric: JsonObject): JsonObject {
  const out: JsonObject = { ...metric };
  for (const [kind, fields] of Object.entries(table)) {
    const source = metric[kind];
    if (!isObject(source)) continue;
    const flat: JsonObject = {};
    for (const [name, path] of fields) {
      const value = valueAt(source, path);
      if (value !== undefined && value !== null) flat[name] = value;
    }
    if (kind === 'object' && flat[fields === TARGETS['object'] ? 'targetValue' : 'currentValue'] === undefined)
      flat[fields === TARGETS['object'] ? 'targetValue' : 'currentValue'] = '0';
    out[kind] = flat;
  }
  return out;
}

function setAt(target: JsonObject, path: readonly string[], value: JsonValue): void {
  const [first = '', ...rest] = path;
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner: JsonObject = { ...object(target[first]) };
  setAt(inner, rest, value);
  target[first] = inner;
}

/** What kind of target the flat names say. */
function targetType(flat: JsonObject): string {
  if (flat['targetAverageUtilization'] !== undefined) return 'Utilization';
  if (flat['targetAverageValue'] !== undefined || flat['averageValue'] !== undefined) return 'AverageValue';
  return flat['targetValue'] === undefined ? 'AverageValue' : 'Value';
}

function toNewer(table: Readonly<Record<string, Fields>>, metric: JsonObject): JsonObject {
  const out: JsonObject = { ...metric };
  for (const [kind, fields] of Object.entries(table)) {
    const flat = metric[kind];
    if (!isObject(flat) || flat['current'] !== undefined || isObject(flat['target']) === (kind !== 'object')) continue;
    const nested: JsonObject = {};
    if (table === TARGETS) nested['target'] = { type: targetType(flat) };
    for (const [name, path] of fields) {
      const value = flat[name];
      if (value === undefined || (kind === 'object' && value === '0' && name.endsWith('Value'))) continue;
      setAt(nested, path, value);
    }
    out[kind] = nested;
  }
  return out;
}

export const targetToV1 = (metric: JsonObject): JsonObject => toOlder(TARGETS, metric);
export const targetToV2 = (metric: JsonObject): JsonObject => toNewer(TARGETS, metric);
export const currentToV1 = (metric: JsonObject): JsonObject => toOlder(CURRENT, metric);
export const currentToV2 = (metric: JsonObject): JsonObject => toNewer(CURRENT, metric);
