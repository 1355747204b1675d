import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { KubeObject } from '@caretaker/kube';
import { type BenchObject, configMap, deployment } from '../../bench/objects.ts';
import { DevCluster } from '../../src/index.ts';
import { Store } from '../../src/storage/store.ts';
import { systemClock } from '../../src/system.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const COUNT = 4000;

/** Bytes of live heap that an object costs, in a cluster that holds so many of them. */
async function bytesEach(make: (name: string) => BenchObject): Promise<number> {
  const cluster = new DevCluster();
  const api = cluster.api();
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'full' } });
  const add = async (from: number, to: number): Promise<void> => {
    for (let index = from; index < to; index += 1) {
      const object = make(`o-${index}`);
      const namespaced: KubeObject = { ...object, metadata: { ...object.metadata, namespace: 'full' } };
      await api.apply(namespaced, { fieldManager: 'bench' });
    }
  };
  // those that are kept as objects, and what is made once
  await add(0, 1000);
  collect();
  const before = process.memoryUsage().heapUsed;
  await add(1000, 1000 + COUNT);
  collect();
  const bytes = (process.memoryUsage().heapUsed - before) / COUNT;
  assert.equal(cluster.core.store.revision > COUNT, true);
  await cluster.close();
  return bytes;
}

test('100,000 objects, nine ConfigMaps to a Deployment, are 100 MiB of heap', async () => {
  const configMaps = await bytesEach((name) => configMap(name));
  const deployments = await bytesEach((name) => deployment(name));
  // measured: 940 and 1,170, of which the changes that are kept for watches are a good part
  assert.ok(configMaps < 1400, `a ConfigMap is ${configMaps} bytes`);
  assert.ok(deployments < 1600, `a Deployment is ${deployments} bytes`);
});

test('objects that were made alike share their field sets, also when they are read from text', async () => {
  const cluster = new DevCluster({ youngObjects: 1 });
  const api = cluster.api();
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'full' } });
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    const object = configMap(name);
    await api.apply({ ...object, metadata: { ...object.metadata, namespace: 'full' } }, { fieldManager: 'bench' });
  }
  const fieldsOf = (name: string) =>
    api.peek({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'full', name })?.metadata.managedFields?.[0]?.fieldsV1;
  const fields = fieldsOf('b');
  assert.ok(fields !== undefined && 'f:data' in fields);
  assert.equal(fieldsOf('c'), fields);
  assert.equal(fieldsOf('d'), fields);
  await cluster.close();
});

test('objects of a saved cluster share their field sets again', () => {
  const store = new Store({ clock: systemClock });
  const saved = (name: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'full', managedFields: [{ manager: 'm', operation: 'Apply', fieldsV1: { 'f:data': { 'f:saved': {} } } }] },
  });
  store.restore(
    9,
    ['a', 'b', 'c'].map((name) => ({ table: '/configmaps', object: saved(name) })),
  );
  const fieldsOf = (name: string) => store.table('/configmaps').get('full', name)?.metadata.managedFields?.[0]?.fieldsV1;
  assert.deepEqual(fieldsOf('b'), { 'f:data': { 'f:saved': {} } });
  assert.equal(fieldsOf('b'), fieldsOf('c'));
});
