import {
  byLabel,
  byNamespace,
  systemClock as clock,
  createClient,
  createInformers,
  silentLogger,
  systemRandom,
  type Transport,
} from '@caretaker/kube';
import { settle } from '@caretaker/kube/testing';
import { fixedDiscovery, pods } from '../test/client/resources.ts';
import { megabytes, type Row } from './table.ts';

const count = 100_000;

/** An object as a Deployment's pod is, trimmed as an operator would trim it: about 1 KB on the wire. */
function podLine(number: number, version: number, type: string): string {
  const labels = { app: `tenant-${number % 1000}`, 'kubernetes-tenants.org/tenant': `tenant-${number % 1000}` };
  const metadata = {
    name: `pod-${number}`,
    namespace: `ns-${number % 100}`,
    uid: `00000000-0000-0000-0000-${String(number).padStart(12, '0')}`,
    resourceVersion: String(version),
    labels,
  };
  const spec = {
    containers: [
      {
        name: 'web',
        image: 'registry.example.com/web:1.2.3',
        env: Array.from({ length: 8 }, (_, n) => ({ name: `VARIABLE_${n}`, value: `value ${n}` })),
      },
    ],
  };
  return `${JSON.stringify({ type, object: { apiVersion: 'v1', kind: 'Pod', metadata, spec, status: { phase: 'Running' } } })}\n`;
}

/** Sync of 100,000 objects from one stream, a stream of changes, and a full set that changed nothing. */
export async function benchInformer(): Promise<Row[]> {
  const streams: ((chunk: string | undefined) => void)[] = [];
  const transport: Transport = {
    close: async () => undefined,
    send: async ({ signal }) => ({ status: 200, headers: {}, text: async () => '', chunks: () => source(streams, signal) }),
  };
  const client = createClient({ transport, clock, discovery: fixedDiscovery(pods), fieldManager: 'bench' });
  const informers = createInformers({ client, clock, random: systemRandom, logger: silentLogger });
  const rows: Row[] = [];
  globalThis.gc?.();
  const before = process.memoryUsage();
  const informer = informers.acquire({ ...pods, indexes: { tenant: byLabel('kubernetes-tenants.org/tenant'), namespace: byNamespace } });
  await settle();
  let events = 0;
  informer.subscribe({ added: () => events++, modified: () => events++ });

  const phase = async (name: string, lines: () => Generator<string>, done: () => boolean): Promise<void> => {
    events = 0;
    const cpu = process.cpuUsage();
    const start = performance.now();
    let chunk = '';
    for (const line of lines()) {
      chunk += line;
      if (chunk.length < 65_536) continue;
      streams.at(-1)?.(chunk);
      chunk = '';
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    streams.at(-1)?.(chunk);
    while (!done()) await settle(1);
    const used = process.cpuUsage(cpu);
    globalThis.gc?.();
    rows.push({
      phase: name,
      seconds: (performance.now() - start) / 1000,
      'cpu s': (used.user + used.system) / 1e6,
      events,
      'heap MiB': megabytes(process.memoryUsage().heapUsed - before.heapUsed),
      'rss MiB': megabytes(process.memoryUsage().rss),
    });
  };
  const end = `${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '200000', annotations: { 'k8s.io/initial-events-end': 'true' } } } })}\n`;
  const all = function* (): Generator<string> {
    for (let number = 0; number < count; number++) yield podLine(number, number + 1, 'ADDED');
    yield end;
  };
  await phase(`first sync of ${count}`, all, () => informer.synced);
  await phase(
    '20,000 changes',
    function* () {
      for (let number = 0; number < 20_000; number++) yield podLine(number, 200_001 + number, 'MODIFIED');
    },
    () => informer.resourceVersion === '220000',
  );
  await informers.close();
  return rows;
}

async function* source(streams: ((chunk: string | undefined) => void)[], signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const waiting: (string | undefined)[] = [];
  let wake: () => void = () => undefined;
  streams.push((chunk) => {
    waiting.push(chunk);
    wake();
  });
  signal?.addEventListener('abort', () => wake());
  while (signal?.aborted !== true) {
    while (waiting.length > 0) yield Buffer.from(waiting.shift() ?? '');
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}
