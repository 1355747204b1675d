import { settledWithin } from '../clock/wait.ts';
import { UnknownKindError } from '../errors/unknown-kind-error.ts';
import { errorValues } from '../logs/error-values.ts';
import { FaultLog } from '../logs/fault-log.ts';
import type { KubeClient } from '../types/client.ts';
import type { Clock, Random } from '../types/clock.ts';
import type { Discovery } from '../types/discovery.ts';
import type { Informer, InformerSpec, Informers } from '../types/informer.ts';
import type { Logger } from '../types/logger.ts';
import type { MetricsRegistry } from '../types/metrics.ts';
import { InformerHold } from './informer-hold.ts';
import { informerMetrics } from './informer-metrics.ts';
import { SharedInformer } from './shared-informer.ts';
import { Watcher } from './watcher.ts';

export interface InformersOptions {
  client: KubeClient;
  clock: Clock;
  random: Random;
  logger: Logger;
  metrics?: MetricsRegistry;
  /** With it, informers of a kind that was missing try again at once when kinds change. */
  discovery?: Discovery;
}

/** A running informer with the number of those who hold it. */
interface Running {
  shared: SharedInformer;
  watcher: Watcher;
  holds: number;
  stop: AbortController;
  ended: Promise<void>;
}

const closeWithinMs = 5_000;

/** All informers of a process: equal specs share one watch, which starts with the first hold and stops with the last. */
export function createInformers(options: InformersOptions): Informers {
  return new SharedInformers(options);
}

class SharedInformers implements Informers {
  readonly #options: InformersOptions;
  readonly #running = new Map<string, Running>();
  readonly #stopping = new Set<Promise<void>>();
  readonly #faults: FaultLog;
  readonly #metrics: ReturnType<typeof informerMetrics> | undefined;
  readonly #unsubscribe: (() => void) | undefined;

  constructor(options: InformersOptions) {
    this.#options = options;
    this.#faults = new FaultLog(options.logger, options.clock);
    this.#metrics =
      options.metrics === undefined
        ? undefined
        : informerMetrics(options.metrics, () => [...this.#running.values()].map(({ shared }) => shared));
    this.#unsubscribe = options.discovery?.onChange(() => {
      for (const { watcher } of this.#running.values()) watcher.hurry();
    });
  }

  acquire(spec: InformerSpec): Informer {
    const key = keyOfSpec(spec);
    const known = this.#running.get(key);
    const running = known ?? this.#start(spec, key);
    if (known !== undefined) known.shared.addIndexes(spec);
    running.holds++;
    return new InformerHold(running.shared, () => {
      if (--running.holds === 0) this.#stop(key, running);
    });
  }

  async close(): Promise<void> {
    this.#unsubscribe?.();
    for (const [key, running] of [...this.#running]) this.#stop(key, running);
    // A transport that does not heed its signal must not hold up the process.
    await settledWithin(this.#options.clock, Promise.all(this.#stopping), closeWithinMs);
  }

  #start(spec: InformerSpec, key: string): Running {
    const { client, clock, random, logger, discovery } = this.#options;
    const shared = new SharedInformer(spec, logger);
    const stop = new AbortController();
    const names = { kind: spec.kind, apiVersion: spec.apiVersion, namespace: spec.namespace };
    const watcher = new Watcher({
      spec,
      client,
      clock,
      random,
      lookAgain: async () => {
        discovery?.invalidate();
        return discovery !== undefined && (await discovery.find(spec)) === undefined ? new UnknownKindError(spec) : undefined;
      },
      sink: {
        emit: (emission) => shared.take(emission),
        requested: (what) => this.#metrics?.requested(spec, what),
        accepted: () => {
          this.#faults.clear(key, 'Watch works again', names);
          shared.healthy();
        },
        failed: (error) => {
          this.#faults.report(key, 'Watch failed', error.message, { ...names, ...errorValues(error) });
          shared.failing(error);
        },
      },
    });
    // Started on a later microtask, so that whoever acquires can subscribe before the first event.
    const ended = Promise.resolve().then(() => watcher.run(stop.signal));
    const running = { shared, watcher, holds: 0, stop, ended };
    this.#running.set(key, running);
    return running;
  }

  #stop(key: string, running: Running): void {
    if (this.#running.get(key) === running) this.#running.delete(key);
    running.stop.abort();
    running.shared.close();
    this.#faults.clear(key);
    const ended = running.ended.finally(() => this.#stopping.delete(ended));
    this.#stopping.add(ended);
  }
}

/** Specs with the same key share one watch. `indexes` are added to it, `transform` is told apart by `variant`. */
function keyOfSpec(spec: InformerSpec): string {
  const { apiVersion, kind, namespace, labelSelector, fieldSelector, metadataOnly, variant } = spec;
  return JSON.stringify([
    apiVersion,
    kind,
    namespace ?? '',
    labelSelector ?? '',
    fieldSelector ?? '',
    metadataOnly ?? false,
    variant ?? '',
  ]);
}
