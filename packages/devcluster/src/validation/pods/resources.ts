/** Resource lists of containers, claims, quotas: names and quantities. */
import type { JsonObject } from '@caretaker/kube';
import { compareQuantities, formatQuantity, parseQuantity } from '../../decode/quantity.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../parts/field-errors.ts';
import { dnsLabel, qualifiedName } from '../parts/formats.ts';
import { type Errors, format, given, items, NOT_NEGATIVE, obj, objs, str, sub } from '../parts/read.ts';

const STANDARD = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'storage',
  'requests.storage',
  'services.nodeports',
  'services.loadbalancers',
]);
const CONTAINER_STANDARD = new Set(['cpu', 'memory', 'ephemeral-storage']);

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
const overcommits = (name: string): boolean => isNative(name) && !isHugePages(name);

/** A name that is either known or has a prefix. Whether it is a name at all. */
function resourceName(name: string, path: string, errors: Errors): boolean {
  const before = errors.length;
  format(path, name, qualifiedName, errors);
  if (errors.length === before && !name.includes('/') && !STANDARD.has(name) && !isHugePages(name) && !/^requests\.hugepages-/.test(name))
    errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
  return errors.length === before;
}

/** Complaints about a name of a resource of a container. */
export function containerResourceName(name: string, path: string, errors: Errors): void {
  resourceName(name, path, errors);
  if (!name.includes('/')) {
    if (!CONTAINER_STANDARD.has(name) && !isHugePages(name)) errors.push(invalid(path, name, 'must be a standard resource for containers'));
  } else if (!isNative(name) && name.startsWith('requests.')) {
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
  }
}

export function quantityErrors(name: string, value: string, path: string, errors: Errors): void {
  const quantity = parseQuantity(value);
  if (quantity !== undefined && quantity.nanos < 0n) errors.push(invalid(path, value, NOT_NEGATIVE));
  const integral =
    !['cpu', 'memory', 'ephemeral-storage', 'storage'].some((one) => name === one || name.endsWith(`.${one}`)) && !isHugePages(name);
  if (integral && quantity !== undefined && quantity.nanos % 1_000_000_000n !== 0n) errors.push(invalid(path, value, 'must be an integer'));
}

/** resources of a container. */
export function containerResourceErrors(resources: JsonObject, podClaims: ReadonlySet<string>, at: string, errors: Errors): void {
  requirementErrors(resources, containerResourceName, podClaims, at, errors);
}

const POD_LEVEL = ['cpu', 'memory'];

function podResourceName(name: string, path: string, errors: Errors): void {
  if (resourceName(name, path, errors) && !POD_LEVEL.includes(name) && !isHugePages(name))
    errors.push(notSupported(path, name, ['cpu', 'hugepages-', 'memory']));
}

/** resources of a pod as a whole. */
export function podResourceErrors(spec: JsonObject, at: string, errors: Errors): void {
  const resources = obj(spec, 'resources');
  if (resources === undefined) return;
  if (str(obj(spec, 'os'), 'name') === 'windows') {
    errors.push(forbidden(at, 'may not be set for a windows pod'));
    return;
  }
  if (given(resources, 'claims')) errors.push(forbidden(`${at}.claims`, 'claims may not be set for Resources at pod-level'));
  requirementErrors(resources, podResourceName, new Set(), at, errors);
  const requests = sub(resources, 'requests');
  const limits = sub(resources, 'limits');
  for (const name of Object.keys(requests)) {
    const total = sumOfRequests(spec, name);
    if (compareQuantities(total, str(requests, name)) > 0) {
      const words = `must be greater than or equal to aggregate container requests of ${total}`;
      errors.push(invalid(`${at}.requests[${name}]`, str(requests, name), words));
    }
  }
  for (const [i, container] of objs(spec, 'containers').entries()) {
    const own = sub(sub(container, 'resources'), 'limits');
    for (const name of Object.keys(own)) {
      const limit = limits[name];
      if (typeof limit !== 'string' || compareQuantities(str(own, name), limit) <= 0) continue;
      errors.push(
        invalid(`${at}.containers[${i}][${name}].limits`, str(own, name), `must be less than or equal to pod limits of ${limit}`),
      );
    }
  }
}

