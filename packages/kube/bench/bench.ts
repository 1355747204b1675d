// Figures of the runtime: `npm exec -- node packages/kube/bench/bench.ts [client] [informer] [queue] [metrics]`. With KUBECONFIG set, `client` measures
// that server (ConfigMaps in the namespace kube-bench) instead of a local TLS server in a process of its own.
import { benchClient } from './client.ts';
import { benchInformer } from './informer.ts';
import { benchMetrics } from './metrics.ts';
import { benchQueue } from './queue.ts';
import { printTable, type Row } from './table.ts';

const parts: Readonly<Record<string, () => Promise<Row[]>>> = {
  client: benchClient,
  informer: benchInformer,
  queue: benchQueue,
  metrics: benchMetrics,
};

const wanted = process.argv.slice(2);
const results: Record<string, Row[]> = {};
for (const [name, run] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  results[name] = await run();
  printTable(name, results[name]);
}
console.log(JSON.stringify(results));
process.exit(0);
