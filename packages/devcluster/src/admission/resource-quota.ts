import type { Clock, JsonObject, KubeObject } from '@caretaker/kube';
import { compareQuantities } from '../decode/quantity.ts';
import type { Usage } from '../quota/amounts.ts';
import { missingResources } from '../quota/pod-usage.ts';
import { inScope, isTerminating } from '../quota/scopes.ts';
import { usageOf } from '../quota/usage.ts';
import { aboutType, forbidden } from '../server/answers/status-reasons.ts';
import type { Store } from '../storage/store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './contract.ts';
import { member } from './json-members.ts';
import { addQuantities, subtractQuantities } from './quantities.ts';

/** Which updates may take more, by resource and subresource. Of pods only those that resize, or that go from one scope to another. */
const COUNTED_UPDATES: Readonly<Record<string, (next: KubeObject, old: KubeObject) => boolean>> = {
  '/services': () => true,
  '/persistentvolumeclaims': () => true,
  '/persistentvolumeclaims/status': () => true,
  '/pods': (next, old) => isTerminating(next) !== isTerminating(old),
  '/pods/resize': () => true,
};

function isCounted({ type, operation, subresource, object, oldObject }: AdmissionRequest): boolean {
  if (object === undefined || !type.namespaced) return false;
  if (operation === 'CREATE') return subresource === '';
  const counted = COUNTED_UPDATES[`${type.group}/${type.plural}${subresource === '' ? '' : `/${subresource}`}`];
  return operation === 'UPDATE' && oldObject !== undefined && counted?.(object, oldObject) === true;
}

/** Refuses what would go over a quota, and books what does not in the quota's status. Runs last, so that nothing comes between the check and the write. */
export function resourceQuota(store: Store, clock: Clock): AdmissionPlugin {
  const table = store.table('/resourcequotas');
  return {
    name: 'ResourceQuota',
    validate(request) {
      const { object } = request;
      if (object === undefined || table.countIn(request.namespace) === 0 || !isCounted(request)) return;
      const changes = [...table.values(request.namespace)].flatMap((quota) => charge(quota, request, object, clock.now()) ?? []);
      if (request.dryRun) return;
      for (const { quota, used } of changes) {
        store.replace(table, quota, { ...quota, metadata: { ...quota.metadata }, status: { ...member(quota, 'status'), used } });
      }
    },
  };
}

/** The quota's new `used`; undefined when the request does not touch it. Throws 403. */
function charge(
  quota: KubeObject,
  request: AdmissionRequest,
  object: KubeObject,
  now: number,
): { quota: KubeObject; used: JsonObject }[] | undefined {
  const { group, plural } = request.type;
  const status = member(quota, 'status');
  const hard = member(status, 'hard');
  const names = Object.keys(hard);
  if (names.length === 0 || !inScope(quota, group, plural, object)) return undefined;
  const name = quota.metadata.name ?? '';
  if (group === '' && plural === 'pods') {
    const missing = missingResources(object, names);
    if (missing !== '') throw forbidden(aboutType(request.type), request.name, `failed quota: ${name}: must specify ${missing}`);
  }
  const { oldObject } = request;
  // an object that comes into the quota's scope is new to it
  const before = oldObject !== undefined && inScope(quota, group, plural, oldObject) ? usageOf(group, plural, oldObject, now) : {};
  const wanted = delta(usageOf(group, plural, object, now), before, names);
  if (Object.keys(wanted).length === 0) return undefined;
  const used = member(status, 'used');
  const next: JsonObject = { ...used };
  const exceeded: string[] = [];
  for (const [resource, amount] of Object.entries(wanted)) {
    const sum = addQuantities(String(used[resource] ?? '0'), amount);
    next[resource] = sum;
    if (request.subresource !== 'status' && compareQuantities(sum, String(hard[resource])) > 0) exceeded.push(resource);
  }
  if (exceeded.length > 0) {
    const show = (from: Readonly<Record<string, unknown>>): string =>
      exceeded
        .sort()
        .map((resource) => `${resource}=${String(from[resource] ?? '0')}`)
        .join(',');
    throw forbidden(
      aboutType(request.type),
      request.name,
      `exceeded quota: ${name}, requested: ${show(wanted)}, used: ${show(used)}, limited: ${show(hard)}`,
    );
  }
  return [{ quota, used: next }];
}

/** What an object takes more than before. What is set free is booked when the quota is counted anew. */
function delta(next: Usage, old: Usage, names: readonly string[]): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name of names) {
    if (next[name] === undefined && old[name] === undefined) continue;
    const amount = subtractQuantities(next[name] ?? '0', old[name] ?? '0');
    if (compareQuantities(amount, '0') > 0) out[name] = amount;
  }
  return out;
}
