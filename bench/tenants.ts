// npm run bench -- [--rows 100,1000] [--cluster devcluster,real] [--steady 60] [--json FILE]
// The tenant operator's figures on the embedded and on the real control plane; MariaDB at 127.0.0.1:3306 (or CARETAKER_MYSQL_URL) is needed.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Figures, run } from './lib/run.ts';
import { figure } from './lib/statistics.ts';
import { devClusterProcess, realControlPlane } from './lib/target.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100,1000' },
    cluster: { type: 'string', default: 'devcluster,real' },
    steady: { type: 'string', default: '60' },
    json: { type: 'string', default: 'bench/tenants.json' },
  },
});

const all: Figures[] = [];
for (const cluster of values.cluster.split(',')) {
  for (const rows of values.rows.split(',').map(Number)) {
    const target = cluster === 'real' ? await realControlPlane(28010) : await devClusterProcess();
    try {
      all.push(await run(target, rows, Number(values.steady), (line) => console.error(line)));
    } finally {
      await target.stop();
    }
  }
}
print(all);
writeFileSync(values.json, `${JSON.stringify(all, null, 2)}\n`);

function print(figures: readonly Figures[]): void {
  const line = (name: string, of: (f: Figures) => string): void => console.log(`| ${name} | ${figures.map(of).join(' | ')} |`);
  line('', (f) => `${f.target}, ${f.rows} rows`);
  line('---', () => '---');
  line('all Ready, s', (f) => figure(f.secondsToReady));
  line('requests until then', (f) => String(f.requestsTotal));
  line('requests per row', (f) => figure(f.requestsTotal / f.rows));
  line('by verb', (f) =>
    Object.entries(f.requests)
      .map(([verb, count]) => `${verb} ${count}`)
      .join(', '),
  );
  line('operator CPU, s', (f) => figure(f.operatorCpuSeconds));
  line('peak RSS, MiB', (f) => figure(f.peakRssMiB, 0));
  line('requests at rest', (f) => `${f.steadyRequests} in ${f.steadySeconds} s`);
  line('drift repaired, ms p50 / p99', (f) => `${figure(f.driftMs.p50, 0)} / ${figure(f.driftMs.p99, 0)} (n=${f.driftMs.trials})`);
  line(
    'row to child, s p50 / p99',
    (f) => `${figure(f.rowMs.p50 / 1000)} / ${figure(f.rowMs.p99 / 1000)} (n=${f.rowMs.trials}, every ${f.rowMs.syncInterval})`,
  );
  line(
    'raw ceiling, applies/s (ConfigMap / Deployment)',
    (f) => `${figure(f.ceiling.configMapsPerSecond, 0)} / ${figure(f.ceiling.deploymentsPerSecond, 0)}`,
  );
  line('bare writes at that ceiling, s', (f) => figure(f.rows * (4 / f.ceiling.configMapsPerSecond + 1 / f.ceiling.deploymentsPerSecond)));
}
