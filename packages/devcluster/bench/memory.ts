import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { KubeObject } from '@caretaker/kube';
import { DevCluster } from '../src/index.ts';
import { type BenchObject, configMap, deployment, service } from './objects.ts';

/** What the objects are, by index. */
const MIXES: Readonly<Record<string, (index: number) => BenchObject>> = {
  'nine ConfigMaps to a Deployment': (index) => (index % 10 === 0 ? deployment(`d-${index}`) : configMap(`c-${index}`)),
  'tenants: ConfigMap, Service, ServiceAccount, Deployment': (index) => TENANT[index % TENANT.length]?.(index) ?? configMap(`c-${index}`),
  Deployments: (index) => deployment(`d-${index}`),
};

const TENANT: readonly ((index: number) => BenchObject)[] = [
  (index) => configMap(`c-${index}`),
  (index) => service(`s-${index}`),
  (index) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: `a-${index}`, labels: { app: `a-${index}` } } }),
  (index) => deployment(`d-${index}`),
];

/** Resident memory of one cluster full of objects. */
interface Result {
  readonly mix: string;
  readonly watchers: number;
  readonly objects: number;
  readonly seconds: number;
  /** MiB */
  readonly before: number;
  /** MiB, right after the last write: nothing was collected for the occasion. */
  readonly after: number;
  /** MiB */
  readonly peak: number;
}

/** In a process of its own, with the settings that Node has by itself. */
async function fill(mix: string, objects: number, watchers: number): Promise<Result> {
  const make = MIXES[mix];
  if (make === undefined) throw new Error(`no mix ${mix}`);
  const cluster = new DevCluster();
  const api = cluster.api();
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } });
  const before = resident();
  const open = Array.from({ length: watchers }, (_, index) => watch(cluster, index % 2 === 0));
  const start = performance.now();
  for (let index = 0; index < objects; index += 1) {
    const object = make(index);
    const namespaced: KubeObject = { ...object, metadata: { ...object.metadata, namespace: 'bench' } };
    await api.apply(namespaced, { fieldManager: 'bench' });
    if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const seconds = (performance.now() - start) / 1000;
  const after = resident();
  for (const close of open) close();
  await cluster.close();
  return { mix, watchers, objects, seconds, before, after, peak: Math.round(process.resourceUsage().maxRSS / 1024) };
}

/** Somebody who reads all events as they come. */
function watch(cluster: DevCluster, configMaps: boolean): () => void {
  const path = configMaps ? '/api/v1/configmaps' : '/apis/apps/v1/deployments';
  const controller = new AbortController();
  const read = async (): Promise<void> => {
    const answer = await cluster.transport().send({ method: 'GET', path: `${path}?watch=true`, headers: {}, signal: controller.signal });
    for await (const _chunk of answer.chunks()) if (controller.signal.aborted) return;
  };
  read().catch(() => undefined);
  return () => controller.abort();
}

function resident(): number {
  return Math.round(process.memoryUsage.rss() / 1024 / 1024);
}

function inChild(mix: string, objects: number, watchers: number): Result {
  const text = execFileSync(process.execPath, [
    ...process.execArgv,
    fileURLToPath(import.meta.url),
    String(objects),
    '--one',
    mix,
    String(watchers),
  ]);
  return JSON.parse(text.toString()) as Result;
}

const [count = '100000', file, mix = '', watchers = '0'] = process.argv.slice(2);
if (file === '--one') {
  console.log(JSON.stringify(await fill(mix, Number(count), Number(watchers))));
} else {
  console.log('| objects | what | watchers | seconds | writes per second | MiB before | MiB after | MiB at most | bytes per object |');
  console.log('| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  const results: Result[] = [];
  for (const each of Object.keys(MIXES)) {
    for (const open of [0, 4]) {
      const result = inChild(each, Number(count), open);
      results.push(result);
      const { objects, seconds, before, after, peak } = result;
      const perObject = Math.round(((after - before) * 1024 * 1024) / objects);
      const cells = [objects, each, open, seconds.toFixed(1), Math.round(objects / seconds), before, after, peak, perObject];
      console.log(`| ${cells.join(' | ')} |`);
    }
  }
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ bench: 'devcluster-memory', results }, undefined, 2)}\n`);
}
