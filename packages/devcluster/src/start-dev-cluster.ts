import { kubeconfigText } from './bootstrap/kubeconfig.ts';
import { bareControllers } from './controllers/bare.ts';
import type { ClusterController } from './controllers/contract.ts';
import { ADMIN, DevCluster, type DevClusterOptions } from './dev-cluster.ts';
import { systemRandom } from './system.ts';

export interface StartOptions extends DevClusterOptions {
  /** 0 or absent: a free one. */
  port?: number;
  host?: string;
  /** The admin's bearer token; random when left out. */
  adminToken?: string;
  /** Controllers beyond the four that every cluster has. */
  controllers?: (cluster: DevCluster) => readonly ClusterController[];
}

export interface RunningDevCluster {
  readonly cluster: DevCluster;
  readonly url: string;
  readonly caPem: string;
  readonly adminToken: string;
  readonly kubeconfigText: string;
  close(): Promise<void>;
}

/** A development cluster on a port of the loopback. */
export async function startDevCluster(options: StartOptions = {}): Promise<RunningDevCluster> {
  const adminToken = options.adminToken ?? Buffer.from((options.random ?? systemRandom).bytes(24)).toString('base64url');
  const cluster = new DevCluster({ ...options, tokens: [...(options.tokens ?? []), { token: adminToken, user: ADMIN }] });
  cluster.start(bareControllers(cluster.core));
  if (options.controllers !== undefined) cluster.start(options.controllers(cluster));
  const { url, caPem } = await cluster.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' });
  return { cluster, url, caPem, adminToken, kubeconfigText: kubeconfigText({ url, caPem }, adminToken), close: () => cluster.close() };
}
