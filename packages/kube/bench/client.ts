import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  type ClusterConfig,
  systemClock as clock,
  createClient,
  createDiscovery,
  createLimiter,
  createTransport,
  fixedCredentials,
  isAlreadyExists,
  type KubeClient,
  loadKubeconfig,
  silentLogger,
  type Transport,
} from '@caretaker/kube';
import { certificates } from '../test/transport/tls-server.ts';
import { quantile, type Row } from './table.ts';

const namespace = 'kube-bench';

interface Load {
  name: string;
  run(client: KubeClient, number: number): Promise<unknown>;
}

const value = 'x'.repeat(600);
const configMap = (number: number, text: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `c${number % 1000}`, namespace, labels: { app: 'bench' } },
  data: { value, text },
});

const loads: readonly Load[] = [
  { name: 'apply', run: (client, number) => client.apply(configMap(number, String(number)), { fieldManager: 'bench', force: true }) },
  { name: 'get', run: (client, number) => client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: `c${number % 1000}` }) },
];

export async function benchClient(): Promise<Row[]> {
  const real = process.env['KUBECONFIG'] !== undefined;
  const { config, stop } = real ? { config: await loadKubeconfig({ clock }), stop: () => undefined } : await localServer();
  const transport = createTransport(config, { clock });
  const discovery = createDiscovery({ transport, clock });
  const limiter = createLimiter({ clock, logger: silentLogger });
  const client = createClient({ transport, clock, discovery, fieldManager: 'bench', limiter });
  if (real) await prepare(client);
  const rows: Row[] = [];
  for (const load of loads) {
    await measure(client, load, 8, 500);
    for (const inFlight of [1, 8, 32])
      rows.push({ request: load.name, ...(await measure(client, load, inFlight, real ? 1_000 : inFlight === 1 ? 3_000 : 20_000)) });
  }
  if (!real) rows.push({ request: 'apply, transport alone', ...(await measureBare(transport, 32, 20_000)) });
  await transport.close();
  stop();
  return rows;
}

async function prepare(client: KubeClient): Promise<void> {
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
}

function measure(client: KubeClient, load: Load, inFlight: number, count: number): Promise<Row> {
  return time(inFlight, count, (number) => load.run(client, number));
}

function measureBare(transport: Transport, inFlight: number, count: number): Promise<Row> {
  const path = `/api/v1/namespaces/${namespace}/configmaps/c1?fieldManager=bench&force=true`;
  const headers = { 'content-type': 'application/apply-patch+yaml', accept: 'application/json' };
  return time(inFlight, count, async (number) => {
    const response = await transport.send({ method: 'PATCH', path, headers, body: JSON.stringify(configMap(number, String(number))) });
    return JSON.parse(await response.text());
  });
}

async function time(inFlight: number, count: number, run: (number: number) => Promise<unknown>): Promise<Row> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const times: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const number = next++;
      const sent = performance.now();
      await run(number);
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  delay.disable();
  times.sort((a, b) => a - b);
  return {
    'in flight': inFlight,
    'per s': count / seconds,
    'p50 ms': quantile(times, 0.5),
    'p99 ms': quantile(times, 0.99),
    'cpu s per 1000': ((used.user + used.system) / 1e6 / count) * 1000,
    'loop delay p99 ms': Math.max(0, delay.percentile(99) / 1e6 - 5),
  };
}

async function localServer(): Promise<{ config: ClusterConfig; stop: () => void }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'server.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const config: ClusterConfig = {
    server: `https://127.0.0.1:${Number(String(line))}`,
    namespace,
    certificateAuthority: () => certificates.ca,
    insecureSkipTlsVerify: false,
    credentials: fixedCredentials({ authorization: 'Bearer bench' }),
  };
  return { config, stop: () => void child.kill() };
}
