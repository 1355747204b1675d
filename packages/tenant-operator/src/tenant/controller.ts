/** The Tenant controller: observe, decide (render), act (engine), report. One pass at a time per tenant. */
import type { Engine, Outcome, Owner, RemovalOutcome } from '@caretaker/engine';
import type { Controller, KubeObject, ReconcileRequest, Result } from '@caretaker/kube';
import { annotations, finalizers, labels, tenantKind } from '../api/names.ts';
import { InvalidObjectError } from '../api/parse.ts';
import type { Registry, Tenant, TenantStatus } from '../api/types.ts';
import { type Caches, isPaused } from '../operator/caches.ts';
import { faultLog } from '../operator/fault-log.ts';
import { forgetTenant, type OperatorMetrics, type PassResult } from '../operator/metrics.ts';
import { ownStatus } from '../operator/own-status.ts';
import { keyOf, type Runtime, splitKey } from '../operator/runtime.ts';
import { writeStatus } from '../operator/write-status.ts';
import type { RevisionStore, StoredRevision } from '../template/store.ts';
import type { TextLanguage } from '../template/text.ts';
import { asksForRelease, deletingStatus, finalizerPatch, recordRemoval, removalLine } from './removal.ts';
import { type RenderContext, renderTenant } from './render.ts';
import { countHappenings, measureTenant, passLine, recordHappenings } from './report.ts';
import { secretVariables } from './secret-variables.ts';
import { blockedStatus, tenantStatus } from './status.ts';
import { variablesOf } from './variables.ts';

export interface TenantControllerOptions {
  caches: Caches;
  engine: Engine;
  revisions: RevisionStore;
  metrics: OperatorMetrics;
  language: TextLanguage;
  refusal: RenderContext['refusal'];
  /** The revision that a Tenant without one is on. */
  currentRevision(namespace: string, template: string): string | undefined;
  concurrency: number;
}

/** Each tenant has a pass that sends nothing about so often; it counts, and notices what no event told (DESIGN §10.12). */
const resyncMs = 600_000;
/** A tenant with a fault of its own is tried again about so often. */
const failedRetryMs = 60_000;
/** Progress that changes no verdict is written at most so often. */
const progressMs = 1_000;

/** The tenant cannot be rendered as it is; what it has stays. */
interface Blocked {
  reason: string;
  message: string;
  /** A fault, and not merely something that is still to come. */
  fault: boolean;
}

interface Observed {
  revision: StoredRevision;
  secrets: Readonly<Record<string, string>>;
}

/** Infrastructure failed: the queue tries again with back-off. It has been reported already. */
export class PassFailedError extends Error {
  readonly code: string;
  readonly retryable = true;
  readonly hint = 'the API server or the way to it is at fault; the pass is repeated by itself';
  constructor(code: string, message: string) {
    super(message);
    this.name = 'PassFailedError';
    this.code = code;
  }
}

export const ownerOf = ({ metadata }: Tenant): Owner => ({
  key: keyOf(metadata.namespace, metadata.name),
  ...tenantKind,
  namespace: metadata.namespace,
  name: metadata.name,
  uid: metadata.uid,
});

