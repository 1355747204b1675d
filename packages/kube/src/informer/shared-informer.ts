import { KubeError } from '../errors/kube-error.ts';
import { errorValues } from '../logs/error-values.ts';
import type { InformerHandler, InformerSpec } from '../types/informer.ts';
import type { Logger } from '../types/logger.ts';
import type { KubeObject } from '../types/object.ts';
import { keyOfObject, ObjectStore } from './store.ts';
import type { Emission } from './watcher-state.ts';

/** The cache of one kind and those who listen to it. Takes what a watcher emits; asks for nothing itself. */
export class SharedInformer {
  readonly spec: InformerSpec;
  readonly store = new ObjectStore();
  readonly #logger: Logger;
  readonly #handlers = new Set<{ readonly handler: InformerHandler }>();
  readonly #waiting = new Set<{ resolve: () => void; reject: (error: Error) => void }>();
  /** The full set that is arriving, while it is not the first one. */
  #replacement: Map<string, KubeObject> | undefined;
  #failing = false;
  synced = false;
  resourceVersion: string | undefined;

  constructor(spec: InformerSpec, logger: Logger) {
    this.spec = spec;
    this.#logger = logger;
    this.addIndexes(spec);
  }

  addIndexes(spec: InformerSpec): void {
    for (const [name, keysOf] of Object.entries(spec.indexes ?? {})) this.store.addIndex(name, keysOf);
  }

  subscribe(handler: InformerHandler): () => void {
    if (handler.added !== undefined) for (const object of this.store.values()) this.#call(() => handler.added?.(object, true));
    if (this.synced) this.#call(() => handler.synced?.());
    // Boxed: the same handler may be subscribed twice, and is taken off each time alone.
    const subscription = { handler };
    this.#handlers.add(subscription);
    return () => void this.#handlers.delete(subscription);
  }

  /** Resolves when synced; rejects when the signal aborts or the informer is closed. */
  waitForSync(signal?: AbortSignal): Promise<void> {
    if (this.synced) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const end = (): void => {
        this.#waiting.delete(waiter);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        end();
        reject(signal?.reason);
      };
      const waiter = {
        resolve: () => {
          end();
          resolve();
        },
        reject: (error: Error) => {
          end();
          reject(error);
        },
      };
      this.#waiting.add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  take(emission: Emission): void {
    switch (emission.type) {
      case 'begin':
        // The very first set goes straight in; a later one, or one that started anew, is compared with what is there.
        this.#replacement = this.store.size === 0 && !this.synced ? undefined : new Map();
        return;
      case 'item':
        this.#item(this.#transform(emission.object));
        return;
      case 'gone':
        if (this.#replacement === undefined) this.#remove(this.#transform(emission.object));
        else this.#replacement.delete(keyOfObject(emission.object));
        return;
      case 'complete':
        this.#complete(emission.resourceVersion);
        return;
      case 'change':
        if (emission.change === 'DELETED') this.#remove(this.#transform(emission.object));
        else this.#put(keyOfObject(emission.object), this.#transform(emission.object));
        return;
      case 'progress':
        this.#progress(emission.resourceVersion);
        return;
    }
  }

  failing(error: Error): void {
    this.#failing = true;
    this.#notify((handler) => handler.failing?.(error));
  }

  healthy(): void {
    if (!this.#failing) return;
    this.#failing = false;
    this.#notify((handler) => handler.healthy?.());
  }

  close(): void {
    const error = new KubeError('KUBE_INFORMER_CLOSED', `the informer of ${this.spec.kind} was closed before it had synced`);
    for (const waiter of [...this.#waiting]) waiter.reject(error);
    this.#handlers.clear();
  }

  #transform(object: KubeObject): KubeObject {
    return this.spec.transform === undefined ? object : this.spec.transform(object);
  }

  #item(object: KubeObject): void {
    const key = keyOfObject(object);
    if (this.#replacement === undefined) {
      this.#put(key, object);
      return;
    }
    // Keeping the object that is there lets the new one be collected before the set is complete.
    const known = this.store.get(key);
    this.#replacement.set(key, known !== undefined && sameVersion(known, object) ? known : object);
  }

  #complete(resourceVersion: string): void {
    const replacement = this.#replacement;
    this.#replacement = undefined;
    if (replacement !== undefined) {
      for (const key of [...this.store.keys()]) if (!replacement.has(key)) this.#removeKey(key);
      for (const [key, object] of replacement) this.#put(key, object);
    }
    const first = !this.synced;
    this.synced = true;
    this.#progress(resourceVersion);
    if (!first) return;
    this.#notify((handler) => handler.synced?.());
    for (const waiter of [...this.#waiting]) waiter.resolve();
  }

  /** An object made anew under its old name went and came: its deletion is told first. */
  #put(key: string, object: KubeObject): void {
    const known = this.store.get(key);
    if (known === object || (known !== undefined && sameVersion(known, object))) return;
    if (known !== undefined && known.metadata.uid !== object.metadata.uid) this.#removeKey(key);
    const old = this.store.set(key, object);
    const initial = !this.synced;
    if (old === undefined) this.#notify((handler) => handler.added?.(object, initial));
    else this.#notify((handler) => handler.modified?.(object, old));
  }

  #removeKey(key: string): void {
    const old = this.store.delete(key);
    if (old !== undefined) this.#notify((handler) => handler.deleted?.(old));
  }

  #remove(last: KubeObject): void {
    if (this.store.delete(keyOfObject(last)) !== undefined) this.#notify((handler) => handler.deleted?.(last));
  }

  #progress(resourceVersion: string): void {
    if (resourceVersion === this.resourceVersion || resourceVersion === '') return;
    this.resourceVersion = resourceVersion;
    this.#notify((handler) => handler.progress?.(resourceVersion));
  }

  #notify(tell: (handler: InformerHandler) => void): void {
    for (const { handler } of [...this.#handlers]) this.#call(() => tell(handler));
  }

  /** One reader's fault is not the others'. */
  #call(tell: () => void): void {
    try {
      tell();
    } catch (thrown) {
      this.#logger.error('Informer handler failed', { kind: this.spec.kind, ...errorValues(thrown) });
    }
  }
}

function sameVersion(a: KubeObject, b: KubeObject): boolean {
  return (
    a.metadata.resourceVersion !== undefined &&
    a.metadata.resourceVersion === b.metadata.resourceVersion &&
    a.metadata.uid === b.metadata.uid
  );
}
