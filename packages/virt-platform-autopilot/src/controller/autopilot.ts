import { createEngine, type Engine } from '@caretaker/engine';
import {
  type Clock,
  type Controller,
  createController,
  type Discovery,
  type EventRecorder,
  type Informers,
  type KubeClient,
  type KubeObject,
  type Logger,
  type MetricsRegistry,
  type Priority,
  type Random,
  type ReconcileRequest,
  type Result,
  silentLogger,
} from '@caretaker/kube';
import { DependencyGauge } from '../asset/dependencies.ts';
import type { Platform } from '../asset/observe.ts';
import { AssetReconciler } from '../asset/reconciler.ts';
import type { AssetState } from '../asset/report-state.ts';
import { AssetReporter } from '../asset/reporter.ts';
import type { LoadedAsset, LoadedCatalog } from '../catalog/load.ts';
import { readActivation } from '../gates/activation.ts';
import { createFamilies, type Families } from '../metrics/families.ts';
import { StatusMetrics } from '../metrics/status.ts';
import { fieldManager, hyperConverged } from '../names.ts';
import { Renderer } from '../render/renderer.ts';
import { TombstoneReconciler } from '../tombstone/reconciler.ts';
import { Kinds } from '../watch/kinds.ts';
import { LookupWatches } from '../watch/lookup-watches.ts';
import { Namespaces } from '../watch/namespaces.ts';
import { PlatformWatch } from '../watch/platform-watch.ts';
import { Announcer } from './announcer.ts';
import { marks } from './marks.ts';
import { RoundSummary } from './summary.ts';

export interface AutopilotOptions {
  client: KubeClient;
  informers: Informers;
  discovery: Discovery;
  clock: Clock;
  random: Random;
  logger: Logger;
  metrics: MetricsRegistry;
  events: EventRecorder;
  catalog: LoadedCatalog;
  /** Where the HyperConverged lives. */
  namespace: string;
  /** From RELATED_IMAGE_* (see `relatedImages`). */
  images: Readonly<Record<string, string>>;
  /** Mirrors the metrics under this prefix. */
  metricsPrefix?: string | undefined;
  /** Assets worked on at once. [4] */
  concurrency?: number | undefined;
}

const tombstoneKey = (index: number): string => `tombstone/${index}`;

/** The whole operator behind its API connection: watches, one queue, one work item per asset and per tombstone. */
export class Autopilot {
  readonly platform: Platform;
  readonly #options: AutopilotOptions;
  readonly #controller: Controller;
  readonly #engine: Engine;
  readonly #assets: AssetReconciler;
  readonly #reporter: AssetReporter;
  readonly #tombstones: TombstoneReconciler;
  readonly #families: Families;
  readonly #namespaces: Namespaces;
  readonly #round: RoundSummary;
  readonly #announcer: Announcer;
  /** HyperConverged first: the others wait until its own asset has been passed over once. */
  #opened = false;
  /** Until the caches are full, changes in them are no news. */
  #filled = false;

