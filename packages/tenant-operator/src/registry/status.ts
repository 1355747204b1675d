/** Status of a TenantRegistry. Pure. */
import type { Registry, RegistryStatus, Tenant } from '../api/types.ts';
import { type ConditionState, mergeConditions, timeText } from '../conditions.ts';
import { jsonEqual } from '../json/merge-diff.ts';
import { toJsonObject } from '../json/to-json.ts';
import type { RegistryState } from './state.ts';

export interface StatusFacts {
  state: RegistryState;
  /** Templates that name the registry. */
  templates: number;
  /** Tenants that carry its label. */
  tenants: readonly Tenant[];
  paused: boolean;
  /** Milliseconds since the epoch. */
  now: number;
}

export interface Counts {
  desired: number;
  ready: number;
  failed: number;
  pending: number;
}

const conditionOf = (tenant: Tenant, type: string) => tenant.status.conditions?.find((condition) => condition.type === type);

/** Not ready for a reason of its own; merely slow ones are pending (DESIGN §10.11). */
function hasFailed(tenant: Tenant): boolean {
  const degraded = conditionOf(tenant, 'Degraded');
  return conditionOf(tenant, 'Ready')?.status !== 'True' && degraded?.status === 'True' && degraded.reason !== 'ReadinessTimeout';
}

/** How the tenants of a registry stand. Every tenant that exists counts, also one that is to go: what is not cleaned up must show. */
export function countTenants(registry: Registry, { state, tenants }: Pick<StatusFacts, 'state' | 'tenants'>): Counts {
  const living = tenants.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const ready = living.filter((tenant) => conditionOf(tenant, 'Ready')?.status === 'True').length;
  const broken = living.filter(hasFailed).length;
  const { last } = state;
  const desired = last?.desired ?? registry.status.desired ?? 0;
  const names = new Set(living.map(({ metadata }) => metadata.name));
  const uncreated = (last?.withoutRevision ?? 0) + (last?.failures.filter(({ name }) => !names.has(name)).length ?? 0);
  const missing = Math.max(0, desired - living.length - uncreated);
  return { desired, ready, failed: broken + uncreated, pending: living.length - ready - broken + missing };
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
const shownAtMost = 3;

function listed(texts: readonly string[]): string {
  const more = texts.length - shownAtMost;
  return `${texts.slice(0, shownAtMost).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function readyCondition({ state, paused }: StatusFacts, before: ConditionState | undefined): ConditionState {
  const { error, last } = state;
  if (error)
    return {
      type: 'Ready',
      status: 'False',
      reason: 'DatabaseConnectionFailed',
      message: `${error.message}: ${error.hint}. The tenants stay as they are (${error.code})`,
    };
  if (!last) {
    if (before) return before;
    return {
      type: 'Ready',
      status: 'Unknown',
      reason: 'NotSynced',
      message: paused ? 'paused before the first sync' : 'the first sync is under way',
    };
  }
  const parts = [plural(last.rowsRead, 'row')];
  if (last.active !== last.rowsRead) parts.push(`${last.active} active`);
  if (last.rejected.length > 0)
    parts.push(`${last.rejected.length} rejected: ${listed(last.rejected.map(({ row, message }) => `${row} ${message}`))}`);
  if (last.withoutRevision > 0) parts.push(`${plural(last.withoutRevision, 'tenant')} wait for a valid template`);
  if (last.failures.length > 0)
    parts.push(
      `${plural(last.failures.length, 'tenant')} could not be written: ${listed(last.failures.map(({ name, message }) => `${name} ${message}`))}`,
    );
  return { type: 'Ready', status: 'True', reason: 'DatabaseConnected', message: parts.join(', ') };
}

function heldCondition({ state }: StatusFacts): ConditionState {
  const { hold, last } = state;
  if (hold) {
    const why = hold.reason === 'EmptyResult' ? 'the table has no row at all' : `${hold.removals} of ${hold.existing} tenants would go`;
    return {
      type: 'DeletionsHeld',
      status: 'True',
      reason: hold.reason,
      message: `${why}: ${hold.sample.slice(0, shownAtMost).join(', ')}${hold.removals > shownAtMost ? ', …' : ''}. To delete them, annotate the registry with tenant.operator.kubernetes-tenants.org/approve-deletions=${hold.token}; to keep them, bring the rows back`,
    };
  }
  if (last !== undefined && last.blockedRemovals > 0)
    return {
      type: 'DeletionsHeld',
      status: 'True',
      reason: 'RowsUnreadable',
      message: `${plural(last.blockedRemovals, 'removal')} wait: the table has active rows without uid, and nobody can say whose they are`,
    };
  return { type: 'DeletionsHeld', status: 'False', reason: 'WithinBudget', message: '' };
}

const pausedCondition = ({ paused }: StatusFacts): ConditionState =>
  paused
    ? {
        type: 'Paused',
        status: 'True',
        reason: 'PausedByAnnotation',
        message: 'no sync and no write for its tenants until the annotation pause is removed',
      }
    : { type: 'Paused', status: 'False', reason: 'NotPaused', message: '' };

/** Removals of one second are one entry: times are the keys of the list. */
function bySecond(recent: RegistryState['recent']): { time: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { time, count } of recent) counts.set(timeText(time), (counts.get(timeText(time)) ?? 0) + count);
  return [...counts].map(([time, count]) => ({ time, count }));
}

/** The status of a registry. A database that is away keeps the last known counts. */
export function registryStatus(registry: Registry, facts: StatusFacts): RegistryStatus {
  const { state } = facts;
  const { last } = state;
  const counts = countTenants(registry, facts);
  const before = registry.status.conditions?.find(({ type }) => type === 'Ready');
  const known = before ? { type: before.type, status: before.status, reason: before.reason, message: before.message } : undefined;
  const conditions = mergeConditions(
    registry.status.conditions,
    [readyCondition(facts, known), heldCondition(facts), pausedCondition(facts)],
    facts.now,
  );
  const handled = state.handledSync ?? registry.status.lastHandledSync;
  const { lastSyncTime, lastSyncDurationSeconds } = registry.status;
  const hold = last || state.hold ? state.hold : registry.status.deletionHold;
  return {
    ...(registry.metadata.generation === undefined ? {} : { observedGeneration: registry.metadata.generation }),
    referencingTemplates: facts.templates,
    ...counts,
    rejectedRows: last ? new Set(last.rejected.map(({ row }) => row)).size : (registry.status.rejectedRows ?? 0),
    ...(last
      ? { lastSyncTime: timeText(last.time), lastSyncDurationSeconds: Math.round(last.durationSeconds * 1000) / 1000 }
      : {
          ...(lastSyncTime === undefined ? {} : { lastSyncTime }),
          ...(lastSyncDurationSeconds === undefined ? {} : { lastSyncDurationSeconds }),
        }),
    ...(handled === undefined ? {} : { lastHandledSync: handled }),
    ...(hold ? { deletionHold: hold } : {}),
    ...(state.recent.length > 0 ? { recentRemovals: bySecond(state.recent) } : {}),
    conditions,
  };
}

/** Two statuses that differ only in when and how long the last sync was. */
export function differsOnlyInSyncTime(a: RegistryStatus, b: RegistryStatus): boolean {
  const strip = ({ lastSyncTime: _, lastSyncDurationSeconds: __, ...rest }: RegistryStatus) => toJsonObject(rest);
  return jsonEqual(strip(a), strip(b));
}
