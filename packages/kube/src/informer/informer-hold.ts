import type { Informer, InformerHandler, InformerSpec } from '../types/informer.ts';
import type { KubeObject } from '../types/object.ts';
import type { SharedInformer } from './shared-informer.ts';
import { storeKey } from './store.ts';

/** One reader's hold on a shared informer. */
export class InformerHold implements Informer {
  readonly #shared: SharedInformer;
  readonly #onRelease: () => void;
  readonly #subscriptions = new Set<() => void>();
  #released = false;

  constructor(shared: SharedInformer, onRelease: () => void) {
    this.#shared = shared;
    this.#onRelease = onRelease;
  }

  get spec(): InformerSpec {
    return this.#shared.spec;
  }

  get synced(): boolean {
    return this.#shared.synced;
  }

  get resourceVersion(): string | undefined {
    return this.#shared.resourceVersion;
  }

  get size(): number {
    return this.#shared.store.size;
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#shared.store.get(storeKey(namespace, name));
  }

  list(): Iterable<KubeObject> {
    return this.#shared.store.values();
  }

  byIndex(index: string, key: string): readonly KubeObject[] {
    return this.#shared.store.byIndex(index, key);
  }

  subscribe(handler: InformerHandler): () => void {
    if (this.#released) return () => undefined;
    const unsubscribe = this.#shared.subscribe(handler);
    this.#subscriptions.add(unsubscribe);
    return () => {
      this.#subscriptions.delete(unsubscribe);
      unsubscribe();
    };
  }

  waitForSync(signal?: AbortSignal): Promise<void> {
    return this.#shared.waitForSync(signal);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#subscriptions.clear();
    this.#onRelease();
  }
}
