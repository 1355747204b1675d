/** Starts the operator in this process: what the binary, the command line and the demo call. */
import { randomUUID } from 'node:crypto';
import {
  type Clock,
  type Component,
  createClient,
  createController,
  createDiscovery,
  createEventRecorder,
  createInformers,
  createLeaderElector,
  createLimiter,
  createLogger,
  createManager,
  createMetrics,
  createMetricsServer,
  createProbeServer,
  fencedTransport,
  type Logger,
  type MetricsRegistry,
  type Random,
  registerProcessMetrics,
  silentLogger,
  systemClock,
  systemRandom,
  type Transport,
} from '@caretaker/kube';
import { fieldManager } from '../api/names.ts';
import { openSource, type SourceFactory } from '../sources/config.ts';
import { createCore } from './core.ts';
import { defaultFlags, type OperatorFlags } from './flags.ts';
import type { Runtime } from './runtime.ts';

export interface StartOptions {
  /** The way to the API server; not closed by the operator. */
  transport: Transport;
  flags?: Partial<OperatorFlags>;
  clock?: Clock;
  random?: Random;
  logger?: Logger;
  metrics?: MetricsRegistry;
  /** Opens databases; tests give their own. */
  createSource?: SourceFactory;
  /** Unique per process; the holder of the lease. */
  identity?: string;
}

export interface RunningOperator {
  readonly metrics: MetricsRegistry;
  /** Ports that were bound, when an address asked for any free one (`127.0.0.1:0`). */
  readonly ports: { metrics: number | undefined; probes: number | undefined };
  /** Whether caches are synced and controllers run. */
  readonly ready: boolean;
  /** Resolves when it has stopped; rejects when it could not start or lost its lease. */
  readonly done: Promise<void>;
  /** Finishes what is under way, gives the lease back, stops. */
  stop(): Promise<void>;
}

const leaseName = 'f2130106.kubernetes-tenants.org';

/** Begins at once; `done` tells how it ended. */
export function startTenantOperator(options: StartOptions): RunningOperator {
  const flags: OperatorFlags = { ...defaultFlags, ...options.flags };
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const logger =
    options.logger ??
    createLogger({ clock, write: (line) => void process.stdout.write(line), format: flags.logFormat, level: flags.logLevel });
  const metrics = options.metrics ?? createMetrics();
  registerProcessMetrics(metrics);
  const identity = options.identity ?? `${process.env['POD_NAME'] ?? 'tenant-operator'}_${randomUUID()}`;
  const userAgent = fieldManager;

  const limiter = createLimiter({
    clock,
    logger,
    ...(flags.kubeApiQps === undefined ? {} : { qps: flags.kubeApiQps }),
    ...(flags.kubeApiBurst === undefined ? {} : { burst: flags.kubeApiBurst }),
  });
  const discovery = createDiscovery({ transport: options.transport, clock, userAgent });
  const clientOver = (transport: Transport) =>
    createClient({ transport, clock, discovery, fieldManager, limiter, logger, metrics, userAgent });
  const elector = flags.leaderElect
    ? createLeaderElector({
        client: clientOver(options.transport),
        clock,
        random,
        logger,
        metrics,
        namespace: flags.namespace,
        name: leaseName,
        identity,
      })
    : undefined;
  const client = clientOver(elector ? fencedTransport(options.transport, elector.fence) : options.transport);
  const informers = createInformers({ client, clock, random, logger, metrics, discovery });
  const runtime: Runtime = {
    client,
    informers,
    discovery,
    clock,
    random,
    logger,
    metrics,
    events: createEventRecorder({ client, clock, component: fieldManager, instance: identity, logger }),
    // Controllers of this operator tell their own failures, with the words that the runbooks look for.
    createController: (spec) => createController(spec, { clock, random, logger: silentLogger, metrics }),
  };

  const core = createCore(runtime, { flags, createSource: options.createSource ?? openSource });
  const manager = createManager({ clock, logger, ...(elector ? { elector } : {}) });
  const metricsServer = flags.metricsBindAddress === '0' ? undefined : createMetricsServer(flags.metricsBindAddress, metrics);
  const probes = flags.healthProbeBindAddress === '0' ? undefined : createProbeServer(flags.healthProbeBindAddress);
  probes?.addReadiness('controllers', () => {
    if (!core.synced && (elector === undefined || elector.leading)) throw new Error('caches are not synced yet');
  });
  const closing: Component = { name: 'informers', start: () => undefined, stop: () => informers.close() };
  for (const component of [metricsServer, probes, closing]) if (component) manager.add(component);
  manager.addForLeader(core);

  const ending = new AbortController();
  const done = manager.run(ending.signal);
  return {
    metrics,
    get ports() {
      return { metrics: metricsServer?.port, probes: probes?.port };
    },
    get ready() {
      return manager.running;
    },
    done,
    stop: () => {
      ending.abort(new Error('stop'));
      return done;
    },
  };
}
