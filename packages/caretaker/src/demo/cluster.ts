import { writeFileSync } from 'node:fs';
import { type ClusterController, startDevCluster, workloadControllers } from '@caretaker/devcluster';
import { UserError } from '../errors.ts';
import type { DataDir } from './data-dir.ts';

export interface ClusterOptions {
  port: number;
  /** Names of controllers beyond the four that every cluster has; `*` is all. */
  controllers: readonly string[];
  readyDelayMs: number;
  persist: boolean;
}

export type RunningCluster = Awaited<ReturnType<typeof startDevCluster>>;

/** Starts the cluster and writes its kubeconfig, readable by its owner alone: the token in it is the admin's. */
export async function startCluster(dir: DataDir, options: ClusterOptions): Promise<RunningCluster> {
  const running = await startDevCluster({
    port: options.port,
    ...(options.persist ? { dataDir: dir.root } : {}),
    controllers: (cluster) =>
      choose(
        workloadControllers(cluster, { podReadyDelayMs: options.readyDelayMs, processes: { directory: dir.logs } }),
        options.controllers,
      ),
  }).catch((error: unknown) => {
    throw portTaken(error) ? portTakenError(options.port, error) : error;
  });
  writeFileSync(dir.kubeconfig, running.kubeconfigText, { mode: 0o600 });
  return running;
}

function choose(all: readonly ClusterController[], names: readonly string[]): readonly ClusterController[] {
  if (names.includes('*')) return all;
  const unknown = names.find((name) => !all.some((controller) => controller.name === name));
  if (unknown === undefined) return all.filter((controller) => names.includes(controller.name));
  throw new UserError(
    'UnknownController',
    `there is no controller "${unknown}"`,
    `choose from ${all.map((c) => c.name).join(', ')}, or '*'`,
  );
}

const portTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

function portTakenError(port: number, cause: unknown): UserError {
  return new UserError('PortTaken', `port ${port} of 127.0.0.1 is in use`, 'leave --port out for a free one, or name another', { cause });
}
