import { writeFileSync } from 'node:fs';
import { DevCluster } from '../src/index.ts';
import { widgetDefinition } from './objects.ts';
import { REAL_REQUESTS } from './real-server.ts';
import { type BenchRequest, NAMESPACE, WORKS } from './works.ts';

/** One line of the table. */
interface Result {
  readonly work: string;
  readonly count: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** What a core that does nothing else would do: by the time that the process had a core, collector threads included. */
  readonly perCpuSecond: number;
}

const COUNT = Number(process.argv[2] ?? 5000);
const ONLY = process.env['ONLY'];
const IN_FLIGHT = 32;

/** Object writes per second, in process, on one core: whole requests through authentication, authorization, defaulting, validation, admission and storage. */
async function main(): Promise<void> {
  const cluster = new DevCluster();
  const transport = cluster.transport();
  const send = async ({ method, path, type, body }: BenchRequest): Promise<void> => {
    const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'bench/1' };
    if (type !== undefined) headers['content-type'] = type;
    const answer = await transport.send({ method, path, headers, ...(body === undefined ? {} : { body }) });
    const text = await answer.text();
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  };
  const post = (path: string, object: unknown) => send({ method: 'POST', path, type: 'application/json', body: JSON.stringify(object) });
  await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default' },
  });
  await post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', widgetDefinition());
  const results: Result[] = [];
  for (const work of WORKS) {
    if (ONLY !== undefined && !work.name.includes(ONLY)) continue;
    await inParallel(0, Math.ceil(COUNT / 10), (index) => send(work.request(index)));
    const start = performance.now();
    const cpu = process.cpuUsage();
    await inParallel(Math.ceil(COUNT / 10), COUNT, (index) => send(work.request(index)));
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const count = COUNT - Math.ceil(COUNT / 10);
    results.push({ work: work.name, count, seconds, perSecond: count / seconds, perCpuSecond: count / ((user + system) / 1e6) });
  }
  print(results);
  await cluster.close();
}

async function inParallel(from: number, to: number, one: (index: number) => Promise<void>): Promise<void> {
  let next = from;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (let index = next++; index < to; index = next++) await one(index);
    }),
  );
}

function print(results: readonly Result[]): void {
  console.log('| work | writes | seconds | per second | per CPU second | real server, per CPU second | times |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const { work, count, seconds, perSecond, perCpuSecond } of results) {
    const real = REAL_REQUESTS[work] ?? Number.NaN;
    const cells = [work, count, seconds.toFixed(2), ...[perSecond, perCpuSecond, real, perCpuSecond / real].map(Math.round)];
    console.log(`| ${cells.join(' | ')} |`);
  }
  console.log(`peak RSS ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
  const file = process.argv[3];
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ bench: 'devcluster-writes', results }, undefined, 2)}\n`);
}

await main();
