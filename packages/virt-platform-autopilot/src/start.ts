import {
  type Clock,
  type Component,
  createClient,
  createDiscovery,
  createEventRecorder,
  createHttpEndpoint,
  createInformers,
  createLeaderElector,
  createManager,
  createMetrics,
  createMetricsServer,
  createProbeServer,
  fencedTransport,
  type HttpEndpoint,
  type Limiter,
  type Logger,
  type MetricsRegistry,
  type Random,
  registerProcessMetrics,
  silentLogger,
  sleep,
  systemClock,
  systemRandom,
  type Transport,
} from '@caretaker/kube';
import { type LoadedCatalog, loadCatalog } from './catalog/load.ts';
import { shippedAssets } from './command/flags.ts';
import { Autopilot } from './controller/autopilot.ts';
import { debugPages } from './debug/pages.ts';
import { messageOf } from './errors.ts';
import { defaultNamespace, fieldManager, leaseName, operatorName } from './names.ts';

export interface StartAutopilotOptions {
  /** The API server. It is not closed at the end. */
  transport: Transport;
  /** [the real ones] */
  clock?: Clock;
  random?: Random;
  /** [silent] */
  logger?: Logger;
  /** [a new one] */
  metrics?: MetricsRegistry;
  limiter?: Limiter;
  /** [the assets shipped] */
  catalog?: LoadedCatalog;
  /** Where the HyperConverged lives. [openshift-cnv] */
  namespace?: string;
  /** `.Images` of the templates (see `relatedImages`). [none] */
  images?: Readonly<Record<string, string>>;
  metricsPrefix?: string | undefined;
  concurrency?: number | undefined;
  /** Addresses to listen on, `host:port`; `0` = off. [all off] */
  metricsBindAddress?: string;
  debugBindAddress?: string;
  healthProbeBindAddress?: string;
  /** Works only while it holds the lease, under this name of the process. [no election] */
  identity?: string | undefined;
  /** How long to wait for an API server that does not answer before giving up, milliseconds. [10000] */
  startTimeoutMs?: number;
}

/** The HyperConverged hears of every asset, and an edit war must not use up the words that end it. */
const eventRule = { burst: 200, perSecond: 1 / 10 };

/** A running autopilot. */
export interface RunningAutopilot {
  readonly metrics: MetricsRegistry;
  /** Ports in use; undefined where the address was `0`. */
  readonly ports: { metrics: number | undefined; debug: number | undefined; probes: number | undefined };
  /** Settles when it has ended: by `stop`, or because leadership was lost (rejects). */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Starts the operator in this process and resolves when its caches are full (with election: at once). Throws `CatalogInvalid`. */
export async function startAutopilot(options: StartAutopilotOptions): Promise<RunningAutopilot> {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const logger = options.logger ?? silentLogger;
  const metrics = options.metrics ?? createMetrics();
  const namespace = options.namespace ?? defaultNamespace;
  const catalog = options.catalog ?? loadCatalog(shippedAssets);
  const stopProcessMetrics = registerProcessMetrics(metrics);
  const discovery = createDiscovery({ transport: options.transport, clock, userAgent: operatorName });
  const connection = {
    clock,
    discovery,
    fieldManager,
    metrics,
    userAgent: operatorName,
    ...(options.limiter === undefined ? {} : { limiter: options.limiter }),
  };
  const elector =
    options.identity === undefined
      ? undefined
      : createLeaderElector({
          client: createClient({ ...connection, transport: options.transport }),
          clock,
          random,
          logger,
          metrics,
          namespace,
          name: leaseName,
          identity: options.identity,
        });
  const transport = elector === undefined ? options.transport : fencedTransport(options.transport, elector.fence);
  const client = createClient({ ...connection, transport });
  const informers = createInformers({ client, clock, random, logger, metrics, discovery });
  const events = createEventRecorder({
    client,
    clock,
    component: operatorName,
    logger,
    spam: eventRule,
    ...(options.identity === undefined ? {} : { instance: options.identity }),
  });
  const autopilot = new Autopilot({
    client,
    informers,
    discovery,
    clock,
    random,
    logger,
    metrics,
    events,
    catalog,
    namespace,
    images: options.images ?? {},
    metricsPrefix: options.metricsPrefix,
    concurrency: options.concurrency,
  });
  const servers = endpoints(options, metrics, autopilot);
  const manager = createManager({ clock, logger, ...(elector === undefined ? {} : { elector }) });
  for (const server of Object.values(servers)) manager.add(server);
  manager.add({ name: 'process-metrics', start: () => undefined, stop: stopProcessMetrics });
  manager.add({ name: 'informers', start: () => undefined, stop: () => informers.close() });
  // With the leader's work, and stopped after it: once the lease is given back nothing may be written.
  manager.addForLeader({ name: 'events', start: () => undefined, stop: () => events.flush() });
  const started = Promise.withResolvers<void>();
  manager.addForLeader(
    operator(autopilot, { clock, logger, timeoutMs: options.startTimeoutMs ?? 10_000, started: () => started.resolve() }),
  );
  const stop = new AbortController();
  const ended = manager.run(stop.signal);
  // The caller may never look at `ended`; a failed start rejects below.
  ended.catch((error: unknown) => started.reject(error));
  if (elector === undefined) await started.promise;
  else started.promise.catch(() => undefined);
  return {
    metrics,
    get ports() {
      return { metrics: servers.metrics.port, debug: servers.debug.port, probes: servers.probes.port };
    },
    ended,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}

function endpoints(
  options: StartAutopilotOptions,
  metrics: MetricsRegistry,
  autopilot: Autopilot,
): Record<'metrics' | 'debug' | 'probes', HttpEndpoint> {
  return {
    metrics: createMetricsServer(options.metricsBindAddress ?? '0', metrics),
    debug: createHttpEndpoint('debug', options.debugBindAddress ?? '0', debugPages(autopilot.platform)),
    probes: createProbeServer(options.healthProbeBindAddress ?? '0'),
  };
}

/** The part that works only while leading. An API server that does not answer yet is waited for, bounded. */
function operator(autopilot: Autopilot, options: { clock: Clock; logger: Logger; timeoutMs: number; started: () => void }): Component {
  const { clock, logger } = options;
  return {
    name: 'platform',
    start: async () => {
      const until = clock.monotonic() + options.timeoutMs;
      for (;;) {
        try {
          await autopilot.start();
          options.started();
          return;
        } catch (error) {
          if (clock.monotonic() >= until) throw error;
          logger.warn('API server does not answer yet', { error: messageOf(error) });
          await sleep(clock, 500);
        }
      }
    },
    stop: (graceMs) => autopilot.stop(graceMs),
  };
}
