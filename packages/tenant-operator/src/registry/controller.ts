/** The TenantRegistry controller: when to sync, what to remember, what to tell. The sync itself is sync.ts. */
import { asError, type Controller, createConsistency, type ReconcileRequest, type Result } from '@caretaker/kube';
import { annotations, finalizers, registryKind } from '../api/names.ts';
import { InvalidObjectError, parseRegistry } from '../api/parse.ts';
import type { Registry } from '../api/types.ts';
import { durationMs } from '../duration.ts';
import { type Caches, isPaused } from '../operator/caches.ts';
import { faultLog } from '../operator/fault-log.ts';
import { forgetRegistry, type OperatorMetrics, type PassResult } from '../operator/metrics.ts';
import { type Runtime, splitKey } from '../operator/runtime.ts';
import { SourceError } from '../sources/errors.ts';
import type { TemplateBook } from '../template/book.ts';
import type { TemplateView } from './draft.ts';
import { logSync, recordSync, regarding } from './report.ts';
import { rollOut } from './rollout-act.ts';
import type { SourcePool } from './source-pool.ts';
import { type LastSync, newState, type RegistryState } from './state.ts';
import { type SyncResult, syncRegistry } from './sync.ts';

export interface RegistryControllerOptions {
  caches: Caches;
  book: TemplateBook;
  sources: SourcePool;
  metrics: OperatorMetrics;
  concurrency: number;
  /** How many tenants wait for a pass; told with each sync. */
  waitingTenants(): number;
  /** The status is to be written anew. */
  onChange(key: string): void;
}

export interface RegistryController {
  controller: Controller;
  /** What is remembered of a registry. */
  state(key: string): RegistryState;
  /** Sync at the next opportunity, whatever the interval. */
  requestSync(key: string): void;
  /** Whether a Tenant that is gone was removed by a sync of ours; asked once per Tenant. */
  tookAway(key: string, tenant: string): boolean;
}

const defaultIntervalMs = 30_000;
const cacheWaitMs = 5_000;
/** The first repetition after a failed sync; then twice as long each time, up to the interval. */
const firstRetryMs = 5_000;

