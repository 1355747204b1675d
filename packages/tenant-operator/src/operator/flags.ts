/** Flags and environment of the operator (DESIGN §8). The environment wins: `kubectl set env` is the runbooks' emergency lever. */
import { parseArgs } from 'node:util';
import type { LogFormat, LogLevel } from '@caretaker/kube';

export interface OperatorFlags {
  kubeconfig: string | undefined;
  context: string | undefined;
  registryConcurrency: number;
  templateConcurrency: number;
  tenantConcurrency: number;
  /** Undefined: the limiter finds its own pace. */
  kubeApiQps: number | undefined;
  kubeApiBurst: number | undefined;
  /** `:8080`, `127.0.0.1:0`, or `0` for none. */
  metricsBindAddress: string;
  healthProbeBindAddress: string;
  leaderElect: boolean;
  /** Namespace of the operator itself: its lease, its keys; never a target of tenants. */
  namespace: string;
  logFormat: LogFormat;
  logLevel: LogLevel;
  /** Protected namespaces that tenants may write into all the same. */
  allowTargetNamespaces: readonly string[];
}

/** A flag or variable that cannot be used. */
export class FlagError extends Error {
  readonly code = 'FlagInvalid';
  readonly retryable = false;
  readonly hint = 'run with --help for all flags';
  constructor(message: string) {
    super(message);
    this.name = 'FlagError';
  }
}

export const usage = `The tenant operator: rows of a database become tenants, tenants become objects.

Usage: operator [flags]

  --kubeconfig FILE                 cluster to work on (in a pod: the pod's own; else $KUBECONFIG or ~/.kube/config)
  --context NAME                    context of the kubeconfig (its current one)
  --registry-concurrency N          registries synced at once (3; environment REGISTRY_CONCURRENCY wins)
  --template-concurrency N          templates handled at once (5; environment TEMPLATE_CONCURRENCY wins)
  --tenant-concurrency N            tenants handled at once (10; environment TENANT_CONCURRENCY wins)
  --kube-api-qps N                  requests a second to start from (adapts by itself)
  --kube-api-burst N                requests at once above that rate (adapts by itself)
  --metrics-bind-address ADDRESS    plain /metrics (:8080; 0: none)
  --health-probe-bind-address ADDR  /healthz, /readyz (:8081; 0: none)
  --leader-elect                    only one replica works at a time
  --namespace NAME                  the operator's own namespace ($POD_NAMESPACE, else tenant-operator-system)
  --allow-target-namespace NAME     let tenants write into a protected namespace (may be repeated)
  --log-format logfmt|json          (logfmt)
  --log-level debug|info|warn|error (info)
  --help
`;

export const defaultFlags: OperatorFlags = {
  kubeconfig: undefined,
  context: undefined,
  registryConcurrency: 3,
  templateConcurrency: 5,
  tenantConcurrency: 10,
  kubeApiQps: undefined,
  kubeApiBurst: undefined,
  metricsBindAddress: ':8080',
  healthProbeBindAddress: ':8081',
  leaderElect: false,
  namespace: 'tenant-operator-system',
  logFormat: 'logfmt',
  logLevel: 'info',
  allowTargetNamespaces: [],
};

const text = { type: 'string' } as const;
const options = {
  kubeconfig: text,
  context: text,
  'registry-concurrency': text,
  'template-concurrency': text,
  'tenant-concurrency': text,
  'kube-api-qps': text,
  'kube-api-burst': text,
  'metrics-bind-address': text,
  'health-probe-bind-address': text,
  'leader-elect': { type: 'boolean' },
  namespace: text,
  'log-format': text,
  'log-level': text,
  'allow-target-namespace': { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Go's flag package takes `-flag`, `--flag=true` and `--flag=false`; so do we. */
function normalised(args: readonly string[]): string[] {
  return args.flatMap((arg) => {
    const long = /^-[a-z][a-z-]+/.test(arg) ? `-${arg}` : arg;
    if (long === '--leader-elect=true') return ['--leader-elect'];
    return long === '--leader-elect=false' ? [] : [long];
  });
}

function count(value: string | undefined, name: string, fallback: number): number {
  if (value === undefined || value === '') return fallback;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new FlagError(`${name} must be a whole number above 0, not ${JSON.stringify(value)}`);
  return number;
}

function rate(value: string | undefined, name: string): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) throw new FlagError(`${name} must be a number above 0, not ${JSON.stringify(value)}`);
  return number;
}

function oneOf<const V extends string>(value: string | undefined, name: string, values: readonly V[], fallback: V): V {
  if (value === undefined) return fallback;
  const found = values.find((each) => each === value);
  if (found === undefined) throw new FlagError(`${name} must be one of ${values.join(', ')}, not ${JSON.stringify(value)}`);
  return found;
}

/** @returns the flags, or `help`. @throws FlagError */
export function parseFlags(args: readonly string[], env: Readonly<Record<string, string | undefined>>): OperatorFlags | 'help' {
  let values: ReturnType<typeof parse>['values'];
  try {
    ({ values } = parse(normalised(args)));
  } catch (error) {
    throw new FlagError(error instanceof Error ? error.message : String(error));
  }
  if (values.help === true) return 'help';
  const concurrency = (name: 'registry' | 'template' | 'tenant', fallback: number) => {
    const variable = `${name.toUpperCase()}_CONCURRENCY`;
    const flag = count(values[`${name}-concurrency`], `--${name}-concurrency`, fallback);
    return count(env[variable], variable, flag);
  };
  return {
    kubeconfig: values.kubeconfig,
    context: values.context,
    registryConcurrency: concurrency('registry', defaultFlags.registryConcurrency),
    templateConcurrency: concurrency('template', defaultFlags.templateConcurrency),
    tenantConcurrency: concurrency('tenant', defaultFlags.tenantConcurrency),
    kubeApiQps: rate(values['kube-api-qps'], '--kube-api-qps'),
    kubeApiBurst: rate(values['kube-api-burst'], '--kube-api-burst'),
    metricsBindAddress: values['metrics-bind-address'] ?? defaultFlags.metricsBindAddress,
    healthProbeBindAddress: values['health-probe-bind-address'] ?? defaultFlags.healthProbeBindAddress,
    leaderElect: values['leader-elect'] ?? false,
    namespace: values.namespace ?? env['POD_NAMESPACE'] ?? defaultFlags.namespace,
    logFormat: oneOf(values['log-format'], '--log-format', ['logfmt', 'json'], defaultFlags.logFormat),
    logLevel: oneOf(values['log-level'], '--log-level', ['debug', 'info', 'warn', 'error'], defaultFlags.logLevel),
    allowTargetNamespaces: values['allow-target-namespace'] ?? [],
  };
}

const parse = (args: string[]) => parseArgs({ args, options, strict: true, allowPositionals: false });
