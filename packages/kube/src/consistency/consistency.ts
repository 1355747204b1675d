import { isNotFound } from '../errors/api-error.ts';
import type { KubeClient } from '../types/client.ts';
import type { Clock } from '../types/clock.ts';
import type { Informer } from '../types/informer.ts';
import type { MetricsRegistry } from '../types/metrics.ts';
import type { KubeObject, ObjectRef } from '../types/object.ts';
import { atLeast, newer } from './resource-version.ts';

export interface ConsistencyOptions {
  clock: Clock;
  metrics?: MetricsRegistry;
}

/** What to decide on, and where it is from. */
export interface Reading {
  object: KubeObject | undefined;
  from: 'cache' | 'live';
}

/**
 * Read-your-writes over informer caches (KEP-5647): remembers the versions of own writes per key (an object's or an owner's, the caller's choice) and knows whether the
 * caches involved have seen them, be it by event, bookmark or list version. A bookmark counts, so that an object created and deleted in one breath blocks nobody.
 */
export interface Consistency {
  /** A write of this process was answered with this version (for a deletion: the version of the object deleted). */
  wrote(key: string, informer: Informer, resourceVersion: string | undefined): void;
  /** Every write remembered for the key is in its cache. */
  caughtUp(key: string): boolean;
  /** Resolves to true as soon as the caches have caught up, to false after `maxMs` milliseconds. Rejects when the signal aborts. */
  wait(key: string, maxMs: number, signal?: AbortSignal): Promise<boolean>;
  /** The object from the cache when it has caught up, waiting up to `maxMs`; else live from the server. */
  read(key: string, ref: ObjectRef, informer: Informer, client: KubeClient, maxMs: number, signal?: AbortSignal): Promise<Reading>;
  /** The key is gone. */
  forget(key: string): void;
  readonly size: number;
}

export function createConsistency(options: ConsistencyOptions): Consistency {
  return new WriteMemory(options);
}

class WriteMemory implements Consistency {
  readonly #clock: Clock;
  readonly #writes = new Map<string, Map<Informer, string>>();
  readonly #waits: ((result: 'caught_up' | 'timed_out') => void) | undefined;

  constructor(options: ConsistencyOptions) {
    this.#clock = options.clock;
    const waits = options.metrics?.counter({
      name: 'read_your_writes_waits_total',
      help: 'Passes that waited for a cache to show their own writes, by outcome.',
      labelNames: ['result'],
    });
    for (const result of ['caught_up', 'timed_out']) waits?.inc({ result }, 0);
    this.#waits = waits === undefined ? undefined : (result) => waits.inc({ result });
  }

  get size(): number {
    return this.#writes.size;
  }

  wrote(key: string, informer: Informer, resourceVersion: string | undefined): void {
    if (resourceVersion === undefined || atLeast(informer.resourceVersion, resourceVersion)) return;
    let versions = this.#writes.get(key);
    if (versions === undefined) {
      versions = new Map();
      this.#writes.set(key, versions);
    }
    versions.set(informer, newer(versions.get(informer), resourceVersion));
  }

  caughtUp(key: string): boolean {
    const versions = this.#writes.get(key);
    if (versions === undefined) return true;
    for (const [informer, version] of versions) if (atLeast(informer.resourceVersion, version)) versions.delete(informer);
    if (versions.size > 0) return false;
    this.#writes.delete(key);
    return true;
  }

  async wait(key: string, maxMs: number, signal?: AbortSignal): Promise<boolean> {
    if (this.caughtUp(key)) return true;
    const informers = [...(this.#writes.get(key)?.keys() ?? [])];
    const result = await new Promise<boolean>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const end = (): void => {
        timer.cancel();
        signal?.removeEventListener('abort', onAbort);
        for (const unsubscribe of subscriptions) unsubscribe();
      };
      const onAbort = (): void => {
        end();
        reject(signal?.reason);
      };
      const settle = (caughtUp: boolean): void => {
        end();
        resolve(caughtUp);
      };
      const timer = this.#clock.after(maxMs, () => settle(false));
      const subscriptions = informers.map((informer) =>
        informer.subscribe({
          progress: () => {
            if (this.caughtUp(key)) settle(true);
          },
        }),
      );
      signal?.addEventListener('abort', onAbort, { once: true });
    });
    this.#waits?.(result ? 'caught_up' : 'timed_out');
    return result;
  }

  async read(key: string, ref: ObjectRef, informer: Informer, client: KubeClient, maxMs: number, signal?: AbortSignal): Promise<Reading> {
    if (await this.wait(key, maxMs, signal)) return { object: informer.get(ref.namespace, ref.name), from: 'cache' };
    const object = await client.get(ref, signal === undefined ? {} : { signal }).catch((thrown: unknown) => {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    });
    return { object, from: 'live' };
  }

  forget(key: string): void {
    this.#writes.delete(key);
  }
}
