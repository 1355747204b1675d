import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { fileURLToPath } from 'node:url';
import { startDevCluster } from '../src/index.ts';
import { widgetDefinition } from './objects.ts';
import { REAL_REQUESTS } from './real-server.ts';
import { type BenchRequest, NAMESPACE, WORKS } from './works.ts';

/**
 * The requests of the bench over HTTPS, as kubectl and operators send them: 32 connections that are kept. Measures devcluster in a process of its own, or, with
 * `--url`, `--token` and `--pids`, any server on this machine whose processes these are.
 */
interface Server {
  readonly url: string;
  readonly token: string;
  readonly pids: readonly number[];
  stop(): void;
}

interface Result {
  readonly work: string;
  readonly count: number;
  readonly perSecond: number;
  /** Requests in a second of the server's own time on a core, whatever the client and others do. */
  readonly perCpuSecond: number;
}

const IN_FLIGHT = 32;
const TICKS_PER_SECOND = 100;

/** Seconds that processes had a core, from /proc. */
function cpuSeconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / TICKS_PER_SECOND;
}

function startChild(): Promise<Server> {
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), '--serve'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout.once('data', (line: Buffer) => {
      const { url, token } = JSON.parse(line.toString()) as { url: string; token: string };
      resolve({ url, token, pids: [child.pid ?? 0], stop: () => child.stdin.end() });
    });
  });
}

/** Serves until the standard input ends. */
async function serve(): Promise<void> {
  const running = await startDevCluster({ port: 0 });
  console.log(JSON.stringify({ url: running.url, token: running.adminToken }));
  process.stdin.resume();
  process.stdin.once('end', () => void running.close());
}

function send(server: Server, agent: Agent, { method, path, type, body }: BenchRequest): Promise<void> {
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'bench/1', authorization: `Bearer ${server.token}` };
  if (type !== undefined) headers['content-type'] = type;
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
  return new Promise((resolve, reject) => {
    // the certificate is of an authority that the server has just made for itself
    const sent = request(`${server.url}${path}`, { method, agent, headers, rejectUnauthorized: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        if ((answer.statusCode ?? 0) < 300) resolve();
        else reject(new Error(`${method} ${path}: ${answer.statusCode} ${Buffer.concat(chunks).toString()}`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

async function inParallel(from: number, to: number, one: (index: number) => Promise<void>): Promise<void> {
  let next = from;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < to; index = next++) await one(index);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

async function measure(server: Server, count: number): Promise<Result[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  const post = (path: string, object: unknown) =>
    send(server, agent, { method: 'POST', path, type: 'application/json', body: JSON.stringify(object) });
  await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
    // another controller may have been quicker
    .catch((error: unknown) => (String(error).includes('409') ? undefined : Promise.reject(error)));
  await post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', widgetDefinition());
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const results: Result[] = [];
  for (const work of WORKS) {
    const warm = Math.ceil(count / 4);
    await inParallel(0, warm, (index) => send(server, agent, work.request(index)));
    const start = performance.now();
    const cpu = cpuSeconds(server.pids);
    await inParallel(warm, count, (index) => send(server, agent, work.request(index)));
    const seconds = (performance.now() - start) / 1000;
    const used = cpuSeconds(server.pids) - cpu;
    results.push({ work: work.name, count: count - warm, perSecond: (count - warm) / seconds, perCpuSecond: (count - warm) / used });
  }
  await send(server, agent, { method: 'DELETE', path: `/api/v1/namespaces/${NAMESPACE}` });
  await send(server, agent, {
    method: 'DELETE',
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.bench.caretaker.dev',
  });
  agent.destroy();
  return results;
}

function print(results: readonly Result[]): void {
  console.log('| work | requests | per second | per CPU second of the server | real server, per CPU second | times |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
  for (const { work, count, perSecond, perCpuSecond } of results) {
    const real = REAL_REQUESTS[work] ?? Number.NaN;
    const times = (perCpuSecond / real).toFixed(1);
    console.log(`| ${[work, count, ...[perSecond, perCpuSecond, real].map(Math.round), times].join(' | ')} |`);
  }
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

if (process.argv.includes('--serve')) await serve();
else {
  const url = option('url');
  const pids = (option('pids') ?? '').split(',').filter(Boolean).map(Number);
  const server = url === undefined ? await startChild() : { url, token: option('token') ?? '', pids, stop: () => undefined };
  const results = await measure(server, Number(/^\d+$/.test(process.argv[2] ?? '') ? process.argv[2] : 5000));
  server.stop();
  print(results);
  const file = option('json');
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ bench: 'devcluster-requests', results }, undefined, 2)}\n`);
}
