import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createLimiter, createLogger, createTransport, inClusterConfig, isInCluster, loadKubeconfig, systemClock } from '@caretaker/kube';
import { loadCatalog } from '../catalog/load.ts';
import { relatedImages } from '../context/images.ts';
import { operatorName } from '../names.ts';
import { startAutopilot } from '../start.ts';
import { parseRunFlags } from './flags.ts';

export interface Process {
  env: Readonly<Record<string, string | undefined>>;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  /** Aborted by SIGTERM and SIGINT. */
  signal: AbortSignal;
}

/** The operator as a process: runs until the signal. Throws `UsageInvalid`, `CatalogInvalid`, and what the connection throws. */
export async function runCommand(argv: readonly string[], process: Process): Promise<void> {
  const flags = parseRunFlags(argv);
  const clock = systemClock;
  const logger = createLogger({ write: process.stderr, clock, format: flags.logFormat, level: flags.logLevel });
  const catalog = loadCatalog(flags.assetsDir);
  const named = flags.kubeconfig !== undefined || flags.context !== undefined;
  const config =
    !named && isInCluster(process.env)
      ? await inClusterConfig({ clock, env: process.env })
      : await loadKubeconfig({
          clock,
          env: process.env,
          ...(flags.kubeconfig === undefined ? {} : { path: flags.kubeconfig }),
          ...(flags.context === undefined ? {} : { context: flags.context }),
        });
  const limiter = createLimiter({
    clock,
    logger,
    ...(flags.kubeApiQps === undefined ? {} : { qps: flags.kubeApiQps }),
    ...(flags.kubeApiBurst === undefined ? {} : { burst: flags.kubeApiBurst }),
  });
  const transport = createTransport(config, { clock, userAgent: operatorName });
  try {
    const autopilot = await startAutopilot({
      transport,
      clock,
      logger,
      catalog,
      namespace: flags.namespace,
      images: relatedImages(process.env),
      metricsPrefix: flags.metricsPrefix,
      concurrency: flags.concurrency,
      limiter,
      metricsBindAddress: flags.metricsBindAddress,
      debugBindAddress: flags.enableDebugServer ? flags.debugBindAddress : '0',
      healthProbeBindAddress: flags.healthProbeBindAddress,
      identity: flags.leaderElect ? `${process.env['POD_NAME'] ?? hostname()}_${randomUUID()}` : undefined,
      startTimeoutMs: flags.crdValidationTimeoutMs,
    });
    const stop = (): void => void autopilot.stop();
    if (process.signal.aborted) stop();
    else process.signal.addEventListener('abort', stop, { once: true });
    await autopilot.ended;
  } finally {
    await transport.close();
  }
}
