import type { Discovery, Informer, InformerSpec, Informers, KubeObject } from '@caretaker/kube';

export interface KindWatchOptions {
  informers: Informers;
  discovery: Discovery;
  spec: InformerSpec;
  /** Something this watch holds has changed, or the watch has become ready. */
  changed: (object: KubeObject | undefined) => void;
  /** The watch cannot read; told on each change of the reason. `undefined`: it reads again. */
  failing?: (error: Error | undefined) => void;
}

/**
 * A watch on a kind that the cluster may or may not have: it starts when discovery has the kind and stops when the kind is gone. What
 * cannot be read counts as absent, so that one missing permission does not hold up everything else.
 */
export class KindWatch {
  readonly #options: KindWatchOptions;
  #informer: Informer | undefined;
  #unsubscribe: (() => void) | undefined;
  #failing = false;
  #waiting: (() => void)[] = [];
  #closed = false;

  constructor(options: KindWatchOptions) {
    this.#options = options;
  }

  /** Nothing more is to come before an answer can be given: synced, not served, or unreadable. */
  get ready(): boolean {
    return this.#informer === undefined
      ? this.#options.discovery.peek(this.#options.spec) === undefined
      : this.#informer.synced || this.#failing;
  }

  /** Whether it holds an informer. */
  get active(): boolean {
    return this.#informer !== undefined;
  }

  get items(): readonly KubeObject[] {
    return this.#informer === undefined ? [] : [...this.#informer.list()];
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#informer?.get(namespace, name);
  }

  /** Starts or stops as discovery says. */
  refresh(): void {
    if (this.#closed) return;
    const served = this.#options.discovery.peek(this.#options.spec) !== undefined;
    if (served && this.#informer === undefined) this.#start();
    else if (!served && this.#informer !== undefined) {
      this.#stop();
      this.#options.changed(undefined);
    }
    if (this.ready) this.#wake();
  }

  /** Resolves when ready; rejects with the signal's reason. */
  async whenReady(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.ready) return;
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.push(() => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
    });
  }

  close(): void {
    this.#closed = true;
    this.#stop();
    this.#wake();
  }

  #start(): void {
    const { changed, failing } = this.#options;
    const informer = this.#options.informers.acquire(this.#options.spec);
    this.#informer = informer;
    this.#unsubscribe = informer.subscribe({
      added: (object, initial) => {
        if (!initial) changed(object);
      },
      modified: (object) => changed(object),
      deleted: (object) => changed(object),
      synced: () => {
        this.#wake();
        changed(undefined);
      },
      failing: (error) => {
        this.#failing = true;
        this.#wake();
        failing?.(error);
      },
      healthy: () => {
        this.#failing = false;
        failing?.(undefined);
      },
    });
  }

  #stop(): void {
    this.#unsubscribe?.();
    this.#informer?.release();
    this.#informer = undefined;
    this.#unsubscribe = undefined;
    this.#failing = false;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
