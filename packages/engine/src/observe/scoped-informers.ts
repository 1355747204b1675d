import type { Clock, Informer, InformerHandler, InformerSpec, Informers, KubeObject } from '@caretaker/kube';

export interface ScopedInformersOptions {
  informers: Informers;
  clock: Clock;
  /** The spec for one namespace, or for the whole cluster when left out. */
  spec: (namespace: string | undefined) => InformerSpec;
  namespaced: boolean;
  /** Beyond this many namespaces, one informer for the cluster takes over. */
  namespaceLimit: number;
  handler: Pick<InformerHandler, 'added' | 'modified' | 'deleted'>;
  /** Trouble came (error) or went (undefined). */
  onTrouble: (error: Error | undefined) => void;
}

interface Held {
  informer: Informer;
  stop: () => void;
  trouble: Error | undefined;
}

/** The informers of one kind: one per namespace in use while these are few, else one for all. */
export class ScopedInformers {
  private readonly options: ScopedInformersOptions;
  private readonly held = new Map<string, Held>();

  constructor(options: ScopedInformersOptions) {
    this.options = options;
  }

  /** The informer that serves a namespace, when its cache is complete. */
  serving(namespace: string | undefined): Informer | undefined {
    const wide = this.held.get(everywhere)?.informer;
    if (wide?.synced) return wide;
    const own = namespace === undefined ? undefined : this.held.get(namespace)?.informer;
    return own?.synced ? own : undefined;
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.serving(namespace)?.get(namespace, name);
  }

  /** What is wrong with the informer of a namespace now. */
  trouble(namespace: string | undefined): Error | undefined {
    const wide = this.held.get(everywhere);
    return wide ? wide.trouble : this.held.get(namespace ?? everywhere)?.trouble;
  }

  /** Starts watching a namespace if need be, and waits until its cache is complete. Rejects when it cannot be filled in time. */
  async ensure(namespace: string | undefined, timeoutMs: number, signal?: AbortSignal): Promise<void> {
    if (this.serving(namespace)) return;
    const scope = this.scopeFor(namespace);
    const entry = this.held.get(scope) ?? this.acquire(scope);
    await this.synced(entry.informer, scope, timeoutMs, signal);
    if (scope === everywhere) this.releaseNamespaces();
  }

  *objects(): Iterable<KubeObject> {
    const wide = this.held.get(everywhere)?.informer;
    if (wide?.synced) yield* wide.list();
    else for (const { informer } of this.held.values()) yield* informer.list();
  }

  byIndex(index: string, key: string): readonly KubeObject[] {
    const wide = this.held.get(everywhere)?.informer;
    if (wide?.synced) return wide.byIndex(index, key);
    return [...this.held.values()].flatMap(({ informer }) => informer.byIndex(index, key));
  }

  get size(): number {
    return this.held.size;
  }

  /** Stops what cannot be filled: nobody waits for it any more. */
  giveUp(): void {
    for (const [scope, { informer }] of [...this.held]) if (!informer.synced) this.drop(scope);
  }

  release(): void {
    for (const scope of [...this.held.keys()]) this.drop(scope);
  }

  private scopeFor(namespace: string | undefined): string {
    if (!this.options.namespaced || namespace === undefined || this.held.has(everywhere)) return everywhere;
    return this.held.has(namespace) || this.held.size < this.options.namespaceLimit ? namespace : everywhere;
  }

  private acquire(scope: string): { informer: Informer } {
    const informer = this.options.informers.acquire(this.options.spec(scope === everywhere ? undefined : scope));
    const entry: Held = { informer, stop: () => {}, trouble: undefined };
    this.held.set(scope, entry);
    entry.stop = informer.subscribe({
      ...this.options.handler,
      failing: (error) => {
        entry.trouble = error;
        this.options.onTrouble(error);
      },
      healthy: () => {
        entry.trouble = undefined;
        this.options.onTrouble(undefined);
      },
    });
    return entry;
  }

  private synced(informer: Informer, scope: string, timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    const end = new AbortController();
    return new Promise<void>((resolve, reject) => {
      const onAbort = (): void => finish(() => reject(signal?.reason));
      const timer = this.options.clock.after(timeoutMs, () => finish(() => reject(this.held.get(scope)?.trouble ?? timedOut(timeoutMs))));
      const stop = informer.subscribe({ failing: (error) => finish(() => reject(error)) });
      const finish = (settle: () => void): void => {
        timer.cancel();
        stop();
        signal?.removeEventListener('abort', onAbort);
        settle();
        end.abort();
      };
      if (signal?.aborted) return onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      const known = this.held.get(scope)?.trouble;
      if (known && !informer.synced) return finish(() => reject(known));
      informer.waitForSync(end.signal).then(
        () => finish(resolve),
        (error: unknown) => finish(() => reject(error)),
      );
    });
  }

  private releaseNamespaces(): void {
    for (const scope of [...this.held.keys()]) if (scope !== everywhere) this.drop(scope);
  }

  private drop(scope: string): void {
    const entry = this.held.get(scope);
    this.held.delete(scope);
    entry?.stop();
    entry?.informer.release();
  }
}

const everywhere = '';

function timedOut(timeoutMs: number): Error {
  return new Error(`the cache was not complete after ${Math.round(timeoutMs / 1000)} s`);
}
