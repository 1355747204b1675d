/** Which existing tenants are put on the current revision of their template now. Pure. */
import type { Tenant } from '../api/types.ts';
import type { TemplateView } from './draft.ts';

const readyOf = (tenant: Tenant) => tenant.status.conditions?.find((condition) => condition.type === 'Ready');

/** Whether the status is about the spec as it is now; until then it says nothing about the new revision. */
const isObserved = ({ metadata, status }: Tenant): boolean =>
  metadata.generation === undefined || status.observedGeneration === metadata.generation;

const isReady = (tenant: Tenant): boolean => readyOf(tenant)?.status === 'True' && isObserved(tenant);

/** A tenant on the way to `revision` holds a place until it is ready or its deadline has passed. */
function isUpdating(tenant: Tenant, revision: string, deadlineMs: number, now: number): boolean {
  if (tenant.spec.revision !== revision || isReady(tenant)) return false;
  const since = readyOf(tenant)?.lastTransitionTime;
  return !isObserved(tenant) || since === undefined || now - Date.parse(since) < deadlineMs;
}

/**
 * The revision that each of a template's tenants is to be on: the current one, unless the template is paused or `maxSkew` tenants are on their way
 * already. First come those that are not ready (they have the least to lose), then by name.
 */
export function planRollout(template: TemplateView, tenants: readonly Tenant[], now: number): ReadonlyMap<string, string> {
  const plan = new Map<string, string>();
  const { revision, maxSkew } = template;
  if (revision === undefined) return plan;
  const behind = tenants.filter((tenant) => tenant.spec.revision !== revision);
  for (const tenant of tenants) if (tenant.spec.revision === revision) plan.set(tenant.metadata.name, revision);
  const keep = (tenant: Tenant) => {
    if (tenant.spec.revision !== undefined) plan.set(tenant.metadata.name, tenant.spec.revision);
  };
  if (template.paused) {
    for (const tenant of behind) keep(tenant);
    return plan;
  }
  const updating = tenants.filter((tenant) => isUpdating(tenant, revision, template.progressDeadlineMs, now)).length;
  let room = maxSkew === 0 ? Number.POSITIVE_INFINITY : maxSkew - updating;
  const order = behind.toSorted(
    (a, b) =>
      Number(isReady(a)) - Number(isReady(b)) || (a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0),
  );
  for (const tenant of order) {
    // A tenant without a revision is the ancestor's or hand-made: it has nothing to wait for.
    if (room > 0 || tenant.spec.revision === undefined) {
      plan.set(tenant.metadata.name, revision);
      room -= 1;
    } else keep(tenant);
  }
  return plan;
}