  constructor(options: AutopilotOptions) {
    this.#options = options;
    const { informers, discovery, clock, random, logger, metrics, events, catalog, client } = options;
    this.#families = createFamilies(metrics, options.metricsPrefix);
    this.#announcer = new Announcer({ clock, logger, events, catalog, namespace: options.namespace, hco: () => this.platform.watch.hco });
    const renderer = new Renderer(catalog.readAsset);
    for (const asset of catalog.assets) renderer.compile(asset);
    this.platform = {
      catalog,
      renderer,
      kinds: new Kinds({
        informers,
        discovery,
        clock,
        logger,
        crds: catalog.catalog.crds,
        changed: () => this.#kindsChanged(),
        crdAdded: (crd) => this.#announcer.crdAdded(crd),
        crdRemoved: (crd) => this.#announcer.crdRemoved(crd),
      }),
      watch: new PlatformWatch({
        informers,
        discovery,
        namespace: options.namespace,
        images: options.images,
        changed: () => this.#everything('change'),
        unreadable: (what, error) => this.#announcer.unreadable(what, error),
      }),
      lookups: new LookupWatches({ informers, discovery, changed: (users) => this.#enqueue(users, 'change') }),
    };
    this.#namespaces = new Namespaces({ informers, discovery, changed: () => this.#enqueueAssets() });
    this.#engine = createEngine({ client, informers, discovery, clock, random, logger, fieldManager, marks, hashKey });
    this.#engine.onWake((owner, priority, reason) => this.#enqueue([owner], reason === 'annotation' ? 'user' : priority));
    this.#round = new RoundSummary(catalog.assets.map((asset) => asset.entry.name));
    this.#reporter = new AssetReporter({ clock, logger, events, metrics: new StatusMetrics(this.#families) });
    this.#assets = new AssetReconciler({
      platform: this.platform,
      engine: this.#engine,
      client,
      clock,
      logger,
      reporter: this.#reporter,
      dependencies: new DependencyGauge(this.#families.missingDependency),
      namespaceExists: (name) => this.#namespaces.exists(name),
      passed: (asset, state) => this.#passed(asset, state),
    });
    this.#tombstones = new TombstoneReconciler({
      lookups: this.platform.lookups,
      client,
      clock,
      logger,
      events,
      gauge: this.#families.tombstone,
      hyperConverged: () => this.#activeHyperConverged(),
    });
    this.#controller = createController(
      { name: 'platform', concurrency: options.concurrency ?? 4, reconcile: (request) => this.#reconcile(request) },
      // The reporters tell every fault in the runbook's words; the queue would say it again.
      { clock, random, logger: silentLogger, metrics, backoff: { baseMs: 500, maxMs: 30_000 } },
    );
  }

  /** Fills the caches, then works until `stop`. Rejects when the API server does not answer. */
  async start(signal?: AbortSignal): Promise<void> {
    const { kinds, watch } = this.platform;
    await kinds.start(signal);
    watch.refresh();
    this.#namespaces.refresh();
    await Promise.all([watch.whenReady(signal), this.#namespaces.whenReady(signal)]);
    this.#filled = true;
    this.#options.logger.info('Reconciling virt platform', {
      assets: this.platform.catalog.assets.length,
      tombstones: this.platform.catalog.tombstones.length,
      namespace: this.#options.namespace,
    });
    this.#everything('change');
    this.#controller.start();
  }

  /** Passes under way get `graceMs` to end. */
  async stop(graceMs: number): Promise<void> {
    await this.#controller.stop(graceMs);
    this.#reporter.flush();
    this.platform.kinds.close();
    this.platform.watch.close();
    this.platform.lookups.close();
    this.#namespaces.close();
    await this.#engine.close();
  }

  async #reconcile(request: ReconcileRequest): Promise<Result | undefined> {
    const { catalog } = this.platform;
    const asset = catalog.assets.find((candidate) => candidate.entry.name === request.key);
    if (asset) return this.#reconcileAsset(asset, request);
    const index = catalog.tombstones.findIndex((_, at) => tombstoneKey(at) === request.key);
    const tombstone = catalog.tombstones[index];
    return tombstone && this.#tombstones.reconcile(request.key, tombstone, request);
  }

  async #reconcileAsset(asset: LoadedAsset, request: ReconcileRequest): Promise<Result | undefined> {
    try {
      return await this.#assets.reconcile(asset, request);
    } finally {
      if (!this.#opened && asset.entry.name === hyperConverged.asset) {
        this.#opened = true;
        this.#everything('change');
      }
    }
  }

  #everything(priority: Priority): void {
    if (!this.#filled) return;
    this.#announcer.announce();
    if (this.#opened || !this.platform.catalog.assets.some((asset) => asset.entry.name === hyperConverged.asset)) {
      this.#round.begin();
      this.#enqueue(
        [
          ...this.platform.catalog.assets.map((asset) => asset.entry.name),
          ...this.platform.catalog.tombstones.map((_, at) => tombstoneKey(at)),
        ],
        priority,
      );
    } else this.#enqueue([hyperConverged.asset], priority);
  }

  /** A pass that finds nothing to do costs no request. */
  #enqueueAssets(): void {
    if (this.#opened)
      this.#enqueue(
        this.platform.catalog.assets.map((asset) => asset.entry.name),
        'change',
      );
  }

  #enqueue(keys: readonly string[], priority: Priority): void {
    for (const key of keys) this.#controller.queue.add(key, priority);
  }

  #passed(asset: string, state: AssetState): void {
    const figures = this.#round.passed(asset, state);
    if (figures !== undefined && this.#activeHyperConverged() !== undefined) this.#announcer.succeeded(figures);
  }

  /** The HyperConverged, while the autopilot is switched on. */
  #activeHyperConverged(): KubeObject | undefined {
    const { hco } = this.platform.watch;
    return hco !== undefined && readActivation(hco).enabled ? hco : undefined;
  }

  #kindsChanged(): void {
    this.platform.watch.refresh();
    this.#namespaces.refresh();
    this.platform.lookups.refresh();
    this.#everything('change');
  }
}

/** Golden assets are public, so the key of the applied-hash guards no secret; it must only be the same after a restart. */
const hashKey = new TextEncoder().encode('virt-platform-autopilot');
