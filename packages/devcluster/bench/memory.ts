import { writeFileSync } from 'node:fs';
import { DevCluster } from '../src/index.ts';
import { configMap, deployment } from './objects.ts';

const COUNT = Number(process.argv[2] ?? 100_000);
const YOUNG = process.env['YOUNG_OBJECTS'];

/** Resident memory with many stored objects: nine ConfigMaps to a Deployment, made by server-side apply. Run with --expose-gc for exact figures. */
async function main(): Promise<void> {
  const cluster = new DevCluster(YOUNG === undefined ? {} : { youngObjects: Number(YOUNG) });
  const api = cluster.api();
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } });
  const before = resident();
  const start = performance.now();
  for (let index = 0; index < COUNT; index += 1) {
    const object = index % 10 === 0 ? deployment(`d-${index}`) : configMap(`c-${index}`);
    await api.apply({ ...object, metadata: { ...object.metadata, namespace: 'bench' } }, { fieldManager: 'bench' });
  }
  const seconds = (performance.now() - start) / 1000;
  globalThis.gc?.();
  const after = resident();
  console.log('| objects | seconds | writes per second | resident before | resident after | bytes per object |');
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: |');
  const perObject = ((after - before) * 1024 * 1024) / COUNT;
  console.log(
    `| ${COUNT} | ${seconds.toFixed(1)} | ${Math.round(COUNT / seconds)} | ${before} MiB | ${after} MiB | ${Math.round(perObject)} |`,
  );
  const file = process.argv[3];
  if (file !== undefined)
    writeFileSync(
      file,
      `${JSON.stringify({ bench: 'devcluster-memory', objects: COUNT, seconds, before, after, perObject }, undefined, 2)}\n`,
    );
  await cluster.close();
}

function resident(): number {
  return Math.round(process.memoryUsage.rss() / 1024 / 1024);
}

await main();