export function createRegistryController(runtime: Runtime, options: RegistryControllerOptions): RegistryController {
  const { client, clock, random, events } = runtime;
  const logger = runtime.logger.with({ reconciler: 'tenantregistry' });
  const { caches, book, sources, metrics } = options;
  const states = new Map<string, RegistryState>();
  const faults = faultLog(clock);
  const consistency = createConsistency({ clock, metrics: runtime.metrics });
  const wroteFor = (key: string) => (resourceVersion: string | undefined) =>
    consistency.wrote(key, caches.tenants.informer, resourceVersion);

  /** After a restart the guard goes on where the status says it was. */
  function stateOf(key: string): RegistryState {
    const known = states.get(key);
    if (known) return known;
    const state = newState();
    const { namespace, name } = splitKey(key);
    const status = caches.registries.get(namespace, name)?.status;
    state.hold = status?.deletionHold ?? undefined;
    state.recent = (status?.recentRemovals ?? []).map(({ time, count }) => ({ time: Date.parse(time), count }));
    states.set(key, state);
    return state;
  }

  /** Another text means: sync now. */
  function wanted(registry: Registry, templates: readonly TemplateView[]): string {
    const { generation, annotations: notes } = registry.metadata;
    const known = templates.map(({ name, revision }) => `${name}${revision === undefined ? '?' : ''}`).join(',');
    return [generation ?? 0, notes?.[annotations.sync] ?? '', notes?.[annotations.approveDeletions] ?? '', known].join('\n');
  }

  const intervalOf = (registry: Registry): number => {
    const interval = durationMs(registry.spec.source.syncInterval, defaultIntervalMs);
    // `0s` means no sync by time.
    return interval === 0 ? Number.POSITIVE_INFINITY : interval;
  };

  function tellFailure(key: string, registry: Registry, code: string, message: string, hint: string): void {
    const { name, namespace } = registry.metadata;
    const first = stateOf(key).error?.message !== message;
    if (first)
      events.record({ regarding: regarding(registry), type: 'Warning', reason: 'DatabaseQueryFailed', message: `${message}: ${hint}` });
    const count = faults.tell(key, message);
    if (count !== undefined)
      logger.error('datasource query failed', { registry: name, namespace, code, problem: message, hint, ...(count > 1 ? { count } : {}) });
  }

  const lastSync = (result: Pick<SyncResult, 'read' | 'decision'>, more: Partial<LastSync>, durationSeconds: number): LastSync => ({
    rowsRead: result.read.rowsRead,
    active: result.read.active,
    rejected: result.decision.rejected,
    desired: result.decision.desired,
    withoutRevision: result.decision.withoutRevision,
    failures: [],
    blockedRemovals: 0,
    time: clock.now(),
    durationSeconds,
    ...more,
  });

  const viewsOf = ({ metadata }: Registry): TemplateView[] => book.views(metadata.namespace, metadata.name);

  async function sync(key: string, registry: Registry, signal: AbortSignal): Promise<void> {
    const state = stateOf(key);
    const started = clock.monotonic();
    const seconds = () => (clock.monotonic() - started) / 1000;
    const match = { registry: registry.metadata.name, namespace: registry.metadata.namespace };
    const source = await sources.open(key, registry, signal);
    const result = await syncRegistry(registry, state, {
      client,
      caches,
      clock,
      source,
      templates: () => viewsOf(registry),
      signal,
      wrote: wroteFor(key),
      onDecided: (read, decision) => {
        state.last = lastSync(
          { read, decision },
          { failures: state.last?.failures ?? [], blockedRemovals: state.last?.blockedRemovals ?? 0 },
          seconds(),
        );
        state.error = undefined;
        options.onChange(key);
      },
      onRead: (duration) => {
        metrics.queryDuration.set(match, duration);
        metrics.querySeconds.observe(match, duration);
      },
    });
    const failures = [...result.written.failures, ...result.removed.failures];
    state.last = lastSync(
      result,
      { failures: failures.map(({ name, error }) => ({ name, message: error.message })), blockedRemovals: result.removed.blocked },
      seconds(),
    );
    for (const name of result.removed.names) state.removed.add(name);
    metrics.registryLastSync.set(match, Math.floor(state.last.time / 1000));
    recordSync(events, registry, state, result);
    logSync(logger, registry, result, seconds(), options.waitingTenants());
    const retryable = failures.find(({ error }) => 'retryable' in error && error.retryable === true);
    if (retryable) throw retryable.error;
  }

  /** A sync that is due, with its outcome remembered. Only what is no fault of the database is thrown. */
  async function syncNow(key: string, registry: Registry, templates: readonly TemplateView[], signal: AbortSignal): Promise<PassResult> {
    const state = stateOf(key);
    const interval = intervalOf(registry);
    const started = clock.monotonic();
    state.syncedFor = wanted(registry, templates);
    state.nextSyncAt = started + interval;
    try {
      await sync(key, registry, signal);
      state.failuresInARow = 0;
      state.error = undefined;
      faults.clear(key);
      return 'success';
    } catch (error) {
      if (signal.aborted) throw error;
      state.failuresInARow += 1;
      const retry = Math.min(firstRetryMs * 2 ** (state.failuresInARow - 1), Math.max(interval, firstRetryMs), 600_000);
      state.nextSyncAt = clock.monotonic() + retry * (0.9 + 0.2 * random.next());
      if (!(error instanceof SourceError)) throw error;
      tellFailure(key, registry, error.code, error.message, error.hint);
      metrics.queryErrors.inc({ registry: registry.metadata.name, namespace: registry.metadata.namespace, code: error.code });
      state.error = { code: error.code, message: error.message, hint: error.hint };
      return 'error';
    } finally {
      state.handledSync = registry.metadata.annotations?.[annotations.sync];
      options.onChange(key);
    }
  }

  async function roll(key: string, registry: Registry, templates: readonly TemplateView[], signal: AbortSignal): Promise<void> {
    const { namespace, name } = registry.metadata;
    const done = await rollOut(client, templates, caches.tenants.by('registry', key), clock.now(), { signal, wrote: wroteFor(key) });
    for (const { template, revision, names, failures } of done) {
      if (names.length > 0) {
        logger.info('template rolled out', { registry: name, namespace, template, revision, tenants: names.length });
        const message = `${names.length} tenants put on revision ${revision} of template ${template}`;
        events.record({ regarding: regarding(registry), type: 'Normal', reason: 'TemplateApplied', message });
      }
      const [first] = failures;
      if (first) throw first.error;
    }
  }

  async function forget(key: string): Promise<undefined> {
    const { namespace, name } = splitKey(key);
    states.delete(key);
    consistency.forget(key);
    faults.clear(key);
    forgetRegistry(metrics, namespace, name);
    await sources.close(key);
    options.onChange(key);
    return undefined;
  }

  /** The ancestor's finalizer would keep a registry from going: its work is done by each Tenant's own. */
  async function release(registry: Registry, signal: AbortSignal): Promise<void> {
    const { name, namespace, uid, finalizers: present = [] } = registry.metadata;
    const index = present.indexOf(finalizers.ancestorRegistry);
    if (index < 0) return;
    const body = [
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'test', path: `/metadata/finalizers/${index}`, value: finalizers.ancestorRegistry },
      { op: 'remove', path: `/metadata/finalizers/${index}` },
    ];
    await client.patch({ ...registryKind, namespace, name }, { type: 'json', body }, { signal });
  }

  async function pass(key: string, registry: Registry, signal: AbortSignal): Promise<{ result: PassResult; again: number | undefined }> {
    const state = stateOf(key);
    if (registry.metadata.deletionTimestamp !== undefined) {
      await release(registry, signal);
      await sources.close(key);
      return { result: 'success', again: undefined };
    }
    if (isPaused(registry)) {
      // The last known state stays; the sync that was missed is made up for when the pause ends.
      state.syncedFor = undefined;
      options.onChange(key);
      return { result: 'success', again: undefined };
    }
    // Decisions are never made on a cache that has not seen this registry's own writes.
    if (!(await consistency.wait(key, cacheWaitMs, signal))) return { result: 'success', again: cacheWaitMs };
    const templates = viewsOf(registry);
    const due = state.nextSyncAt === undefined || clock.monotonic() >= state.nextSyncAt || state.syncedFor !== wanted(registry, templates);
    const result = due ? await syncNow(key, registry, templates, signal) : 'success';
    if (!due) await roll(key, registry, templates, signal);
    const wait = (state.nextSyncAt ?? 0) - clock.monotonic();
    return { result, again: Number.isFinite(wait) ? Math.max(0, wait) : undefined };
  }

  async function reconcile({ key, signal }: ReconcileRequest): Promise<Result | undefined> {
    const { namespace, name } = splitKey(key);
    const raw = caches.registries.raw(namespace, name);
    if (!raw) return forget(key);
    const started = clock.monotonic();
    const observe = (result: PassResult) =>
      metrics.reconcileDuration.observe({ controller: 'tenantregistry', result }, (clock.monotonic() - started) / 1000);
    try {
      const { result, again } = await pass(key, parseRegistry(raw), signal);
      observe(result);
      return again === undefined ? undefined : { requeueAfterMs: again, priority: 'resync' };
    } catch (thrown) {
      const error = asError(thrown);
      if (signal.aborted) throw error;
      observe(error instanceof InvalidObjectError ? 'failed' : 'error');
      const count = faults.tell(key, error.message);
      if (count !== undefined)
        logger.error('sync failed', { registry: name, namespace, problem: error.message, ...(count > 1 ? { count } : {}) });
      if (error instanceof InvalidObjectError) {
        stateOf(key).error = { code: error.code, message: error.message, hint: error.hint };
        return undefined;
      }
      throw error;
    }
  }

  const controller = runtime.createController({ name: 'tenantregistry', concurrency: options.concurrency, reconcile });
  return {
    controller,
    state: stateOf,
    requestSync: (key) => {
      stateOf(key).syncedFor = undefined;
      controller.queue.add(key, 'change');
    },
    tookAway: (key, tenant) => states.get(key)?.removed.delete(tenant) === true || !states.has(key),
  };
}
