import { join } from 'node:path';
import { ConfigError } from '../errors/config-error.ts';
import { asError } from '../errors/kube-error.ts';
import type { Clock } from '../types/clock.ts';
import type { ClusterConfig } from './cluster-config.ts';
import { FileSource } from './file-source.ts';
import { tokenFileCredentials } from './token-file.ts';

export interface InClusterOptions {
  clock: Clock;
  /** [process.env] */
  env?: Readonly<Record<string, string | undefined>>;
  /** Where the kubelet mounts the ServiceAccount. [/var/run/secrets/kubernetes.io/serviceaccount] */
  directory?: string;
}

/** Whether this process runs in a pod with a ServiceAccount. */
export function isInCluster(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return env['KUBERNETES_SERVICE_HOST'] !== undefined && env['KUBERNETES_SERVICE_PORT'] !== undefined;
}

/** The configuration of a pod: address from the environment, token, CA and namespace from mounted files that are read again as they change. */
export async function inClusterConfig(options: InClusterOptions): Promise<ClusterConfig> {
  const env = options.env ?? process.env;
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (host === undefined || port === undefined) {
    throw new ConfigError('KUBE_CONFIG_NOT_FOUND', 'not in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set', {
      hint: 'pass --kubeconfig FILE outside a cluster',
    });
  }
  const directory = options.directory ?? '/var/run/secrets/kubernetes.io/serviceaccount';
  const token = new FileSource(join(directory, 'token'), options.clock);
  const authority = new FileSource(join(directory, 'ca.crt'), options.clock);
  const namespace = await new FileSource(join(directory, 'namespace'), options.clock).read().catch(() => 'default');
  await Promise.all([token.read(), authority.read()]).catch((thrown: unknown) => {
    throw new ConfigError('KUBE_CONFIG_NOT_FOUND', `the ServiceAccount of the pod cannot be read: ${asError(thrown).message}`, {
      cause: thrown,
      hint: 'automountServiceAccountToken must not be false',
    });
  });
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    namespace,
    certificateAuthority: () => authority.current(),
    insecureSkipTlsVerify: false,
    credentials: tokenFileCredentials(token),
  };
}
