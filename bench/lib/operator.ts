// The operator as users run it: a process of its own with a kubeconfig.
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { type ProcessUsage, processUsage } from './process.ts';
import { ended } from './target.ts';

export interface OperatorProcess {
  usage(): ProcessUsage;
  /** `rest_client_requests_total`, summed by method. */
  requestsByMethod(): Promise<Map<string, number>>;
  stop(): Promise<void>;
}

export function startOperator(kubeconfig: string, metricsPort: number, logFile: string): OperatorProcess {
  const main = join(import.meta.dirname, '..', '..', 'packages', 'tenant-operator', 'src', 'main.ts');
  const log = openSync(logFile, 'a');
  // As config/manager/deployment.yaml and `npm run operator` start it.
  const args = [
    '--max-semi-space-size=2',
    '--disable-warning=ExperimentalWarning',
    main,
    `--kubeconfig=${kubeconfig}`,
    `--metrics-bind-address=127.0.0.1:${metricsPort}`,
    `--health-probe-bind-address=127.0.0.1:${metricsPort + 1}`,
    '--leader-elect',
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', log, log], env: { ...process.env, MALLOC_ARENA_MAX: '2' } });
  const pid = child.pid;
  if (pid === undefined) throw new Error('the operator could not be started');
  return {
    usage: () => processUsage(pid),
    requestsByMethod: async () => {
      const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
      const sums = new Map<string, number>();
      for (const match of text.matchAll(/^rest_client_requests_total\{([^}]*)\} (\S+)$/gm)) {
        const method = /method="([A-Z]+)"/.exec(match[1] ?? '')?.[1] ?? '?';
        sums.set(method, (sums.get(method) ?? 0) + Number(match[2]));
      }
      return sums;
    },
    stop: () => ended(child),
  };
}