function sumOfRequests(spec: JsonObject, name: string): string {
  const values = objs(spec, 'containers').map((one) => str(sub(sub(one, 'resources'), 'requests'), name) || '0');
  const [only = '0'] = values;
  if (values.length <= 1) return only;
  const parsed = values.map((one) => parseQuantity(one) ?? { nanos: 0n, format: 'decimalSI' as const });
  const format = parsed.find((one) => one.nanos !== 0n)?.format ?? 'decimalSI';
  return formatQuantity({ nanos: parsed.reduce((sum, one) => sum + one.nanos, 0n), format });
}

function requirementErrors(
  resources: JsonObject,
  checkName: (name: string, path: string, errors: Errors) => void,
  podClaims: ReadonlySet<string>,
  at: string,
  errors: Errors,
): void {
  const limits = sub(resources, 'limits');
  const requests = sub(resources, 'requests');
  for (const name of Object.keys(limits)) {
    const path = `${at}.limits[${name}]`;
    checkName(name, path, errors);
    quantityErrors(name, str(limits, name), path, errors);
  }
  for (const name of Object.keys(requests)) {
    const path = `${at}.requests`;
    checkName(name, `${path}[${name}]`, errors);
    const value = str(requests, name);
    quantityErrors(name, value, `${path}[${name}]`, errors);
    const limit = limits[name];
    if (typeof limit === 'string') {
      const order = compareQuantities(value, limit);
      if (order !== 0 && !overcommits(name)) errors.push(invalid(path, value, `must be equal to ${name} limit of ${limit}`));
      else if (order > 0) errors.push(invalid(path, value, `must be less than or equal to ${name} limit of ${limit}`));
    } else if (!overcommits(name)) errors.push(required(`${at}.limits`, 'Limit must be set for non overcommitable resources'));
  }
  const named = [...Object.keys(limits), ...Object.keys(requests)];
  if (named.some(isHugePages) && !named.includes('cpu') && !named.includes('memory'))
    errors.push(forbidden(at, 'HugePages require cpu or memory'));
  const seen = new Set<string>();
  for (const [i, claim] of objs(resources, 'claims').entries()) {
    const path = items(`${at}.claims`, i);
    const name = str(claim, 'name');
    if (name === '') {
      errors.push(required(path));
      continue;
    }
    const request = str(claim, 'request');
    const key = request === '' ? name : `${name}/${request}`;
    if (request !== '' && !seen.has(name)) format(`${path}.request`, request, dnsLabel, errors);
    if (seen.has(name)) errors.push(duplicate(path, name));
    else if (seen.has(key)) errors.push(duplicate(path, key));
    else if (request === '') for (const other of seen) if (other.startsWith(`${name}/`)) errors.push(duplicate(path, name));
    seen.add(key);
    if (!podClaims.has(name)) {
      const names = podClaims.size === 0 ? ' which is empty' : `: ${[...podClaims].sort().join(', ')}`;
      const message = `Not found: ${JSON.stringify(name)}: must be one of the names in pod.spec.resourceClaims${names}`;
      errors.push({ reason: 'FieldValueNotFound', field: path, message });
    }
  }
}

/** Names that quotas know from the start, to which scopes are held. */
export const standardQuotaResource = (name: string): boolean =>
  (STANDARD.has(name) && name !== 'storage') || isHugePages(name) || /^(requests|limits)\.hugepages-/.test(name);

/** Names of resources in quotas and limit ranges. */
export function quotaResourceName(name: string, path: string, errors: Errors): void {
  const before = errors.length;
  format(path, name, qualifiedName, errors);
  if (name.includes('/')) return;
  if (!STANDARD.has(name) && !isHugePages(name) && !name.startsWith('count/') && !/^(requests|limits)\.hugepages-/.test(name)) {
    if (errors.length === before) errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
    errors.push(invalid(path, name, 'must be a standard resource for quota'));
  }
}

/** Names in the limits of a type: those of pods and containers are what containers may ask for. */
export function limitResourceName(type: string, name: string, path: string, errors: Errors): void {
  if (type === 'Pod' || type === 'Container') containerResourceName(name, path, errors);
  else resourceName(name, path, errors);
}
