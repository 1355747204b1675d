import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import type { Clock, Random } from '@caretaker/kube';
import { createTokenSigner } from './auth/jwt.ts';
import { kubeconfigText } from './bootstrap/kubeconfig.ts';
import { bareControllers } from './controllers/bare.ts';
import type { ClusterController } from './controllers/contract.ts';
import { ADMIN, DevCluster, type DevClusterOptions } from './dev-cluster.ts';
import { ClusterFile } from './persistence/cluster-file.ts';
import { systemClock, systemRandom } from './system.ts';
import { makeServingCertificates, SERVING_HOSTS, type ServingCertificates } from './tls/certificates.ts';
import { tokenController } from './workloads/serviceaccount/token-controller.ts';

export interface StartOptions extends DevClusterOptions {
  /** 0 or absent: a free one. */
  port?: number;
  host?: string;
  /** The admin's bearer token; random when left out. */
  adminToken?: string;
  /** Controllers beyond the four that every cluster has; without any, token Secrets are filled all the same. */
  controllers?: (cluster: DevCluster) => readonly ClusterController[];
  /** A folder that keeps the cluster, its keys and the admin's token over restarts. In memory only when left out. */
  dataDir?: string;
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
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const file = options.dataDir === undefined ? undefined : new ClusterFile(join(options.dataDir, 'cluster.db'));
  const newToken = (): string => Buffer.from(random.bytes(24)).toString('base64url');
  const adminToken = options.adminToken ?? file?.remember('admin-token', newToken) ?? newToken();
  const kept = file === undefined ? {} : { file, ...keptKeys(file, clock, random) };
  const cluster = new DevCluster({ ...options, ...kept, tokens: [...(options.tokens ?? []), { token: adminToken, user: ADMIN }] });
  cluster.start(bareControllers(cluster.core));
  const controllers = options.controllers?.(cluster) ?? [tokenSecrets(cluster)];
  const { url, caPem } = await cluster.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' });
  // Pods of an earlier life start at once, and want to reach the server.
  cluster.start(controllers);
  return { cluster, url, caPem, adminToken, kubeconfigText: kubeconfigText({ url, caPem }, adminToken), close: () => cluster.close() };
}

/** A controller manager fills token Secrets whatever else it is told to run. */
function tokenSecrets(cluster: DevCluster): ClusterController {
  return tokenController(
    () => cluster.caPem,
    (account, secret) => cluster.tokens.issueLegacy(account, secret),
  );
}

/** The keys that make tokens and kubeconfigs outlive the process. */
function keptKeys(file: ClusterFile, clock: Clock, random: Random) {
  const signingKey = file.remember('token-signing-key', () => createTokenSigner().exportKey());
  const makeCertificates = (): string =>
    JSON.stringify(makeServingCertificates(clock.now(), (count) => random.bytes(count), SERVING_HOSTS));
  return {
    tokenSigner: createTokenSigner(createPrivateKey(signingKey)),
    certificates: JSON.parse(file.remember('serving-certificates', makeCertificates)) as ServingCertificates,
  };
}
