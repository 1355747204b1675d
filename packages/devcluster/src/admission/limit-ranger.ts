import type { JsonObject, KubeObject } from '@caretaker/kube';
import { compareQuantities } from '../decode/quantity.ts';
import { aboutType, forbidden } from '../server/answers/status-reasons.ts';
import type { Store } from '../storage/store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './contract.ts';
import { member, members, specOf, textOf } from './json-members.ts';
import { addQuantities, quantityValue } from './quantities.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

/** Defaults and bounds of LimitRanges, for containers, pods and claims. */
export function limitRanger(store: Store): AdmissionPlugin {
  const table = store.table('/limitranges');
  const applies = (request: AdmissionRequest): request is AdmissionRequest & { object: KubeObject } =>
    isLimited(request) && request.object !== undefined && table.countIn(request.namespace) > 0;
  return {
    name: 'LimitRanger',
    mutate(request) {
      if (!applies(request) || request.type.plural !== 'pods') return;
      const set = [...table.values(request.namespace)].flatMap((range) => applyDefaults(range, request.object));
      if (set.length === 0) return;
      const annotations = request.object.metadata.annotations ?? {};
      request.object.metadata.annotations = { ...annotations, [ANNOTATION]: `LimitRanger plugin set: ${set.join('; ')}` };
    },
    validate(request) {
      if (!applies(request)) return;
      const isPod = request.type.plural === 'pods';
      const problems = [...table.values(request.namespace)].flatMap((range) =>
        members(member(range, 'spec'), 'limits').flatMap((limit) => check(limit, request.object, isPod)),
      );
      if (problems.length === 0) return;
      const text = problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`;
      throw forbidden(aboutType(request.type), request.name, text ?? '');
    },
  };
}

/** New pods and those that are resized, and claims; nothing that is being deleted. */
function isLimited({ type, operation, subresource, oldObject }: AdmissionRequest): boolean {
  if (type.group !== '' || oldObject?.metadata.deletionTimestamp !== undefined) return false;
  if (type.plural === 'pods') return subresource === 'resize' ? operation === 'UPDATE' : subresource === '' && operation === 'CREATE';
  return type.plural === 'persistentvolumeclaims' && subresource === '';
}

function containersOf(pod: KubeObject): { container: JsonObject; init: boolean }[] {
  const spec = specOf(pod);
  return [
    ...members(spec, 'containers').map((container) => ({ container, init: false })),
    ...members(spec, 'initContainers').map((container) => ({ container, init: true })),
  ];
}

/** What was set, in words. */
function applyDefaults(range: KubeObject, pod: KubeObject): string[] {
  const limit = members(member(range, 'spec'), 'limits').find((each) => each['type'] === 'Container');
  if (limit === undefined) return [];
  const said: string[] = [];
  for (const { container, init } of containersOf(pod)) {
    const resources = member(container, 'resources');
    const requests = fill(resources, 'requests', member(limit, 'defaultRequest'));
    const limits = fill(resources, 'limits', member(limit, 'default'));
    if (requests.length > 0 || limits.length > 0) container['resources'] = resources;
    const who = `${init ? 'init container' : 'container'} ${textOf(container['name'])}`;
    if (requests.length > 0) said.push(`${requests.sort().join(', ')} request for ${who}`);
    if (limits.length > 0) said.push(`${limits.sort().join(', ')} limit for ${who}`);
  }
  return said;
}

function fill(resources: JsonObject, key: 'requests' | 'limits', defaults: JsonObject): string[] {
  const current = member(resources, key);
  const missing = Object.keys(defaults).filter((name) => current[name] === undefined);
  if (missing.length === 0) return [];
  resources[key] = { ...current, ...Object.fromEntries(missing.map((name) => [name, defaults[name] ?? '0'])) };
  return missing;
}

function check(limit: JsonObject, object: KubeObject, isPod: boolean): string[] {
  const type = textOf(limit['type']);
  if (!isPod) {
    if (type !== 'PersistentVolumeClaim') return [];
    return bounds(limit, member(member(specOf(object), 'resources'), 'requests'), {}, type);
  }
  if (type === 'Container') {
    return containersOf(object).flatMap(({ container }) => {
      const resources = member(container, 'resources');
      return bounds(limit, member(resources, 'requests'), member(resources, 'limits'), type);
    });
  }
  if (type !== 'Pod') return [];
  return bounds(limit, sumOf(object, 'requests'), sumOf(object, 'limits'), type);
}

/** Of a pod: the sum over containers; init containers count by their largest. */
function sumOf(pod: KubeObject, key: 'requests' | 'limits'): JsonObject {
  const total: JsonObject = {};
  for (const { container, init } of containersOf(pod)) {
    for (const [name, value] of Object.entries(member(member(container, 'resources'), key))) {
      const before = textOf(total[name]) || '0';
      const quantity = String(value);
      total[name] = init ? (compareQuantities(quantity, before) > 0 ? quantity : before) : addQuantities(before, quantity);
    }
  }
  return total;
}

function bounds(limit: JsonObject, requests: JsonObject, limits: JsonObject, type: string): string[] {
  const claim = type === 'PersistentVolumeClaim';
  return [
    ...Object.entries(member(limit, 'min')).flatMap(([name, bound]) => minimum(name, String(bound), requests, limits, type)),
    ...Object.entries(member(limit, 'max')).flatMap(([name, bound]) =>
      maximum(name, String(bound), requests, claim ? requests : limits, type, claim),
    ),
    ...Object.entries(claim ? {} : member(limit, 'maxLimitRequestRatio')).flatMap(([name, bound]) =>
      ratio(name, String(bound), requests, limits, type),
    ),
  ];
}

function minimum(name: string, bound: string, requests: JsonObject, limits: JsonObject, type: string): string[] {
  const request = requests[name];
  const limit = limits[name];
  if (request === undefined) return [`minimum ${name} usage per ${type} is ${bound}.  No request is specified`];
  if (compareQuantities(String(request), bound) < 0)
    return [`minimum ${name} usage per ${type} is ${bound}, but request is ${String(request)}`];
  if (limit !== undefined && compareQuantities(String(limit), bound) < 0)
    return [`minimum ${name} usage per ${type} is ${bound}, but limit is ${String(limit)}`];
  return [];
}

function maximum(name: string, bound: string, requests: JsonObject, limits: JsonObject, type: string, claim: boolean): string[] {
  const limit = limits[name];
  const request = requests[name];
  if (limit === undefined) return [`maximum ${name} usage per ${type} is ${bound}.  No ${claim ? 'request' : 'limit'} is specified`];
  if (compareQuantities(String(limit), bound) > 0)
    return [`maximum ${name} usage per ${type} is ${bound}, but ${claim ? 'request' : 'limit'} is ${String(limit)}`];
  if (!claim && request !== undefined && compareQuantities(String(request), bound) > 0)
    return [`maximum ${name} usage per ${type} is ${bound}, but request is ${String(request)}`];
  return [];
}

function ratio(name: string, bound: string, requests: JsonObject, limits: JsonObject, type: string): string[] {
  const request = quantityValue(textOf(requests[name]) || '0');
  const limit = quantityValue(textOf(limits[name]) || '0');
  const prefix = `${name} max limit to request ratio per ${type} is ${bound}`;
  if (request === 0 || limit === 0)
    return [`${prefix}, but no request is specified or request is 0`]
      .filter(() => request === 0)
      .concat(request !== 0 && limit === 0 ? [`${prefix}, but no limit is specified or limit is 0`] : []);
  const actual = limit / request;
  return actual > quantityValue(bound) ? [`${prefix}, but provided ratio is ${actual.toFixed(6)}`] : [];
}
