import type { JsonObject, KubeObject } from '@caretaker/kube';
import { compareQuantities } from '../decode/quantity.ts';
import { missingResources } from '../quota/pod-usage.ts';
import { inScope } from '../quota/scopes.ts';
import { type Usage, usageOf } from '../quota/usage.ts';
import { aboutType, forbidden } from '../server/status-reasons.ts';
import type { Store } from '../storage/store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './contract.ts';
import { member } from './json-members.ts';
import { addQuantities, subtractQuantities } from './quantities.ts';

/** Kinds whose updates may take more. */
const COUNTED_ON_UPDATE = new Set(['/services', '/persistentvolumeclaims', '/pods']);

/** Refuses what would go over a quota, and books what does not in the quota's status. Runs last, so that nothing comes between the check and the write. */
export function resourceQuota(store: Store): AdmissionPlugin {
  const table = store.table('/resourcequotas');
  return {
    name: 'ResourceQuota',
    validate(request) {
      if (request.subresource !== '' || request.object === undefined || !request.type.namespaced || table.countIn(request.namespace) === 0)
        return;
      const key = `${request.type.group}/${request.type.plural}`;
      if (request.operation !== 'CREATE' && !(request.operation === 'UPDATE' && COUNTED_ON_UPDATE.has(key))) return;
      const changes = [...table.values(request.namespace)].flatMap((quota) => charge(quota, request, request.object as KubeObject) ?? []);
      if (request.dryRun) return;
      for (const { quota, used } of changes) {
        store.replace(table, quota, { ...quota, metadata: { ...quota.metadata }, status: { ...member(quota, 'status'), used } });
      }
    },
  };
}

/** The quota's new `used`; undefined when the request does not touch it. Throws 403. */
function charge(quota: KubeObject, request: AdmissionRequest, object: KubeObject): { quota: KubeObject; used: JsonObject }[] | undefined {
  const { group, plural } = request.type;
  const status = member(quota, 'status');
  const hard = member(status, 'hard');
  const names = Object.keys(hard);
  if (names.length === 0 || !inScope(quota, group, plural, object)) return undefined;
  const name = quota.metadata.name ?? '';
  if (group === '' && plural === 'pods' && request.operation === 'CREATE') {
    const missing = missingResources(object, names);
    if (missing !== '') throw forbidden(aboutType(request.type), request.name, `failed quota: ${name}: must specify ${missing}`);
  }
  const wanted = delta(
    usageOf(group, plural, object),
    request.oldObject === undefined ? {} : usageOf(group, plural, request.oldObject),
    names,
  );
  if (Object.keys(wanted).length === 0) return undefined;
  const used = member(status, 'used');
  const next: JsonObject = { ...used };
  const exceeded: string[] = [];
  for (const [resource, amount] of Object.entries(wanted)) {
    const sum = addQuantities(String(used[resource] ?? '0'), amount);
    next[resource] = sum;
    if (compareQuantities(amount, '0') > 0 && compareQuantities(sum, String(hard[resource])) > 0) exceeded.push(resource);
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

function delta(next: Usage, old: Usage, names: readonly string[]): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name of names) {
    if (next[name] === undefined && old[name] === undefined) continue;
    const amount = subtractQuantities(next[name] ?? '0', old[name] ?? '0');
    if (amount !== '0') out[name] = amount;
  }
  return out;
}
