import type { Discovery, InformerSpec, Informers, KubeObject } from '@caretaker/kube';
import { buildContext, type Context } from '../context/context.ts';
import { trimNode } from '../context/hardware.ts';
import { hyperConverged } from '../names.ts';
import { KindWatch } from './kind-watch.ts';

export interface PlatformWatchOptions {
  informers: Informers;
  discovery: Discovery;
  /** Where the HyperConverged lives. */
  namespace: string;
  images: Readonly<Record<string, string>>;
  /** A fact that every asset may depend on has changed. */
  changed: () => void;
  /** A source of the context cannot be read; told on change. */
  unreadable: (what: string, error: Error | undefined) => void;
}

const openshiftConfig = 'config.openshift.io/v1';

/** Watches what the context is computed from: HyperConverged, nodes, and OpenShift's Infrastructure and Scheduler where they exist. */
export class PlatformWatch {
  readonly #options: PlatformWatchOptions;
  readonly #hyperConvergeds: readonly KindWatch[];
  readonly #nodes: KindWatch;
  readonly #infrastructure: KindWatch;
  readonly #scheduler: KindWatch;
  #fingerprint = '';

  constructor(options: PlatformWatchOptions) {
    this.#options = options;
    this.#hyperConvergeds = hyperConverged.apiVersions.map((apiVersion) =>
      this.#watch({
        apiVersion,
        kind: hyperConverged.kind,
        namespace: options.namespace,
        fieldSelector: `metadata.name=${hyperConverged.name}`,
      }),
    );
    this.#nodes = this.#watch({ apiVersion: 'v1', kind: 'Node', transform: trimNode, variant: 'autopilot-context' });
    this.#infrastructure = this.#watch({ apiVersion: openshiftConfig, kind: 'Infrastructure', fieldSelector: 'metadata.name=cluster' });
    this.#scheduler = this.#watch({ apiVersion: openshiftConfig, kind: 'Scheduler', fieldSelector: 'metadata.name=cluster' });
  }

  get hco(): KubeObject | undefined {
    for (const watch of this.#hyperConvergeds) {
      const found = watch.get(this.#options.namespace, hyperConverged.name);
      if (found) return found;
    }
    return undefined;
  }

  /** The facts of now; undefined without a HyperConverged. */
  get context(): Context | undefined {
    const { hco } = this;
    if (hco === undefined) return undefined;
    return buildContext({
      hco,
      nodes: this.#nodes.items,
      infrastructure: this.#infrastructure.items[0],
      scheduler: this.#scheduler.items[0],
      images: this.#options.images,
    });
  }

  /** Starts and stops watches as kinds come and go. */
  refresh(): void {
    // One version of the HyperConverged is enough: the first that is served.
    const served = this.#options.discovery;
    const index = hyperConverged.apiVersions.findIndex(
      (apiVersion) => served.peek({ apiVersion, kind: hyperConverged.kind }) !== undefined,
    );
    for (const [at, watch] of this.#hyperConvergeds.entries()) if (at === index || index < 0 || watch.active) watch.refresh();
    for (const watch of [this.#nodes, this.#infrastructure, this.#scheduler]) watch.refresh();
  }

  async whenReady(signal?: AbortSignal): Promise<void> {
    const watches = [...this.#hyperConvergeds.filter((watch) => watch.active), this.#nodes, this.#infrastructure, this.#scheduler];
    await Promise.all(watches.map((watch) => watch.whenReady(signal)));
    this.#fingerprint = this.#print();
  }

  close(): void {
    for (const watch of [...this.#hyperConvergeds, this.#nodes, this.#infrastructure, this.#scheduler]) watch.close();
  }

  #watch(spec: InformerSpec): KindWatch {
    return new KindWatch({
      informers: this.#options.informers,
      discovery: this.#options.discovery,
      spec,
      changed: () => this.#changed(),
      failing: (error) => this.#options.unreadable(spec.kind, error),
    });
  }

  /** A heartbeat of a node or a status of the HyperConverged changes no fact: nobody is woken. */
  #changed(): void {
    const print = this.#print();
    if (print === this.#fingerprint) return;
    this.#fingerprint = print;
    this.#options.changed();
  }

  #print(): string {
    const context = this.context;
    if (context === undefined) return '';
    const { hco, ...facts } = context;
    const { labels, annotations, uid, namespace } = hco.metadata;
    return JSON.stringify([facts, uid, namespace, labels, annotations, hco['spec']]);
  }
}
