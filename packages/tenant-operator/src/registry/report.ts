/** What a sync tells: events and log lines. Decides nothing. */
import type { EventRecorder, Logger } from '@caretaker/kube';
import { registryKind, tenantKind } from '../api/names.ts';
import type { Registry } from '../api/types.ts';
import type { RegistryState } from './state.ts';
import type { SyncResult } from './sync.ts';

const named = 5;
/** Up to so many changed rows each tenant gets an event of its own. */
const eachAtMost = 10;
/** Up to so many rejected rows of one sync are told one by one. */
const rejectionsAtMost = 20;

const listed = (names: readonly string[]): string =>
  `${names.slice(0, named).join(', ')}${names.length > named ? ` and ${names.length - named} more` : ''}`;

export function regarding({ metadata: { name, namespace, uid } }: Registry) {
  return { ...registryKind, name, namespace, uid };
}

/** Rejections are told once; those that are over are forgotten, so that they would be told again. */
function recordRejections(events: EventRecorder, registry: Registry, state: RegistryState, result: SyncResult): void {
  const { rejected } = result.decision;
  const texts = rejected.map(({ row, message }) => `${row}: ${message}`);
  const fresh = texts.filter((text) => !state.toldRejections.has(text));
  state.toldRejections = new Set(texts);
  for (const message of fresh.slice(0, rejectionsAtMost))
    events.record({ regarding: regarding(registry), type: 'Warning', reason: 'RowRejected', message });
  if (fresh.length > rejectionsAtMost)
    events.record({
      regarding: regarding(registry),
      type: 'Warning',
      reason: 'RowsRejected',
      message: `${fresh.length - rejectionsAtMost} more rows were rejected`,
    });
}

function recordUpdates(events: EventRecorder, registry: Registry, { written }: SyncResult): void {
  const { updated } = written;
  const rows = updated.filter(({ row }) => row);
  const revisions = updated.filter(({ revision }) => revision);
  const namesOf = (updates: typeof updated) => updates.map(({ tenant }) => tenant.metadata.name);
  if (updated.length <= eachAtMost) {
    for (const { tenant, row, revision, draft } of updated) {
      const { name, namespace, uid } = tenant.metadata;
      const on = { ...tenantKind, name, namespace, uid };
      if (row) events.record({ regarding: on, type: 'Normal', reason: 'DataUpdated', message: 'the row has changed' });
      if (revision)
        events.record({
          regarding: on,
          type: 'Normal',
          reason: 'TemplateApplied',
          message: `put on revision ${draft.spec.revision ?? ''}`,
        });
    }
    return;
  }
  const on = regarding(registry);
  if (rows.length > 0)
    events.record({
      regarding: on,
      type: 'Normal',
      reason: 'DataUpdated',
      message: `${rows.length} rows have changed: ${listed(namesOf(rows))}`,
    });
  if (revisions.length > 0)
    events.record({
      regarding: on,
      type: 'Normal',
      reason: 'TemplateApplied',
      message: `${revisions.length} tenants put on a new revision: ${listed(namesOf(revisions))}`,
    });
}

/** Events of a sync, on transitions only. */
export function recordSync(events: EventRecorder, registry: Registry, state: RegistryState, result: SyncResult): void {
  const on = regarding(registry);
  const { written, removed } = result;
  recordRejections(events, registry, state, result);
  if (written.created.length > 0)
    events.record({
      regarding: on,
      type: 'Normal',
      reason: 'TenantsCreated',
      message: `created ${written.created.length} tenants: ${listed(written.created)}`,
    });
  recordUpdates(events, registry, result);
  if (removed.names.length > 0)
    events.record({
      regarding: on,
      type: 'Normal',
      reason: 'TenantDeleting',
      message: `deleting ${removed.names.length} tenants whose rows are gone or inactive: ${listed(removed.names)}`,
    });
  if (removed.newHold && state.hold)
    events.record({
      regarding: on,
      type: 'Warning',
      reason: 'DeletionsHeld',
      message: `${state.hold.removals} of ${state.hold.existing} tenants would be deleted (${state.hold.reason}): held. Approve with the annotation tenant.operator.kubernetes-tenants.org/approve-deletions=${state.hold.token}`,
    });
  const failures = [...written.failures, ...removed.failures];
  if (failures.length > 0)
    events.record({
      regarding: on,
      type: 'Warning',
      reason: 'TenantWriteFailed',
      message: `${failures.length} tenants could not be written: ${failures
        .slice(0, 3)
        .map(({ name, error }) => `${name}: ${error.message}`)
        .join('; ')}`,
    });
}

/** The line that each completed sync prints (DESIGN §10.14). */
export function logSync(
  logger: Logger,
  registry: Registry,
  { read, decision, written, removed }: SyncResult,
  seconds: number,
  waiting: number,
): void {
  logger.info('synced', {
    registry: registry.metadata.name,
    namespace: registry.metadata.namespace,
    rows: read.rowsRead,
    desired: decision.desired,
    created: written.created.length,
    updated: written.updated.length,
    deleted: removed.names.length,
    rejected: decision.rejected.length,
    workqueue: waiting,
    query: `${read.durationSeconds.toFixed(3)}s`,
    duration: `${seconds.toFixed(3)}s`,
    sync: 'complete',
  });
}
