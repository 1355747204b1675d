/** What a pass over a tenant tells: metrics, events, one log line. Decides nothing. */
import type { Happening, Outcome } from '@caretaker/engine';
import type { EventRecorder, LogValue } from '@caretaker/kube';
import { tenantKind } from '../api/names.ts';
import type { Tenant, TenantStatus } from '../api/types.ts';
import { forgetTenant, type OperatorMetrics } from '../operator/metrics.ts';
import type { CompiledTemplate } from '../template/compiled.ts';

const conditionValue = { False: 0, True: 1, Unknown: 2 } as const;

/** Gauges of a tenant from its status, whether or not that could be written. */
export function measureTenant(metrics: OperatorMetrics, tenant: Tenant, status: TenantStatus): void {
  const match = { tenant: tenant.metadata.name, namespace: tenant.metadata.namespace };
  metrics.resourcesDesired.set(match, status.desiredResources ?? 0);
  metrics.resourcesReady.set(match, status.readyResources ?? 0);
  metrics.resourcesFailed.set(match, status.failedResources ?? 0);
  metrics.resourcesConflicted.set(match, status.conflictedResources ?? 0);
  for (const condition of status.conditions ?? []) {
    metrics.conditionStatus.set({ ...match, type: condition.type }, conditionValue[condition.status]);
    if (condition.type !== 'Degraded') continue;
    const before = tenant.status.conditions?.find(({ type }) => type === 'Degraded');
    if (before?.status === 'True' && before.reason !== condition.reason) metrics.degraded.remove({ ...match, reason: before.reason });
    if (condition.status === 'True') metrics.degraded.set({ ...match, reason: condition.reason }, 1);
    else metrics.degraded.remove(match);
  }
}

export { forgetTenant };

const writes: ReadonlySet<Happening['type']> = new Set(['Created', 'Applied', 'Adopted', 'DriftRepaired', 'Recreated']);

/** Counters of a pass. */
export function countHappenings(metrics: OperatorMetrics, tenant: Tenant, compiled: CompiledTemplate | undefined, outcome: Outcome): void {
  const policies = new Map(compiled?.resources.map(({ resource }) => [resource.id, resource.conflictPolicy]));
  const match = { tenant: tenant.metadata.name, namespace: tenant.metadata.namespace };
  for (const { type, id, ref, code } of outcome.happenings) {
    const conflict_policy = policies.get(id) ?? 'Stuck';
    if (writes.has(type)) metrics.applyAttempts.inc({ kind: ref.kind, result: 'success', conflict_policy });
    else if (type === 'Conflict') {
      metrics.conflicts.inc({ ...match, resource_kind: ref.kind, conflict_policy });
      metrics.applyAttempts.inc({ kind: ref.kind, result: 'error', conflict_policy });
    } else if (type === 'Failed' && code !== 'RenderFailed')
      metrics.applyAttempts.inc({ kind: ref.kind, result: 'error', conflict_policy });
  }
  const unrendered = outcome.resources.filter(({ reason }) => reason === 'TemplateRenderError').length;
  if (unrendered > 0) metrics.renderErrors.inc({ template: tenant.spec.templateRef, namespace: tenant.metadata.namespace }, unrendered);
}

interface Told {
  type: 'Normal' | 'Warning';
  reason: string;
}

const told: Partial<Record<Happening['type'], Told>> = {
  Conflict: { type: 'Warning', reason: 'ResourceConflict' },
  Failed: { type: 'Warning', reason: 'ApplyFailed' },
  TimedOut: { type: 'Warning', reason: 'ReadinessTimeout' },
  Deleted: { type: 'Normal', reason: 'OrphanedResourceDeleted' },
  Released: { type: 'Normal', reason: 'OrphanedResourceRetained' },
  Reclaimed: { type: 'Normal', reason: 'OrphanMarkersRemoved' },
  DriftRepaired: { type: 'Normal', reason: 'DriftRepaired' },
  Adopted: { type: 'Normal', reason: 'ResourceAdopted' },
  Recreated: { type: 'Normal', reason: 'ResourceRecreated' },
  Throttled: { type: 'Warning', reason: 'EditWarThrottled' },
  EditWarPaused: { type: 'Warning', reason: 'EditWarPaused' },
  Resumed: { type: 'Normal', reason: 'ResourceResumed' },
};

const isReady = (status: TenantStatus): boolean => status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';

/** The address of a tenant in an event. */
export const regarding = ({ metadata: { name, namespace, uid } }: Tenant) => ({ ...tenantKind, name, namespace, uid });

/** Events on the Tenant, on transitions only. */
export function recordHappenings(
  events: EventRecorder,
  tenant: Tenant,
  outcome: Pick<Outcome, 'happenings' | 'resources'>,
  status: TenantStatus,
): void {
  const unrendered = new Set(outcome.resources.filter(({ reason }) => reason === 'TemplateRenderError').map(({ id }) => id));
  for (const { type, id, message } of outcome.happenings) {
    const event = told[type];
    if (!event) continue;
    const reason = type === 'Failed' && unrendered.has(id) ? 'TemplateRenderError' : event.reason;
    events.record({ regarding: regarding(tenant), type: event.type, reason, message });
  }
  const skippedBefore = new Set(tenant.status.skippedResourceIds ?? []);
  for (const { id, phase, message } of outcome.resources)
    if (phase === 'Skipped' && !skippedBefore.has(id))
      events.record({ regarding: regarding(tenant), type: 'Warning', reason: 'DependencySkipped', message: `${id}: ${message}` });
  if (isReady(status) && !isReady(tenant.status))
    events.record({
      regarding: regarding(tenant),
      type: 'Normal',
      reason: 'TemplateAppliedSuccess',
      message: `all ${status.desiredResources ?? 0} resources are ready`,
    });
}

/** Values of the line at the end of a pass; `result` is last, the runbooks cut it off with awk. */
export function passLine(
  tenant: Tenant,
  outcome: Outcome,
  status: TenantStatus,
  registry: string | undefined,
  seconds: number,
): Record<string, LogValue> {
  const waiting = outcome.resources.find(({ phase }) => phase === 'WaitingForDependency' || phase === 'WaitingForReady');
  return {
    tenant: tenant.metadata.name,
    namespace: tenant.metadata.namespace,
    ...(registry === undefined ? {} : { registry }),
    ready: `${status.readyResources ?? 0}/${status.desiredResources ?? 0}`,
    ...(waiting
      ? { waiting: `${waiting.kind} ${waiting.name}: ${waiting.reason === '' ? waiting.phase : waiting.reason} ${waiting.message}`.trim() }
      : {}),
    ...(outcome.problem ? { code: outcome.problem.code, problem: outcome.problem.message } : {}),
    duration: `${seconds.toFixed(3)}s`,
    result: outcome.result,
  };
}
