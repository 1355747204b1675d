import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HORIZONTAL_POD_AUTOSCALER, PERSISTENT_VOLUME_CLAIM, POD_DISRUPTION_BUDGET, SERVICE } from '../../src/workloads/machinery/kinds.ts';
import { deployment, makeWorld, podTemplate } from './world.ts';

test('when nothing changes, no controller writes', async () => {
  const world = await makeWorld({ podReadyDelayMs: 500 });
  const namespace = 'default';
  const spec = { selector: { matchLabels: { app: 'db' } }, template: podTemplate('nginx', { app: 'db' }) };
  const metadata = (name: string) => ({ name, namespace });
  await world.api.create(deployment('web'));
  await world.api.create({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadata('db'),
    spec: { ...spec, replicas: 2, serviceName: 'db' },
  });
  await world.api.create({ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: metadata('agent'), spec });
  const jobSpec = { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } } };
  await world.api.create({ apiVersion: 'batch/v1', kind: 'Job', metadata: metadata('once'), spec: jobSpec });
  await world.api.create({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadata('yearly'),
    spec: { schedule: '@yearly', jobTemplate: { spec: jobSpec } },
  });
  await world.api.create({
    ...SERVICE,
    metadata: metadata('web'),
    spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] },
  });
  await world.api.create({
    ...PERSISTENT_VOLUME_CLAIM,
    metadata: metadata('data'),
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
  await world.api.create({
    ...POD_DISRUPTION_BUDGET,
    metadata: metadata('web'),
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
  });
  await world.api.create({
    ...HORIZONTAL_POD_AUTOSCALER,
    metadata: metadata('web'),
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 4, metrics: [] },
  });
  await world.api.create({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: metadata('web'),
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  });
  await world.pass(60);
  const before = world.cluster.core.store.revision;
  await world.pass(600);
  assert.equal(world.cluster.core.store.revision, before);
  await world.close();
});
