import { isAbsolute, resolve, sep } from 'node:path';
import { ConfigError } from '../errors/config-error.ts';
import { asError } from '../errors/kube-error.ts';
import { at, booleanAt, isObject, listAt, textAt, textsAt } from '../json/read.ts';
import type { Clock } from '../types/clock.ts';
import type { Credential, Credentials } from './cluster-config.ts';
import type { Entry } from './kubeconfig-file.ts';
import type { RunProgram } from './run-program.ts';

export interface ExecPluginOptions {
  user: Entry;
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  run: RunProgram;
  /** ExecCredential `spec.cluster`, for plugins that ask for it. */
  cluster: () => Promise<Record<string, unknown>>;
}

const versions = new Set(['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']);
const timeoutMs = 60_000;
/** A credential counts as expired a little early, so that it does not end on its way. */
const expiryMarginMs = 10_000;

/**
 * A program that prints an ExecCredential (client.authentication.k8s.io). Its answer is kept until it expires, one run serves all
 * who wait, and a 401 makes it run again.
 */
export function execCredentials(options: ExecPluginOptions): Credentials {
  const plugin = options.user.value['exec'];
  const apiVersion = textAt(plugin, 'apiVersion') ?? '';
  const program = textAt(plugin, 'command') ?? '';
  if (!versions.has(apiVersion)) {
    throw new ConfigError(
      'KUBE_AUTH_UNSUPPORTED',
      `exec plugin ${program} speaks apiVersion "${apiVersion}"; known are ${[...versions].join(', ')}`,
    );
  }
  if (textAt(plugin, 'interactiveMode') === 'Always') {
    throw new ConfigError(
      'KUBE_AUTH_UNSUPPORTED',
      `exec plugin ${program} wants a terminal (interactiveMode: Always), which a service has not`,
    );
  }
  const command = program.includes(sep) && !isAbsolute(program) ? resolve(options.user.directory, program) : program;
  let credential: Credential | undefined;
  let expiresAt = Number.POSITIVE_INFINITY;
  let running: Promise<Credential> | undefined;

  const execute = async (): Promise<Credential> => {
    const spec = {
      interactive: false,
      ...(booleanAt(plugin, 'provideClusterInfo') === true ? { cluster: await options.cluster() } : {}),
    };
    const added = listAt(plugin, 'env').map((item) => [textAt(item, 'name') ?? '', textAt(item, 'value') ?? '']);
    const env = {
      ...options.env,
      ...Object.fromEntries(added),
      KUBERNETES_EXEC_INFO: JSON.stringify({ apiVersion, kind: 'ExecCredential', spec }),
    };
    const result = await options.run(command, textsAt(plugin, 'args'), env, timeoutMs);
    if (result.exitCode !== 0) {
      const hint = textAt(plugin, 'installHint');
      throw new ConfigError('KUBE_EXEC_FAILED', `exec plugin ${program} failed (exit ${result.exitCode}): ${lastLine(result.stderr)}`, {
        retryable: true,
        ...(hint === undefined ? {} : { hint }),
      });
    }
    const status = statusOf(result.stdout, program, apiVersion);
    credential = credentialOf(status, program);
    const expiry = Date.parse(textAt(status, 'expirationTimestamp') ?? '');
    expiresAt = Number.isNaN(expiry) ? Number.POSITIVE_INFINITY : expiry;
    return credential;
  };
  const runOnce = (): Promise<Credential> => {
    running ??= execute().finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    current: () => (credential !== undefined && options.clock.now() + expiryMarginMs < expiresAt ? credential : runOnce()),
    refresh: async (rejected) => {
      // Somebody else may have run it already since the rejected request left.
      if (credential !== undefined && !sameCredential(credential, rejected)) return true;
      return !sameCredential(await runOnce(), rejected);
    },
  };
}

function statusOf(stdout: string, program: string, apiVersion: string): Record<string, unknown> {
  let answer: unknown;
  try {
    answer = JSON.parse(stdout);
  } catch (thrown) {
    throw new ConfigError('KUBE_EXEC_FAILED', `exec plugin ${program} did not print JSON`, { cause: asError(thrown).name });
  }
  const status = at(answer, 'status');
  if (textAt(answer, 'kind') !== 'ExecCredential' || textAt(answer, 'apiVersion') !== apiVersion || !isObject(status)) {
    throw new ConfigError('KUBE_EXEC_FAILED', `exec plugin ${program} did not print an ExecCredential of ${apiVersion} with a status`);
  }
  return status;
}

function credentialOf(status: Record<string, unknown>, program: string): Credential {
  const token = textAt(status, 'token');
  const cert = textAt(status, 'clientCertificateData');
  const key = textAt(status, 'clientKeyData');
  if (token === undefined && (cert === undefined || key === undefined)) {
    throw new ConfigError('KUBE_EXEC_FAILED', `exec plugin ${program} gave neither a token nor a client certificate with its key`);
  }
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(cert === undefined || key === undefined ? {} : { clientCertificate: { cert, key } }),
  };
}

function sameCredential(a: Credential, b: Credential): boolean {
  return a.authorization === b.authorization && a.clientCertificate?.cert === b.clientCertificate?.cert;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
