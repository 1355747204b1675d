/** Status of a TenantTemplate. Pure. */
import type { Template, TemplateStatus, Tenant } from '../api/types.ts';
import { type ConditionState, mergeConditions } from '../conditions.ts';

/** What validation found. */
export interface Verdict {
  /** What keeps the template from being published, or from having tenants. */
  faults: readonly string[];
  /** What is only told. */
  warnings: readonly string[];
}

const isReady = (tenant: Tenant): boolean => tenant.status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';

function appliedCondition(total: number, ready: number, behind: number): ConditionState {
  if (total === 0) return { type: 'Applied', status: 'False', reason: 'NoTenants', message: 'no tenant is made from this template' };
  if (ready === total && behind === 0)
    return { type: 'Applied', status: 'True', reason: 'AllTenantsReady', message: `${ready}/${total} tenants ready` };
  const late = behind > 0 ? `, ${behind} not yet on the current revision` : '';
  return { type: 'Applied', status: 'False', reason: 'NotAllTenantsReady', message: `${ready}/${total} tenants ready${late}` };
}

const validCondition = ({ faults, warnings }: Verdict): ConditionState =>
  faults.length > 0
    ? { type: 'Valid', status: 'False', reason: 'ValidationFailed', message: faults.join('; ') }
    : { type: 'Valid', status: 'True', reason: 'ValidationPassed', message: warnings.join('; ') };

function rolloutStatus(template: Template, tenants: readonly Tenant[], revision: string | undefined): Pick<TemplateStatus, 'rollout'> {
  const maxSkew = template.spec.rollout?.maxSkew ?? 0;
  if (maxSkew === 0 || revision === undefined) return {};
  const updated = tenants.filter((tenant) => tenant.spec.revision === revision);
  const updating = updated.filter((tenant) => !isReady(tenant));
  const phase = tenants.length === 0 ? 'Idle' : updated.length === tenants.length && updating.length === 0 ? 'Complete' : 'InProgress';
  return {
    rollout: {
      phase,
      targetRevision: revision,
      totalTenants: tenants.length,
      updatedTenants: updated.length,
      updatingTenants: updating.length,
      message: `${updated.length}/${tenants.length} tenants on ${revision}, ${updating.length} of them not ready yet (at most ${maxSkew} at once)`,
    },
  };
}

/** The status of a template with these tenants. `revision` is the one that tenants are put on. */
export function templateStatus(
  template: Template,
  tenants: readonly Tenant[],
  verdict: Verdict,
  revision: string | undefined,
  now: number,
): TemplateStatus {
  const ready = tenants.filter(isReady).length;
  const behind = tenants.filter((tenant) => revision !== undefined && tenant.spec.revision !== revision).length;
  return {
    ...(template.metadata.generation === undefined ? {} : { observedGeneration: template.metadata.generation }),
    totalTenants: tenants.length,
    readyTenants: ready,
    ...(revision === undefined ? {} : { currentRevision: revision }),
    ...rolloutStatus(template, tenants, revision),
    conditions: mergeConditions(
      template.status.conditions,
      [validCondition(verdict), appliedCondition(tenants.length, ready, behind)],
      now,
    ),
  };
}
