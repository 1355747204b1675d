import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AutopilotError, messageOf } from '../errors.ts';
import { defaultNamespace } from '../names.ts';

/** Flags of `run`, the default command. */
export interface RunFlags {
  kubeconfig: string | undefined;
  context: string | undefined;
  namespace: string;
  metricsBindAddress: string;
  debugBindAddress: string;
  healthProbeBindAddress: string;
  enableDebugServer: boolean;
  leaderElect: boolean;
  assetsDir: string;
  metricsPrefix: string | undefined;
  logFormat: 'logfmt' | 'json';
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  kubeApiQps: number | undefined;
  kubeApiBurst: number | undefined;
  concurrency: number;
  crdValidationTimeoutMs: number;
}

/** The assets of the repository, where the operator runs from a checkout; the container image has the folder at the same place. */
export const shippedAssets = join(import.meta.dirname, '..', '..', '..', '..', 'assets');

/** Text of `--help`; one line per flag. */
export const flagTable = [
  ['kubeconfig', 'PATH', 'kubeconfig to use outside a cluster [in-cluster, else KUBECONFIG, else the default one]'],
  ['context', 'NAME', 'context of the kubeconfig'],
  ['namespace', 'NAME', `where the HyperConverged lives [${defaultNamespace}]`],
  ['metrics-bind-address', 'ADDRESS', 'plain HTTP /metrics; 0 = off [:8080]'],
  ['debug-bind-address', 'ADDRESS', 'debug endpoints [127.0.0.1:8081]'],
  ['health-probe-bind-address', 'ADDRESS', '/healthz and /readyz [:8082]'],
  ['enable-debug-server', 'BOOL', 'serve the debug endpoints [true]'],
  ['leader-elect', 'BOOL', 'work only while holding the lease virt-platform-autopilot.kubevirt.io [false]'],
  ['assets-dir', 'PATH', 'folder with catalog.yaml and the golden assets [those shipped]'],
  ['metrics-prefix', 'PREFIX', 'mirror the metrics under another prefix, e.g. kubevirt_autopilot'],
  ['log-format', 'FORMAT', 'logfmt or json [logfmt]'],
  ['log-level', 'LEVEL', 'debug, info, warn or error [info]'],
  ['kube-api-qps', 'NUMBER', 'requests per second to start from [adaptive]'],
  ['kube-api-burst', 'NUMBER', 'requests at once [adaptive]'],
  ['concurrency', 'NUMBER', 'assets worked on at once [4]'],
  ['crd-validation-timeout', 'DURATION', 'how long to wait for the API server at the start, e.g. 10s [10s]'],
  ['development', 'BOOL', 'accepted for compatibility; log-level debug [false]'],
] as const;

const booleans = new Set(['enable-debug-server', 'leader-elect', 'development']);

/** Throws `UsageInvalid`. Booleans may be given as `--flag`, `--flag=true` or `--flag=false`. */
export function parseRunFlags(argv: readonly string[]): RunFlags {
  const args = argv.map((arg) => (booleans.has(arg.replace(/^--/, '')) && arg.startsWith('--') ? `${arg}=true` : arg));
  const values = readValues(args);
  const choice = <T extends string>(name: string, choices: readonly T[], fallback: T): T => {
    const value = values[name] ?? fallback;
    const found = choices.find((one) => one === value);
    if (found === undefined) throw usage(`--${name} must be one of ${choices.join(', ')}, not ${JSON.stringify(value)}`);
    return found;
  };
  const flag = (name: string, fallback: boolean): boolean =>
    choice(name, ['true', 'false'] as const, fallback ? 'true' : 'false') === 'true';
  const number = (name: string): number | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!Number.isFinite(value) || value <= 0) throw usage(`--${name} must be a number above 0, not ${JSON.stringify(text)}`);
    return value;
  };
  const development = flag('development', false);
  const prefix = values['metrics-prefix'];
  if (prefix !== undefined && !/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(prefix))
    throw usage(`--metrics-prefix ${JSON.stringify(prefix)} is no name of a metric`);
  return {
    kubeconfig: values['kubeconfig'],
    context: values['context'],
    namespace: values['namespace'] ?? defaultNamespace,
    metricsBindAddress: values['metrics-bind-address'] ?? ':8080',
    debugBindAddress: values['debug-bind-address'] ?? '127.0.0.1:8081',
    healthProbeBindAddress: values['health-probe-bind-address'] ?? ':8082',
    enableDebugServer: flag('enable-debug-server', true),
    leaderElect: flag('leader-elect', false),
    assetsDir: values['assets-dir'] ?? shippedAssets,
    metricsPrefix: prefix,
    logFormat: choice('log-format', ['logfmt', 'json'] as const, 'logfmt'),
    logLevel: choice('log-level', ['debug', 'info', 'warn', 'error'] as const, development ? 'debug' : 'info'),
    kubeApiQps: number('kube-api-qps'),
    kubeApiBurst: number('kube-api-burst'),
    concurrency: Math.ceil(number('concurrency') ?? 4),
    crdValidationTimeoutMs: duration(values['crd-validation-timeout'] ?? '10s'),
  };
}

function readValues(args: readonly string[]): Record<string, string | undefined> {
  const options = Object.fromEntries(flagTable.map(([name]) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ args: [...args], options, allowPositionals: false, strict: true });
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]));
  } catch (error) {
    throw usage(messageOf(error));
  }
}

function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  if (!match) throw usage(`--crd-validation-timeout must be a duration like 10s, not ${JSON.stringify(text)}`);
  return Number(match[1]) * (match[2] === 'ms' ? 1 : match[2] === 's' ? 1000 : 60_000);
}

function usage(message: string): AutopilotError {
  return new AutopilotError('UsageInvalid', message, { hint: '--help lists the flags' });
}
