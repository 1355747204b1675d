import { writeFileSync } from 'node:fs';
import type { Transport } from '@caretaker/kube';
import { DevCluster } from '../src/index.ts';
import { configMap, deployment } from './objects.ts';

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
const IN_FLIGHT = 32;

/** Object writes per second, in process, on one core: whole requests through authentication, authorization, defaulting, validation, admission and storage. */
async function main(): Promise<void> {
  const cluster = new DevCluster();
  const transport = cluster.transport();
  await post(transport, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } });
  const results: Result[] = [];
  const measure = async (work: string, one: (index: number) => Promise<void>): Promise<void> => {
    const start = performance.now();
    const cpu = process.cpuUsage();
    await inParallel(COUNT, one);
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    results.push({ work, count: COUNT, seconds, perSecond: COUNT / seconds, perCpuSecond: COUNT / ((user + system) / 1e6) });
  };
  const base = '/api/v1/namespaces/bench/configmaps';
  const apps = '/apis/apps/v1/namespaces/bench/deployments';
  await inParallel(200, (index) => post(transport, base, configMap(`warm-${index}`)));
  await measure('POST ConfigMap', (index) => post(transport, base, configMap(`a-${index}`)));
  await measure('apply ConfigMap (create)', (index) => apply(transport, base, configMap(`b-${index}`)));
  await measure('apply ConfigMap (change)', (index) => apply(transport, base, configMap(`b-${index}`, 'changed')));
  await measure('apply ConfigMap (no change)', (index) => apply(transport, base, configMap(`b-${index}`, 'changed')));
  await measure('apply Deployment (create)', (index) => apply(transport, apps, deployment(`d-${index}`)));
  await measure('merge patch Deployment', (index) =>
    send(transport, 'PATCH', `${apps}/d-${index}`, '{"spec":{"replicas":2}}', 'application/merge-patch+json'),
  );
  await measure('GET Deployment', (index) => send(transport, 'GET', `${apps}/d-${index}`, undefined, ''));
  await measure('DELETE ConfigMap', (index) => send(transport, 'DELETE', `${base}/a-${index}`, undefined, ''));
  print(results);
  await cluster.close();
}

async function inParallel(count: number, one: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (let index = next++; index < count; index = next++) await one(index);
    }),
  );
}

function post(transport: Transport, path: string, object: unknown): Promise<void> {
  return send(transport, 'POST', path, JSON.stringify(object), 'application/json');
}

function apply(transport: Transport, path: string, object: { metadata: { name: string } }): Promise<void> {
  return send(
    transport,
    'PATCH',
    `${path}/${object.metadata.name}?fieldManager=bench&force=true`,
    JSON.stringify(object),
    'application/apply-patch+yaml',
  );
}

async function send(
  transport: Transport,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body: string | undefined,
  type: string,
): Promise<void> {
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'bench/1' };
  if (type !== '') headers['content-type'] = type;
  const answer = await transport.send({ method, path, headers, ...(body === undefined ? {} : { body }) });
  const text = await answer.text();
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
}

function print(results: readonly Result[]): void {
  console.log('| work | writes | seconds | per second | per CPU second |');
  console.log('| --- | ---: | ---: | ---: | ---: |');
  for (const { work, count, seconds, perSecond, perCpuSecond } of results) {
    console.log(`| ${work} | ${count} | ${seconds.toFixed(2)} | ${Math.round(perSecond)} | ${Math.round(perCpuSecond)} |`);
  }
  console.log(`peak RSS ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
  const file = process.argv[3];
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ bench: 'devcluster-writes', results }, undefined, 2)}\n`);
}

await main();
