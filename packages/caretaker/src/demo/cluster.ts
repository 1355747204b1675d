import { writeFileSync } from 'node:fs';
import { startDevCluster, workloadControllers } from '@caretaker/devcluster';
import { UserError } from '../errors.ts';
import type { DataDir } from './data-dir.ts';

export interface ClusterOptions {
  port: number;
  controllers: readonly string[];
  readyDelayMs: number;
  persist: boolean;
}

export type RunningCluster = Awaited<ReturnType<typeof startDevCluster>>;

/** The four controllers that ran beside the recorded transcripts. */
export const bareControllers = ['namespace', 'garbage-collector', 'resource-quota', 'cluster-role-aggregation'] as const;

/** Starts the cluster and writes its kubeconfig, readable by its owner alone: the token in it is the admin's. */
export async function startCluster(dir: DataDir, options: ClusterOptions): Promise<RunningCluster> {
  const running = await startDevCluster({ port: options.port }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new UserError('PortTaken', `port ${options.port} of 127.0.0.1 is in use`, 'leave --port out for a free one, or name another', {
        cause: error,
      });
    }
    throw error;
  });
  const { cluster, url, caPem } = running;
  const wanted = new Set(options.controllers);
  const all = workloadControllers(
    { core: cluster.core, extensions: cluster.extensions, tokens: cluster.tokens, caPem },
    { podReadyDelayMs: options.readyDelayMs, processes: { directory: dir.logs, server: () => ({ url, caPem }) } },
  );
  cluster.start(all.filter((controller) => wanted.has('*') || wanted.has(controller.name)));
  writeFileSync(dir.kubeconfig, running.kubeconfigText, { mode: 0o600 });
  return running;
}