export function createTenantController(runtime: Runtime, options: TenantControllerOptions): Controller {
  const { client, clock, random, events } = runtime;
  const logger = runtime.logger.with({ reconciler: 'tenant' });
  const { caches, engine, metrics, revisions } = options;
  const statuses = ownStatus<TenantStatus>();
  const faults = faultLog(clock);
  const seen = new Set<string>();
  const lastWrite = new Map<string, number>();
  const released = new Set<string>();
  // The garbage collector takes its finalizer off again, perhaps before a pass sees it.
  caches.tenants.informer.subscribe({
    added: (object) => noteRelease(object),
    modified: (object) => noteRelease(object),
    deleted: ({ metadata }) => released.delete(metadata.uid ?? ''),
  });

  function noteRelease(object: KubeObject): void {
    if (asksForRelease(object)) released.add(object.metadata.uid ?? '');
  }

  const jittered = (ms: number): number => ms * (0.9 + 0.2 * random.next());
  const registryName = (tenant: Tenant): string | undefined => tenant.metadata.labels?.[labels.registry];
  const registryOf = (tenant: Tenant): Registry | undefined => {
    const name = registryName(tenant);
    return name === undefined ? undefined : caches.registries.get(tenant.metadata.namespace, name);
  };

  function forget(key: string): void {
    const { namespace, name } = splitKey(key);
    engine.forget(key);
    statuses.forget(key);
    seen.delete(key);
    lastWrite.delete(key);
    faults.clear(key);
    forgetTenant(metrics, namespace, name);
  }

  async function write(key: string, tenant: Tenant, status: TenantStatus, signal: AbortSignal): Promise<void> {
    const written = await writeStatus(client, tenantKind, tenant, status, signal);
    if (!written) return;
    lastWrite.set(key, clock.monotonic());
    statuses.wrote(key, tenant.metadata.uid, written.metadata.resourceVersion, status);
  }

  /** Everything that rendering needs, or why it cannot be. */
  function observe(tenant: Tenant): Observed | Blocked {
    const { namespace } = tenant.metadata;
    const name = tenant.spec.revision ?? options.currentRevision(namespace, tenant.spec.templateRef);
    if (name === undefined)
      return {
        reason: 'RevisionNotFound',
        message: `TenantTemplate ${tenant.spec.templateRef} has no valid revision in namespace ${namespace}: look at its condition Valid`,
        fault: true,
      };
    const revision = revisions.get(namespace, name);
    if (!revision)
      return {
        reason: 'RevisionNotFound',
        message: `ControllerRevision ${name} is not in namespace ${namespace}; the tenant stays as it is. Set spec.revision to one that is there (kubectl get controllerrevisions)`,
        fault: true,
      };
    const secrets = secretVariables(caches, tenant);
    if (secrets === undefined)
      return {
        reason: 'SecretVariablesPending',
        message: `waiting for Secret ${tenant.spec.secretVariablesRef ?? ''} with the secret variables`,
        fault: false,
      };
    return { revision, secrets };
  }

  async function block(key: string, tenant: Tenant, blocked: Blocked, signal: AbortSignal): Promise<PassResult> {
    const status = blockedStatus(tenant, blocked.reason, blocked.message, blocked.fault, clock.now());
    measureTenant(metrics, tenant, status);
    const count = faults.tell(key, blocked.message);
    if (count !== undefined) {
      const values = {
        tenant: tenant.metadata.name,
        namespace: tenant.metadata.namespace,
        code: blocked.reason,
        problem: blocked.message,
        count,
      };
      const result = blocked.fault ? 'failed' : 'success';
      if (blocked.fault) logger.warn('Reconciling Tenant: reconciliation blocked', { ...values, result });
      else logger.info('Reconciling Tenant: reconciliation waiting', { ...values, result });
    }
    await write(key, tenant, status, signal);
    return blocked.fault ? 'failed' : 'success';
  }

  function tell(key: string, tenant: Tenant, outcome: Outcome, status: TenantStatus, asked: boolean, seconds: number): void {
    const values = passLine(tenant, outcome, status, registryName(tenant), seconds);
    const { result: _, ...rest } = values;
    if (outcome.problem) {
      const count = faults.tell(key, `${outcome.problem.code} ${outcome.problem.message}`);
      if (count === undefined && !asked && !outcome.changed) return;
      const line = { ...rest, ...(count !== undefined && count > 1 ? { count } : {}), result: outcome.result };
      if (outcome.result === 'error') logger.error('Reconciling Tenant: reconciliation ended', line);
      else logger.warn('Reconciling Tenant: reconciliation ended', line);
      return;
    }
    const recovered = faults.clear(key);
    if (!seen.has(key) || outcome.changed || outcome.happenings.length > 0 || asked || recovered)
      logger.info('Reconciling Tenant: reconciliation ended', values);
  }

  /** Whether a status is worth a write now: progress waits a moment for more of it. */
  function isDue(key: string, tenant: Tenant, status: TenantStatus, asked: boolean): boolean {
    const last = lastWrite.get(key);
    const verdict = (of: TenantStatus) => (of.conditions ?? []).map(({ status: value, reason }) => `${value} ${reason}`).join();
    return asked || last === undefined || clock.monotonic() - last >= progressMs || verdict(status) !== verdict(tenant.status);
  }

  async function converge(key: string, tenant: Tenant, observed: Observed, request: ReconcileRequest): Promise<Result> {
    const started = clock.monotonic();
    const { revision, secrets } = observed;
    const variables = variablesOf(tenant, registryName(tenant) ?? revision.registryId, secrets);
    await knowKinds(revision);
    const rendered = renderTenant(revision.compiled, variables, {
      namespace: tenant.metadata.namespace,
      language: options.language,
      namespaced: (apiVersion, kind) => runtime.discovery.peek({ apiVersion, kind })?.namespaced,
      refusal: options.refusal,
    });
    const asked = tenant.metadata.annotations?.[annotations.reconcile];
    const force = asked !== undefined && asked !== tenant.status.lastHandledReconcile;
    const paused = isPaused(tenant) || isPaused(registryOf(tenant));
    const outcome = await engine.reconcile(
      { owner: ownerOf(tenant), desired: rendered.desired, unrendered: rendered.unrendered },
      { inventory: tenant.status.resources ?? [], paused, force: force && !paused, signal: request.signal },
    );
    const status = tenantStatus(tenant, { outcome, revision: revision.name, paused, handledReconcile: asked, now: clock.now() });
    measureTenant(metrics, tenant, status);
    countHappenings(metrics, tenant, revision.compiled, outcome);
    recordHappenings(events, tenant, outcome, status);
    tell(key, tenant, outcome, status, force, (clock.monotonic() - started) / 1000);
    seen.add(key);
    metrics.reconcileDuration.observe({ controller: 'tenant', result: outcome.result }, (clock.monotonic() - started) / 1000);
    const due = isDue(key, tenant, status, force || outcome.result !== 'success');
    if (due) await write(key, tenant, status, request.signal);
    if (outcome.result === 'error')
      throw new PassFailedError(outcome.problem?.code ?? 'Unknown', outcome.problem?.message ?? 'the pass failed');
    const again = [jittered(outcome.result === 'failed' ? failedRetryMs : resyncMs), outcome.requeueAfterMs, due ? undefined : progressMs];
    return { requeueAfterMs: Math.min(...again.filter((ms) => ms !== undefined)), priority: 'resync' };
  }

  /** Discovery answers rendering from its cache; kinds that it has not met yet are looked up first. */
  async function knowKinds(revision: StoredRevision): Promise<void> {
    for (const { apiVersion, kind } of revision.compiled.resources) {
      const known = { apiVersion, kind };
      if (apiVersion.includes('{{') || kind.includes('{{') || runtime.discovery.peek(known)) continue;
      await runtime.discovery.find(known).catch(() => undefined);
    }
  }

  async function finalize(key: string, tenant: Tenant, { signal }: ReconcileRequest): Promise<Result | undefined> {
    const started = clock.monotonic();
    const { metadata } = tenant;
    if (metadata.finalizers?.includes(finalizers.tenant) !== true) return undefined;
    const orphan = released.has(metadata.uid);
    const removal = await engine.remove(ownerOf(tenant), tenant.status.resources ?? [], { reason: 'TenantDeleted', orphan, signal });
    const seconds = (clock.monotonic() - started) / 1000;
    recordRemoval(events, tenant, removal);
    tellRemoval(key, tenant, removal, seconds);
    metrics.reconcileDuration.observe({ controller: 'tenant', result: removal.result }, seconds);
    if (removal.done) {
      const ref = { ...tenantKind, namespace: metadata.namespace, name: metadata.name };
      await client.patch(ref, { type: 'json', body: finalizerPatch(metadata) }, { signal });
      return undefined;
    }
    const status = deletingStatus(tenant, removal, clock.now());
    if (isDue(key, tenant, status, false)) await write(key, tenant, status, signal);
    if (removal.result === 'error')
      throw new PassFailedError(removal.problem?.code ?? 'Unknown', removal.problem?.message ?? 'the removal failed');
    return { requeueAfterMs: Math.min(removal.requeueAfterMs ?? failedRetryMs, jittered(failedRetryMs)), priority: 'change' };
  }

  function tellRemoval(key: string, tenant: Tenant, removal: RemovalOutcome, seconds: number): void {
    const values = removalLine(tenant, removal, seconds);
    if (removal.problem) {
      if (faults.tell(key, `${removal.problem.code} ${removal.problem.message}`) !== undefined)
        logger.warn('Reconciling Tenant: reconciliation of its deletion is stuck', values);
    } else if (removal.done) logger.info('Reconciling Tenant: reconciliation of its deletion ended', values);
  }

  /** A hand-made Tenant gets the finalizer before anything is made for it. */
  async function adopt(tenant: Tenant, signal: AbortSignal): Promise<void> {
    const { metadata } = tenant;
    if (metadata.finalizers?.includes(finalizers.tenant) === true) return;
    await client.patch(
      { ...tenantKind, namespace: metadata.namespace, name: metadata.name },
      {
        type: 'merge',
        body: {
          metadata: {
            uid: metadata.uid,
            resourceVersion: metadata.resourceVersion ?? '',
            finalizers: [...(metadata.finalizers ?? []), finalizers.tenant],
          },
        },
      },
      { signal },
    );
  }

  async function reconcile(request: ReconcileRequest): Promise<Result | undefined> {
    const { key, signal } = request;
    const { namespace, name } = splitKey(key);
    const cached = caches.tenants.get(namespace, name);
    if (!cached) {
      if (caches.tenants.raw(namespace, name)) return invalid(key);
      forget(key);
      return undefined;
    }
    const tenant = statuses.latest(key, cached);
    const started = clock.monotonic();
    try {
      if (tenant.metadata.deletionTimestamp !== undefined) return await finalize(key, tenant, request);
      await adopt(tenant, signal);
      const observed = observe(tenant);
      if ('revision' in observed) return await converge(key, tenant, observed, request);
      const result = await block(key, tenant, observed, signal);
      metrics.reconcileDuration.observe({ controller: 'tenant', result }, (clock.monotonic() - started) / 1000);
      return { requeueAfterMs: jittered(failedRetryMs), priority: 'resync' };
    } catch (error) {
      if (error instanceof PassFailedError || signal.aborted) throw error;
      const message = error instanceof Error ? error.message : String(error);
      metrics.reconcileDuration.observe({ controller: 'tenant', result: 'error' }, (clock.monotonic() - started) / 1000);
      const count = faults.tell(key, message);
      if (count !== undefined)
        logger.error('Reconciling Tenant: reconciliation ended', { tenant: name, namespace, problem: message, count, result: 'error' });
      throw error;
    }
  }

  function invalid(key: string): undefined {
    const { namespace, name } = splitKey(key);
    const count = faults.tell(key, 'invalid');
    if (count !== undefined)
      logger.warn('Reconciling Tenant: reconciliation blocked', {
        tenant: name,
        namespace,
        code: InvalidObjectError.name,
        result: 'failed',
      });
    return undefined;
  }

  return runtime.createController({ name: 'tenant', concurrency: options.concurrency, reconcile });
}
