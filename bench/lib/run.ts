// One run: N rows on one target, from an empty cluster to rest, with the figures on the way.
import { join } from 'node:path';
import { applyAll, connect } from 'caretaker';
import { measureCeiling } from './ceiling.ts';
import { installDefinitions } from './install.ts';
import { Observer } from './observer.ts';
import { startOperator } from './operator.ts';
import { percentile } from './statistics.ts';
import type { Target } from './target.ts';
import { driftLatencies, rowLatencies } from './trials.ts';
import { createTable, manifests } from './workload.ts';

export interface Figures {
  target: string;
  rows: number;
  /** Seconds from applying the registry and the template to the last tenant's Ready. */
  secondsToReady: number;
  requests: Record<string, number>;
  requestsTotal: number;
  operatorCpuSeconds: number;
  peakRssMiB: number;
  /** Requests in `steadySeconds` of rest; leases and watches included. */
  steadyRequests: number;
  steadySeconds: number;
  driftMs: { p50: number; p99: number; trials: number };
  rowMs: { p50: number; p99: number; trials: number; syncInterval: string };
  ceiling: { configMapsPerSecond: number; deploymentsPerSecond: number };
}

const syncInterval = '30s';
const sum = (counts: Map<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function run(target: Target, rows: number, steadySeconds: number, say: (line: string) => void): Promise<Figures> {
  const connection = await connect(target.kubeconfig);
  const table = await createTable(`caretaker_bench_${rows}`, rows);
  try {
    say(`${target.name}, ${rows} rows: ceiling`);
    const ceiling = await measureCeiling(connection.client, 500);
    await installDefinitions(connection);
    const operator = startOperator(target.operatorKubeconfig, 28090, join(process.cwd(), `bench-operator-${rows}.log`));
    try {
      const observer = new Observer(connection.informers);
      await observer.synced();
      await sleep(3000); // the operator's own start is not part of the figure
      say(`${target.name}, ${rows} rows: cold`);
      const started = performance.now();
      await applyAll(connection, manifests(table, syncInterval));
      const readyAt = await observer.allReady(rows, 420_000);
      const counts = target.auditedByVerb?.() ?? (await operator.requestsByMethod());
      const cold = operator.usage();
      say(`${target.name}, ${rows} rows: all Ready after ${((readyAt - started) / 1000).toFixed(1)} s, ${sum(counts)} requests; at rest`);
      await sleep(5000);
      const before = sum(await operator.requestsByMethod());
      await sleep(steadySeconds * 1000);
      const steadyRequests = sum(await operator.requestsByMethod()) - before;
      say(`${target.name}, ${rows} rows: drift and row trials`);
      const drift = await driftLatencies(connection.client, observer, Math.min(35, rows));
      const row = await rowLatencies(table, observer, 20, 60_000, 90_000);
      return {
        target: target.name,
        rows,
        secondsToReady: (readyAt - started) / 1000,
        requests: Object.fromEntries([...counts].sort()),
        requestsTotal: sum(counts),
        operatorCpuSeconds: cold.cpuSeconds,
        peakRssMiB: operator.usage().peakRssMiB,
        steadyRequests,
        steadySeconds,
        driftMs: { p50: percentile(drift, 0.5), p99: percentile(drift, 0.99), trials: drift.length },
        rowMs: { p50: percentile(row, 0.5), p99: percentile(row, 0.99), trials: row.length, syncInterval },
        ceiling,
      };
    } finally {
      await operator.stop();
    }
  } finally {
    await table.drop();
    await connection.close();
  }
}
