import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DevCluster } from '@caretaker/devcluster';
import { createClient, createDiscovery, systemClock } from '@caretaker/kube';
import { until } from '../conformance/target.ts';
import { run } from './example.ts';

const read = (...path: string[]): string => readFileSync(join(import.meta.dirname, ...path), 'utf8');

test('the example of the README is the one that runs here', () => {
  const block = /```ts\n([\s\S]*?)```/.exec(read('..', '..', 'README.md'))?.[1];
  assert.equal(block, read('example.ts'));
});

test('the example does what it says', { timeout: 30_000 }, async () => {
  const cluster = new DevCluster();
  const transport = cluster.transport();
  const client = createClient({
    transport,
    clock: systemClock,
    discovery: createDiscovery({ transport, clock: systemClock }),
    fieldManager: 'test',
  });
  const abort = new AbortController();
  const running = run(transport, abort.signal);
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'welcome' };
  const welcome = async (): Promise<unknown> =>
    client.get(ref).then(
      (object) => object['data'],
      () => undefined,
    );
  const welcomed = async (): Promise<boolean> => JSON.stringify(await welcome()) === '{"text":"Welcome to shop"}';
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  await until(welcomed);
  await client.patch(ref, { type: 'merge', body: { data: { text: 'changed' } } });
  await until(welcomed);
  await client.delete(ref);
  await until(welcomed);
  abort.abort();
  await running;
  await cluster.close();
});
