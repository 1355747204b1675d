import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ConfigError } from '../errors/config-error.ts';
import { asError } from '../errors/kube-error.ts';
import { at, booleanAt, isObject, listAt, textAt, textsAt } from '../json/read.ts';
import type { Clock } from '../types/clock.ts';
import type { ClusterConfig, Impersonation } from './cluster-config.ts';
import { environmentProxy } from './environment-proxy.ts';
import { FileSource } from './file-source.ts';
import { dataOf, type Entry, pathOf, readKubeconfigs } from './kubeconfig-file.ts';
import { type RunProgram, runProgram } from './run-program.ts';
import { userCredentials } from './user.ts';

export interface KubeconfigOptions {
  clock: Clock;
  /** One file, named by hand. */
  path?: string;
  /** KUBECONFIG (a list of files) and proxy settings. [process.env] */
  env?: Readonly<Record<string, string | undefined>>;
  /** [current-context] */
  context?: string;
  /** Runs exec plugins. [a child process] */
  run?: RunProgram;
}

/**
 * Reads `path`, else the files of $KUBECONFIG, else ~/.kube/config, and resolves one context.
 * Throws `ConfigError`: KUBE_CONFIG_NOT_FOUND, KUBE_CONFIG_INVALID, KUBE_CONFIG_PLAINTEXT, KUBE_AUTH_UNSUPPORTED.
 */
export async function loadKubeconfig(options: KubeconfigOptions): Promise<ClusterConfig> {
  const env = options.env ?? process.env;
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  const paths =
    options.path !== undefined ? [options.path] : listed.length > 0 ? listed : [join(env['HOME'] ?? homedir(), '.kube', 'config')];
  const file = await readKubeconfigs(paths, options.path !== undefined);

  const name = options.context ?? file.currentContext;
  if (name === undefined) throw invalid(`no current-context in ${paths.join(', ')}`);
  const context = need(file.contexts.get(name), `context "${name}" does not exist`);
  const clusterName = textAt(context.value, 'cluster') ?? '';
  const cluster = need(file.clusters.get(clusterName), `cluster "${clusterName}" of context "${name}" does not exist`);
  const userName = textAt(context.value, 'user') ?? '';
  const user =
    userName === '' ? { value: {}, directory: cluster.directory } : need(file.users.get(userName), `user "${userName}" does not exist`);

  const server = serverOf(cluster, clusterName);
  const certificateAuthority = authorityOf(cluster, options.clock);
  const insecureSkipTlsVerify = booleanAt(cluster.value, 'insecure-skip-tls-verify') ?? false;
  const tlsServerName = textAt(cluster.value, 'tls-server-name') || undefined;
  const proxyUrl = textAt(cluster.value, 'proxy-url') || environmentProxy(server, env);
  const impersonate = impersonationOf(user);
  const credentials = await userCredentials({
    user,
    name: userName,
    clock: options.clock,
    env,
    run: options.run ?? runProgram,
    cluster: async () => ({
      server,
      'certificate-authority-data': Buffer.from((await certificateAuthority()) ?? '').toString('base64'),
      'insecure-skip-tls-verify': insecureSkipTlsVerify,
      ...(tlsServerName === undefined ? {} : { 'tls-server-name': tlsServerName }),
      ...(proxyUrl === undefined ? {} : { 'proxy-url': proxyUrl }),
      config: execExtension(cluster),
    }),
  });
  return {
    server,
    namespace: textAt(context.value, 'namespace') || 'default',
    certificateAuthority,
    insecureSkipTlsVerify,
    ...(tlsServerName === undefined ? {} : { tlsServerName }),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    ...(impersonate === undefined ? {} : { impersonate }),
    credentials,
  };
}

function serverOf(cluster: Entry, name: string): string {
  const server = textAt(cluster.value, 'server') ?? '';
  let url: URL;
  try {
    url = new URL(server);
  } catch (thrown) {
    throw invalid(`server "${server}" of cluster "${name}" is not a URL`, asError(thrown));
  }
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw new ConfigError('KUBE_CONFIG_PLAINTEXT', `server ${server} is not https`, {
      hint: 'plain http is accepted for loopback addresses only',
    });
  }
  return server.replace(/\/+$/, '');
}

function authorityOf(cluster: Entry, clock: Clock): ClusterConfig['certificateAuthority'] {
  const data = dataOf(cluster, 'certificate-authority-data');
  if (data !== undefined) return () => data;
  const path = pathOf(cluster, 'certificate-authority');
  if (path === undefined) return () => undefined;
  const file = new FileSource(path, clock);
  return () => file.current();
}

function impersonationOf(user: Entry): Impersonation | undefined {
  const name = textAt(user.value, 'as');
  if (name === undefined || name === '') return undefined;
  const uid = textAt(user.value, 'as-uid');
  const extra = at(user.value, 'as-user-extra');
  return {
    user: name,
    ...(uid === undefined ? {} : { uid }),
    groups: textsAt(user.value, 'as-groups'),
    extra: isObject(extra) ? Object.fromEntries(Object.keys(extra).map((key) => [key, textsAt(extra, key)])) : {},
  };
}

/** What exec plugins get to know about a cluster beyond its address: the extension of this name. */
function execExtension(cluster: Entry): unknown {
  for (const item of listAt(cluster.value, 'extensions')) {
    if (textAt(item, 'name') === 'client.authentication.k8s.io/exec') return at(item, 'extension');
  }
  return null;
}

function need(entry: Entry | undefined, message: string): Entry {
  if (entry === undefined) throw invalid(message);
  return entry;
}

function invalid(message: string, cause?: Error): ConfigError {
  return new ConfigError('KUBE_CONFIG_INVALID', message, { cause });
}
