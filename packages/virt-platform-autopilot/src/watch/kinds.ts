import { type Clock, type Discovery, FaultLog, type GroupVersionKind, type Informers, type Logger, type Timer } from '@caretaker/kube';
import type { CrdEntry } from '../catalog/types.ts';
import { messageOf } from '../errors.ts';
import { type Dependency, isBuiltinGroup } from '../gates/gate.ts';
import { KindWatch } from './kind-watch.ts';

export interface KindsOptions {
  informers: Informers;
  discovery: Discovery;
  clock: Clock;
  logger: Logger;
  crds: readonly CrdEntry[];
  /** Kinds have come or gone, or a CRD has. */
  changed: () => void;
  crdAdded: (crd: CrdEntry) => void;
  crdRemoved: (crd: CrdEntry) => void;
}

/** After a CRD changed the API server takes a moment to serve it: look again after so many milliseconds. */
const looksMs: readonly number[] = [50, 500, 2000, 10_000];

/** Which kinds the cluster has: by discovery, read again when a CRD comes, goes or changes. */
export class Kinds {
  readonly #options: KindsOptions;
  readonly #crds: KindWatch;
  readonly #crdNames = new Map<string, string>();
  readonly #faults: FaultLog;
  readonly #unsubscribe: () => void;
  #known: ReadonlySet<string> | undefined;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: KindsOptions) {
    this.#options = options;
    this.#faults = new FaultLog(options.logger, options.clock);
    for (const crd of options.crds) this.#crdNames.set(keyOf(crd), crd.name);
    this.#crds = new KindWatch({
      informers: options.informers,
      discovery: options.discovery,
      spec: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadataOnly: true },
      changed: () => this.#crdsChanged(),
    });
    this.#unsubscribe = options.discovery.onChange(() => {
      this.#crds.refresh();
      options.changed();
    });
  }

  /** Reads discovery and the CRDs. Rejects when the API server does not answer. */
  async start(signal?: AbortSignal): Promise<void> {
    await this.#options.discovery.list();
    this.#crds.refresh();
    await this.#crds.whenReady(signal);
    this.#known = this.#names();
  }

  /** How a kind stands, from caches. */
  dependency(kind: GroupVersionKind): Dependency {
    const crd = this.#crdNames.get(keyOf(kind));
    const { apiVersion, kind: name } = kind;
    const known = crd === undefined ? {} : { crd };
    if (this.#options.discovery.peek(kind) !== undefined) return { apiVersion, kind: name, ...known, state: 'served' };
    const exists = isBuiltinGroup(apiVersion) || (crd !== undefined && this.#crds.get(undefined, crd) !== undefined);
    return { apiVersion, kind: name, ...known, state: exists ? 'unserved' : 'missing' };
  }

  /** The CRD entry of the catalog for a name. */
  crd(name: string): CrdEntry | undefined {
    return this.#options.crds.find((entry) => entry.name === name);
  }

  /** Looks at the API server again, now and a few times more. */
  lookAgain(): void {
    this.#look(0);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#unsubscribe();
    this.#crds.close();
  }

  #crdsChanged(): void {
    const before = this.#known;
    // Filling the cache for the first time is no change.
    if (before === undefined) return;
    const now = this.#names();
    for (const crd of this.#options.crds) {
      if (now.has(crd.name) && !before.has(crd.name)) this.#options.crdAdded(crd);
      if (!now.has(crd.name) && before.has(crd.name)) this.#options.crdRemoved(crd);
    }
    this.#known = now;
    this.#look(0);
    this.#options.changed();
  }

  #names(): Set<string> {
    return new Set(this.#crds.items.map((crd) => crd.metadata.name ?? ''));
  }

  #look(index: number): void {
    const delay = looksMs[index];
    if (delay === undefined || this.#closed) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(delay, () => {
      this.#options.discovery.invalidate();
      this.#options.discovery.list().then(
        () => this.#faults.clear('discovery'),
        (error: unknown) =>
          this.#faults.report('discovery', 'Failed to read the kinds of the cluster', messageOf(error), { error: messageOf(error) }),
      );
      this.#look(index + 1);
    });
  }
}

function keyOf(kind: GroupVersionKind): string {
  return `${kind.apiVersion}/${kind.kind}`;
}
