/** What docs/guides/embedded-cluster.md shows: a test of somebody's controller against a whole cluster, in virtual time and with faults. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, createDiscovery } from '@caretaker/kube';
import { VirtualClock } from '@caretaker/kube/testing';
import { type ClusterFaults, DevCluster, StatusError, workloadControllers } from '../src/index.ts';

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' };

test('a Deployment becomes available in ten seconds that nobody waits for, says so when its pods are refused, and gets over it', async () => {
  const clock = new VirtualClock();
  const faults: ClusterFaults = {};
  const cluster = new DevCluster({ clock, faults });
  cluster.start(workloadControllers(cluster));
  const transport = cluster.transport();
  const client = createClient({ transport, clock, discovery: createDiscovery({ transport, clock }), fieldManager: 'example' });

  await client.create({
    apiVersion: web.apiVersion,
    kind: web.kind,
    metadata: { name: web.name, namespace: web.namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'nginx' }] } },
    },
  });
  await clock.advance(10_000);
  assert.match(JSON.stringify(await client.get(web)), /"availableReplicas":2/);

  faults.before = ({ resource }) => {
    if (resource === 'pods') throw new StatusError(403, 'Forbidden', 'no pods today');
  };
  await client.patch(web, { type: 'merge', body: { spec: { replicas: 3 } } });
  await clock.advance(10_000);
  assert.match(JSON.stringify(await client.get(web)), /"reason":"FailedCreate"/);

  faults.before = undefined;
  await clock.advance(600_000);
  assert.match(JSON.stringify(await client.get(web)), /"availableReplicas":3/);
  await cluster.close();
});
