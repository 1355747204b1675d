// The two API servers the bench runs on.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startControlPlane } from '../../test/cluster/lib/control-plane.ts';

export interface Target {
  name: string;
  /** For the bench itself. */
  kubeconfig: string;
  /** For the operator: a user that priority and fairness applies to. */
  operatorKubeconfig: string;
  /** Requests of the operator's user by verb since the start, where the server keeps an audit log. */
  auditedByVerb?: () => Map<string, number>;
  stop(): Promise<void>;
}

export async function realControlPlane(port: number): Promise<Target> {
  const plane = await startControlPlane({ port, pods: true, audit: true });
  return {
    name: 'kube-apiserver 1.36.3',
    kubeconfig: plane.kubeconfig,
    operatorKubeconfig: plane.operatorKubeconfig,
    auditedByVerb: () => {
      const counts = new Map<string, number>();
      for (const entry of plane.audit()) if (entry.user === 'operator') counts.set(entry.verb, (counts.get(entry.verb) ?? 0) + 1);
      return counts;
    },
    stop: plane.stop,
  };
}

/** The devcluster as a process of its own, so that its work is not counted as the operator's. */
export async function devClusterProcess(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'caretaker-bench-'));
  const main = join(import.meta.dirname, '..', '..', 'packages', 'caretaker', 'src', 'main.ts');
  const args = [
    '--disable-warning=ExperimentalWarning',
    main,
    'dev',
    '--bare',
    '--controllers',
    '*',
    '--ready-delay',
    '0',
    '--data-dir',
    folder,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await ready(child);
  const kubeconfig = join(folder, 'kubeconfig');
  return {
    name: 'devcluster',
    kubeconfig,
    operatorKubeconfig: kubeconfig,
    stop: async () => {
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the devcluster ended with status ${code} before it was ready`)));
    if (child.stdout === null) throw new Error('no stdout');
    createInterface(child.stdout).on('line', (line) => {
      if (line === 'ready') resolve();
    });
  });
}

/** SIGTERM, and SIGKILL after ten seconds. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(timer);
}
