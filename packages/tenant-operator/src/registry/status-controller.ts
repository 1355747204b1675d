/** Writes the status of registries, apart from syncing: tenants change far more often than rows are read. */
import type { Controller, ReconcileRequest, Result } from '@caretaker/kube';
import { registryKind } from '../api/names.ts';
import type { Registry, RegistryStatus } from '../api/types.ts';
import { type Caches, isPaused } from '../operator/caches.ts';
import { forgetRegistry, type OperatorMetrics } from '../operator/metrics.ts';
import { ownStatus } from '../operator/own-status.ts';
import { keyOf, type Runtime, splitKey } from '../operator/runtime.ts';
import { writeStatus } from '../operator/write-status.ts';
import type { RegistryState } from './state.ts';
import { differsOnlyInSyncTime, registryStatus } from './status.ts';

export interface RegistryStatusOptions {
  caches: Caches;
  metrics: OperatorMetrics;
  state(key: string): RegistryState;
}

/** While nothing else changes, lastSyncTime is written at most so often. */
const syncTimeMs = 60_000;
/** Counts that change are gathered for so long. */
const gatherMs = 1_000;

export function createRegistryStatusController(runtime: Runtime, options: RegistryStatusOptions): Controller {
  const { client, clock, events } = runtime;
  const { caches, metrics } = options;
  const statuses = ownStatus<RegistryStatus>();
  const lastWrite = new Map<string, number>();

  function measure(registry: Registry, status: RegistryStatus): void {
    const match = { registry: registry.metadata.name, namespace: registry.metadata.namespace };
    metrics.registryDesired.set(match, status.desired ?? 0);
    metrics.registryReady.set(match, status.ready ?? 0);
    metrics.registryFailed.set(match, status.failed ?? 0);
    metrics.registryPending.set(match, status.pending ?? 0);
    metrics.registryRejected.set(match, status.rejectedRows ?? 0);
    metrics.registryHeld.set(match, status.deletionHold?.removals ?? 0);
    metrics.registryPaused.set(match, isPaused(registry) ? 1 : 0);
  }

  function tellPause(registry: Registry, status: RegistryStatus): void {
    const of = (conditions: RegistryStatus['conditions']) => conditions?.find(({ type }) => type === 'Paused')?.status === 'True';
    const [before, after] = [of(registry.status.conditions), of(status.conditions)];
    if (before === after) return;
    const { name, namespace, uid } = registry.metadata;
    const regarding = { ...registryKind, name, namespace, uid };
    if (after)
      events.record({ regarding, type: 'Normal', reason: 'Paused', message: 'paused by annotation: no sync and no write for its tenants' });
    else if (registry.status.conditions?.some(({ type }) => type === 'Paused') === true)
      events.record({ regarding, type: 'Normal', reason: 'Resumed', message: 'the pause has ended' });
  }

  async function reconcile({ key, signal }: ReconcileRequest): Promise<Result | undefined> {
    const { namespace, name } = splitKey(key);
    const cached = caches.registries.get(namespace, name);
    if (!cached || cached.metadata.deletionTimestamp !== undefined) {
      statuses.forget(key);
      lastWrite.delete(key);
      if (!cached) forgetRegistry(metrics, namespace, name);
      return undefined;
    }
    const since = clock.monotonic() - (lastWrite.get(key) ?? Number.NEGATIVE_INFINITY);
    if (since < gatherMs) return { requeueAfterMs: gatherMs - since, priority: 'resync' };
    const registry = statuses.latest(key, cached);
    const state = options.state(key);
    const status = registryStatus(registry, {
      state,
      templates: caches.templates.by('registry', keyOf(namespace, name)).length,
      tenants: caches.tenants.by('registry', keyOf(namespace, name)),
      paused: isPaused(registry),
      now: clock.now(),
    });
    measure(registry, status);
    const { lastSyncTime } = registry.status;
    const age = lastSyncTime === undefined ? Number.POSITIVE_INFINITY : clock.now() - Date.parse(lastSyncTime);
    if (differsOnlyInSyncTime(registry.status, status) && age < syncTimeMs) return undefined;
    tellPause(registry, status);
    const written = await writeStatus(client, registryKind, registry, status, signal);
    if (!written) return undefined;
    lastWrite.set(key, clock.monotonic());
    statuses.wrote(key, registry.metadata.uid, written.metadata.resourceVersion, status);
    return undefined;
  }

  return runtime.createController({ name: 'tenantregistry-status', concurrency: 2, reconcile });
}
