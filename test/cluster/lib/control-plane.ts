// Builds (once, into a cache) and starts a real control plane for tests: etcd, kube-apiserver, controller-manager and, with `pods`, fake nodes.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sources = join(import.meta.dirname, '..', 'controlplane');

export interface ControlPlaneOptions {
  /** First of six consecutive free ports on 127.0.0.1. */
  port: number;
  /** Scheduler, KWOK and two fake nodes: pods become Running and Ready at once. */
  pods?: boolean;
  /** Keep an audit log (level Metadata). */
  audit?: boolean;
  /** Comma-separated controllers of the manager; all when left out. */
  controllers?: string;
}

export interface AuditEntry {
  verb: string;
  requestURI: string;
  user: string;
  code: number;
  /** Milliseconds since the epoch at which the request was received. */
  at: number;
}

export interface ControlPlane {
  url: string;
  /** User admin, system:masters. */
  kubeconfig: string;
  /** Cluster-admin by RBAC, subject to priority and fairness like a real operator. */
  operatorKubeconfig: string;
  caFile: string;
  directory: string;
  /** Requests that the audit log holds so far. */
  audit(): AuditEntry[];
  kubectl(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Where the binaries are kept: named by what they are built from, so that a change of versions builds anew. */
export function binaryFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const hash = createHash('sha256');
  for (const file of globSync('**/{go.mod,go.sum,main.go}', { cwd: sources }).sort())
    hash.update(file).update(readFileSync(join(sources, file)));
  return join(cache, 'caretaker', `controlplane-${hash.digest('hex').slice(0, 12)}`);
}

/** Builds the control plane unless the cache has it (cold: 6 to 10 minutes on 2 cores). */
export async function buildControlPlane(log: (line: string) => void): Promise<string> {
  const folder = binaryFolder();
  const wanted = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'];
  if (!wanted.every((name) => existsSync(join(folder, name)))) {
    log('building the control plane from Go modules into the cache; the first time takes 6 to 10 minutes');
    await run('bash', [join(sources, 'run.sh'), 'build', folder], { maxBuffer: 64 << 20 });
  }
  if (!(await kubectlOnPath()) && !existsSync(join(folder, 'kubectl'))) {
    log('no kubectl on this machine: building one from its Go module');
    await run('go', ['build', '-o', join(folder, 'kubectl'), '-ldflags', kubectlFlags, '.'], { cwd: join(sources, 'kubectl') });
  }
  return folder;
}

const kubectlFlags = '-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3 -X k8s.io/client-go/pkg/version.gitVersion=v1.36.3';

async function kubectlOnPath(): Promise<boolean> {
  return run('kubectl', ['version', '--client']).then(
    () => true,
    () => false,
  );
}

/** The environment in which `kubectl` is found, on machines that have one and on those that do not. */
export function kubectlEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:${binaryFolder()}` };
}

export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const binaries = await buildControlPlane((line) => process.stderr.write(`${line}\n`));
  const directory = mkdtempSync(join(tmpdir(), 'caretaker-controlplane-'));
  const script = join(sources, 'run.sh');
  const env = {
    ...kubectlEnvironment(),
    PODS: options.pods ? '1' : '',
    AUDIT: options.audit ? '1' : '',
    ...(options.controllers === undefined ? {} : { CONTROLLERS: options.controllers }),
  };
  await run('bash', [script, 'up', binaries, directory, String(options.port)], { env, maxBuffer: 64 << 20 });
  const kubeconfig = join(directory, 'kubeconfig');
  return {
    url: `https://127.0.0.1:${options.port}`,
    kubeconfig,
    operatorKubeconfig: join(directory, 'operator.kubeconfig'),
    caFile: join(directory, 'pki', 'ca.crt'),
    directory,
    audit: () => readAudit(join(directory, 'audit.log')),
    kubectl: async (...args) =>
      (await run('kubectl', ['--kubeconfig', kubeconfig, ...args], { env: kubectlEnvironment(), maxBuffer: 256 << 20 })).stdout,
    stop: async () => {
      await run('bash', [script, 'down', directory]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function readAudit(file: string): AuditEntry[] {
  if (!existsSync(file)) return [];
  const entries: AuditEntry[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const entry = parseAudit(line);
    if (entry) entries.push(entry);
  }
  return entries;
}

/** One line of the audit log; the last one may still be half written. */
function parseAudit(line: string): AuditEntry | undefined {
  if (!line.endsWith('}')) return undefined;
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null) return undefined;
  const field = (name: string): unknown => Reflect.get(value, name);
  const inner = (name: string, key: string): unknown => {
    const member = field(name);
    return typeof member === 'object' && member !== null ? Reflect.get(member, key) : undefined;
  };
  const code = inner('responseStatus', 'code');
  return {
    verb: String(field('verb')),
    requestURI: String(field('requestURI')),
    user: String(inner('impersonatedUser', 'username') ?? inner('user', 'username')),
    code: typeof code === 'number' ? code : 0,
    at: Date.parse(String(field('requestReceivedTimestamp'))),
  };
}
