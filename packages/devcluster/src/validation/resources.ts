/** Resource lists of containers, claims, quotas: names and quantities. */
import type { JsonObject } from '@caretaker/kube';
import { compareQuantities, parseQuantity } from '../decode/quantity.ts';
import { duplicate, invalid, required } from './field-errors.ts';
import { dnsLabel, qualifiedName } from './formats.ts';
import { type Errors, format, items, NOT_NEGATIVE, objs, str, sub } from './read.ts';

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

/** Complaints about a name of a resource of a container. */
function containerResourceName(name: string, path: string, errors: Errors): void {
  const before = errors.length;
  format(path, name, qualifiedName, errors);
  if (errors.length > before) return;
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
  const limits = sub(resources, 'limits');
  const requests = sub(resources, 'requests');
  for (const name of Object.keys(limits)) {
    const path = `${at}.limits`;
    containerResourceName(name, path, errors);
    quantityErrors(name, str(limits, name), `${path}[${name}]`, errors);
  }
  for (const name of Object.keys(requests)) {
    const path = `${at}.requests`;
    containerResourceName(name, path, errors);
    const value = str(requests, name);
    quantityErrors(name, value, `${path}[${name}]`, errors);
    const limit = limits[name];
    if (typeof limit === 'string') {
      if (compareQuantities(value, limit) > 0) errors.push(invalid(path, value, `must be less than or equal to ${name} limit of ${limit}`));
      else if (compareQuantities(value, limit) !== 0 && !overcommits(name))
        errors.push(invalid(path, value, `must be equal to ${name} limit of ${limit}`));
    } else if (!overcommits(name)) errors.push(required(`${at}.limits`, 'Limit must be set for non overcommitable resources'));
  }
  const seen = new Set<string>();
  for (const [i, claim] of objs(resources, 'claims').entries()) {
    const path = items(`${at}.claims`, i);
    const name = str(claim, 'name');
    if (name === '') errors.push(required(`${path}.name`));
    else {
      if (seen.has(name)) errors.push(duplicate(path, name));
      seen.add(name);
      if (!podClaims.has(name))
        errors.push({ reason: 'FieldValueNotFound', field: `${path}.name`, message: `Not found: ${JSON.stringify(name)}` });
      else format(`${path}.name`, name, dnsLabel, errors);
    }
  }
}

/** Names of resources in quotas and limit ranges. */
export function quotaResourceName(name: string, path: string, errors: Errors): void {
  const before = errors.length;
  format(path, name, qualifiedName, errors);
  if (errors.length > before || name.includes('/')) return;
  if (!STANDARD.has(name) && !isHugePages(name) && !name.startsWith('count/') && !/^(requests|limits)\.hugepages-/.test(name)) {
    errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
    errors.push(invalid(path, name, 'must be a standard resource for quota'));
  }
}

export function limitResourceName(name: string, path: string, errors: Errors): void {
  const before = errors.length;
  format(path, name, qualifiedName, errors);
  if (errors.length > before || name.includes('/')) return;
  if (!STANDARD.has(name) && !isHugePages(name)) errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
}
