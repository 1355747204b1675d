import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { VirtualClock } from '@caretaker/kube/testing';
import { DevCluster } from '../../src/dev-cluster.ts';
import { workloadControllers } from '../../src/workloads/suite.ts';
import { seededRandom } from './world.ts';

test('a cluster whose workload controllers do not run answers for pods as a server without nodes does', async () => {
  const cluster = new DevCluster({ clock: new VirtualClock(), random: seededRandom() });
  const directory = join(tmpdir(), 'never-made');
  workloadControllers(cluster, { processes: { directory } });
  const metadata = (name: string) => ({ name, namespace: 'default' });
  const api = cluster.api();
  await api.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata('default') });
  await api.create({ apiVersion: 'v1', kind: 'Pod', metadata: metadata('p'), spec: { containers: [{ name: 'main', image: 'x' }] } });
  await api.create({ apiVersion: 'v1', kind: 'Service', metadata: metadata('s'), spec: { selector: { app: 'x' }, ports: [{ port: 80 }] } });
  const get = async (path: string): Promise<number> => (await cluster.transport().send({ method: 'GET', path, headers: {} })).status;
  assert.deepEqual(
    [
      await get('/api/v1/namespaces/default/pods/p/log'),
      await get('/api/v1/namespaces/default/pods/p/exec?command=ls'),
      await get('/api/v1/namespaces/default/services/s/proxy/'),
      await get('/apis/metrics.k8s.io/v1beta1/nodes'),
    ],
    [204, 400, 503, 404],
  );
  await cluster.close();
});
