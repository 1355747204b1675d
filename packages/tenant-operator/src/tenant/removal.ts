/** What the removal of a tenant means for its status, its finalizer and its events. Pure, but for what it tells. */
import type { RemovalOutcome } from '@caretaker/engine';
import type { EventRecorder, JsonValue, KubeObject, LogValue } from '@caretaker/kube';
import { finalizers } from '../api/names.ts';
import type { Tenant, TenantStatus } from '../api/types.ts';
import { recordHappenings, regarding } from './report.ts';
import { tenantStatus } from './status.ts';

/** Deleted with `--cascade=orphan`: what the tenant has is to be released and not deleted (DESIGN §10.19). */
export const asksForRelease = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes('orphan') === true;

const shownAtMost = 3;

/** The status while something of the tenant is still there: the Ready condition says what is waited for. */
export function deletingStatus(tenant: Tenant, { remaining }: Pick<RemovalOutcome, 'remaining'>, now: number): TenantStatus {
  const counts = { desired: remaining.length, ready: 0, failed: 0, skipped: 0, conflicted: 0, timedOut: 0, paused: 0 };
  const facts = {
    outcome: { resources: remaining, counts },
    revision: tenant.status.revision,
    paused: false,
    handledReconcile: undefined,
    now,
  };
  const base = tenantStatus(tenant, facts);
  const waits = remaining.map(({ kind, name, message }) => `${kind} ${name}${message === '' ? '' : ` (${message})`}`);
  const more = waits.length > shownAtMost ? ` and ${waits.length - shownAtMost} more` : '';
  const message = `waiting until ${waits.slice(0, shownAtMost).join(', ')}${more} ${waits.length === 1 ? 'is' : 'are'} gone`;
  const conditions = (base.conditions ?? []).map((condition) =>
    condition.type === 'Ready' ? { ...condition, status: 'False' as const, reason: 'TenantDeleting', message } : condition,
  );
  return { ...base, conditions };
}

/** Takes our finalizer off and nothing else: the tests make it fail when the list has changed in between. */
export function finalizerPatch({ uid, finalizers: present = [] }: Tenant['metadata']): JsonValue[] {
  const path = `/metadata/finalizers/${present.indexOf(finalizers.tenant)}`;
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path, value: finalizers.tenant },
    { op: 'remove', path },
  ];
}

/** Events of a step of the removal. */
export function recordRemoval(events: EventRecorder, tenant: Tenant, removal: RemovalOutcome): void {
  const deleted = removal.happenings.filter(({ type }) => type === 'Deleted');
  const happenings = removal.happenings.filter(({ type }) => type !== 'Deleted');
  recordHappenings(events, tenant, { happenings, resources: removal.remaining }, tenant.status);
  const event = { regarding: regarding(tenant), type: 'Normal' } as const;
  if (removal.done) events.record({ ...event, reason: 'TenantDeleted', message: 'everything of the tenant is deleted or released' });
  else if (deleted.length > 0)
    events.record({
      ...event,
      reason: 'TenantDeleting',
      message: `deleting ${deleted.map(({ ref }) => `${ref.kind} ${ref.name}`).join(', ')}`,
    });
}

/** Values of the line about a removal; `result` is last. */
export function removalLine({ metadata }: Tenant, removal: RemovalOutcome, seconds: number): Record<string, LogValue> {
  return {
    tenant: metadata.name,
    namespace: metadata.namespace,
    remaining: removal.remaining.length,
    ...(removal.problem ? { code: removal.problem.code, problem: removal.problem.message } : {}),
    duration: `${seconds.toFixed(3)}s`,
    result: removal.result,
  };
}
