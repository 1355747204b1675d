/** The controllers of the operator, put together: one component that a manager starts when it leads. */
import { createEngine, type Engine } from '@caretaker/engine';
import { asError, type Component, sleep } from '@caretaker/kube';
import { fieldManager } from '../api/names.ts';
import { createRegistryController } from '../registry/controller.ts';
import { sourcePool } from '../registry/source-pool.ts';
import { createRegistryStatusController } from '../registry/status-controller.ts';
import type { SourceFactory } from '../sources/config.ts';
import { templateBook } from '../template/book.ts';
import { createTemplateController } from '../template/controller.ts';
import { goText } from '../template/go-text.ts';
import { revisionStore } from '../template/store.ts';
import { createTenantController } from '../tenant/controller.ts';
import { refusalOf } from '../tenant/namespaces.ts';
import { type Caches, openCaches } from './caches.ts';
import type { OperatorFlags } from './flags.ts';
import { hashKey } from './hash-key.ts';
import { marks } from './marks.ts';
import { operatorMetrics } from './metrics.ts';
import { keyOf, type Runtime } from './runtime.ts';
import { gateServices } from './service-gate.ts';
import { type Controllers, wire } from './wiring.ts';

export interface CoreOptions {
  flags: OperatorFlags;
  createSource: SourceFactory;
}

interface Parts {
  engine: Engine;
  controllers: Controllers;
  stop(graceMs: number): Promise<void>;
}

/** A component, and whether its caches have synced (for the readiness probe). */
export interface Core extends Component {
  readonly synced: boolean;
}

function build(runtime: Runtime, caches: Caches, key: Uint8Array, { flags, createSource }: CoreOptions): Parts {
  const { client, informers, discovery, clock, random, logger } = runtime;
  const metrics = operatorMetrics(runtime.metrics);
  const engine = createEngine({
    client: gateServices(client),
    informers,
    discovery,
    clock,
    random,
    logger,
    fieldManager,
    marks,
    hashKey: key,
  });
  const revisions = revisionStore(caches, goText);
  const book = templateBook(caches, revisions);
  const sources = sourcePool(informers, clock, createSource, (registry) => controllers.registry.requestSync(registry));
  const registry = createRegistryController(runtime, {
    caches,
    book,
    sources,
    metrics,
    concurrency: flags.registryConcurrency,
    waitingTenants: () => controllers.tenant.queue.depth,
    onChange: (changed) => controllers.registryStatus.queue.add(changed, 'change'),
  });
  const controllers: Controllers = {
    registry,
    registryStatus: createRegistryStatusController(runtime, { caches, metrics, state: registry.state }),
    template: createTemplateController(runtime, {
      caches,
      book,
      metrics,
      language: goText,
      hashKey: key,
      concurrency: flags.templateConcurrency,
      onChange: (namespace, name) => registry.controller.queue.add(keyOf(namespace, name), 'change'),
    }),
    tenant: createTenantController(runtime, {
      caches,
      engine,
      revisions,
      metrics,
      language: goText,
      refusal: refusalOf({ own: [flags.namespace], allowed: flags.allowTargetNamespaces }),
      currentRevision: book.currentRevision,
      concurrency: flags.tenantConcurrency,
    }),
  };
  const unwire = wire(caches, engine, controllers);
  const all = [controllers.template, controllers.registry.controller, controllers.registryStatus, controllers.tenant];
  for (const controller of all) controller.start();
  return {
    engine,
    controllers,
    stop: async (graceMs) => {
      unwire();
      await Promise.all(all.map((controller) => controller.stop(graceMs)));
      await sources.closeAll();
      await engine.close();
    },
  };
}

const firstRetryMs = 1_000;
const longestRetryMs = 30_000;

/** Tries until it works: an API server that is away at the start is no reason to die. Rejects when the signal aborts. */
async function untilRead<T>({ clock, logger }: Runtime, signal: AbortSignal, read: () => Promise<T>): Promise<T> {
  for (let wait = firstRetryMs; ; wait = Math.min(wait * 2, longestRetryMs)) {
    try {
      return await read();
    } catch (error) {
      logger.error('the operator cannot read its own key yet', { problem: asError(error).message });
      await sleep(clock, wait, signal);
    }
  }
}

/** The operator's own work. `start` resolves when caches are synced and controllers run. */
export function createCore(runtime: Runtime, options: CoreOptions): Core {
  let caches: Caches | undefined;
  let parts: Parts | undefined;
  const ending = new AbortController();
  return {
    name: 'tenant-operator',
    get synced() {
      return parts !== undefined;
    },
    start: async () => {
      caches = openCaches(runtime.informers);
      await caches.waitForSync(ending.signal);
      const key = await untilRead(runtime, ending.signal, () => hashKey(runtime.client, options.flags.namespace, runtime.random));
      parts = build(runtime, caches, key, options);
      runtime.logger.info('controllers started', {
        registries: caches.registries.informer.size,
        templates: caches.templates.informer.size,
        tenants: caches.tenants.informer.size,
      });
    },
    stop: async (graceMs) => {
      ending.abort(new Error('the operator is stopping'));
      await parts?.stop(graceMs);
      caches?.release();
      await runtime.events.flush().catch(() => undefined);
    },
  };
}
