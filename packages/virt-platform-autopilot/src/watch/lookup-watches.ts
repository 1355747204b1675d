import type { Discovery, InformerSpec, Informers, KubeObject } from '@caretaker/kube';
import { type ClusterView, type Lookup, lookupKey } from '../render/cluster-view.ts';
import { KindWatch } from './kind-watch.ts';

export interface LookupWatchesOptions {
  informers: Informers;
  discovery: Discovery;
  /** An input of these users (asset names, tombstones) has changed. */
  changed: (users: readonly string[]) => void;
}

interface Entry {
  watch: KindWatch;
  users: Set<string>;
}

/** The watches behind what templates look up. Each exists while somebody's last rendering used it. */
export class LookupWatches implements ClusterView {
  readonly #options: LookupWatchesOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: LookupWatchesOptions) {
    this.#options = options;
  }

  /** From caches; nothing while the watch is young (see `settle`). */
  find(lookup: Lookup): readonly KubeObject[] {
    const { items } = this.#entry(lookup).watch;
    return lookup.name === undefined ? items : items.filter((object) => object.metadata.name === lookup.name);
  }

  /** Whether all of them had an answer at once; if not, waits until they have. */
  async settle(lookups: readonly Lookup[], signal?: AbortSignal): Promise<boolean> {
    const open = lookups.map((lookup) => this.#entry(lookup).watch).filter((watch) => !watch.ready);
    await Promise.all(open.map((watch) => watch.whenReady(signal)));
    return open.length === 0;
  }

  /** From now on `user` depends on exactly these; what nobody uses any more is closed. */
  use(user: string, lookups: readonly Lookup[]): void {
    const keys = new Set(lookups.map(lookupKey));
    for (const lookup of lookups) this.#entry(lookup).users.add(user);
    for (const [key, entry] of this.#entries) {
      if (keys.has(key) || !entry.users.delete(user) || entry.users.size > 0) continue;
      entry.watch.close();
      this.#entries.delete(key);
    }
  }

  refresh(): void {
    for (const { watch } of this.#entries.values()) watch.refresh();
  }

  close(): void {
    for (const { watch } of this.#entries.values()) watch.close();
    this.#entries.clear();
  }

  #entry(lookup: Lookup): Entry {
    const key = lookupKey(lookup);
    const known = this.#entries.get(key);
    if (known) return known;
    const users = new Set<string>();
    const watch = new KindWatch({
      informers: this.#options.informers,
      discovery: this.#options.discovery,
      spec: specOf(lookup, this.#options.discovery.peek(lookup)?.namespaced ?? true),
      changed: () => {
        if (users.size > 0) this.#options.changed([...users]);
      },
    });
    const entry = { watch, users };
    this.#entries.set(key, entry);
    watch.refresh();
    return entry;
  }
}

/** A namespace means nothing to a cluster-scoped kind. */
function specOf(lookup: Lookup, namespaced: boolean): InformerSpec {
  return {
    apiVersion: lookup.apiVersion,
    kind: lookup.kind,
    ...(lookup.namespace === undefined || !namespaced ? {} : { namespace: lookup.namespace }),
    ...(lookup.name === undefined ? {} : { fieldSelector: `metadata.name=${lookup.name}` }),
    transform: withoutManagedFields,
    variant: 'lookup',
  };
}

function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
