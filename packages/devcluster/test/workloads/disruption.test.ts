import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { decideBudget } from '../../src/workloads/disruption/decide.ts';
import { HORIZONTAL_POD_AUTOSCALER, NODE, POD, POD_DISRUPTION_BUDGET } from '../../src/workloads/machinery/kinds.ts';
import { nameOf } from '../../src/workloads/machinery/objects.ts';
import { fields, integer, items, text } from '../../src/workloads/machinery/read.ts';
import { deployment, makeWorld, type World } from './world.ts';

function budget(spec: Record<string, unknown>): KubeObject {
  return {
    ...POD_DISRUPTION_BUDGET,
    metadata: { name: 'web', namespace: 'default', generation: 1 },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  };
}

function readyPod(name: string, ready: boolean): KubeObject {
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
  return { ...POD, metadata: { name, namespace: 'default' }, status: { phase: 'Running', conditions } };
}

test('what a budget allows', () => {
  const pods = (ready: number, unready: number): KubeObject[] => [
    ...Array.from({ length: ready }, (_, index) => readyPod(`r${index}`, true)),
    ...Array.from({ length: unready }, (_, index) => readyPod(`u${index}`, false)),
  ];
  const rows: [
    spec: Record<string, unknown>,
    ready: number,
    unready: number,
    scale: number | undefined,
    allowed: number,
    desired: number,
  ][] = [
    [{ minAvailable: 1 }, 2, 0, 2, 1, 1],
    [{ minAvailable: 2 }, 2, 0, 2, 0, 2],
    [{ minAvailable: '50%' }, 3, 0, 3, 1, 2],
    [{ minAvailable: '50%' }, 3, 1, 4, 1, 2],
    [{ maxUnavailable: 1 }, 3, 0, 3, 1, 2],
    [{ maxUnavailable: 1 }, 2, 1, 3, 0, 2],
    [{ maxUnavailable: '34%' }, 3, 0, 3, 2, 1],
    [{ maxUnavailable: 0 }, 3, 0, 3, 0, 3],
    [{ minAvailable: 0 }, 0, 0, undefined, 0, 0],
  ];
  for (const [spec, ready, unready, scale, allowed, desired] of rows) {
    const status = fields(decideBudget(budget(spec), pods(ready, unready), scale, 0), 'status');
    assert.deepEqual([status['disruptionsAllowed'], status['desiredHealthy']], [allowed, desired], JSON.stringify([spec, ready, unready]));
  }
});

async function evict(world: World, pod: string): Promise<{ status: number; message: string }> {
  const body = JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace: 'default' } });
  const answer = await world.cluster.transport().send({
    method: 'POST',
    path: `/api/v1/namespaces/default/pods/${pod}/eviction`,
    headers: { 'content-type': 'application/json' },
    body,
  });
  const parsed: unknown = JSON.parse(await answer.text());
  return { status: answer.status, message: text(items(parsed, 'details', 'causes')[0], 'message') };
}

test('an eviction is refused when the budget has nothing left', async () => {
  const world = await makeWorld({ podReadyDelayMs: 5000 });
  await world.api.create(deployment('web'));
  await world.api.create(budget({ minAvailable: 1 }));
  await world.pass(10);
  const [first, second] = world.list(POD).map(nameOf);
  assert.equal((await evict(world, first ?? '')).status, 201);
  assert.deepEqual(await evict(world, second ?? ''), {
    status: 429,
    message: 'The disruption budget web needs 1 healthy pods and has 2 currently',
  });
  await world.pass(10);
  assert.equal((await evict(world, second ?? '')).status, 201);
  await world.close();
});

test('pods of a node that is gone are removed and come back elsewhere', async () => {
  const world = await makeWorld();
  await world.api.create(deployment('web', { replicas: 4 }));
  await world.pass(2);
  await world.api.delete({ ...NODE, name: 'node-1' });
  await world.pass(5);
  assert.deepEqual(
    world.list(POD).map((pod) => text(pod, 'spec', 'nodeName')),
    ['node-2', 'node-2', 'node-2', 'node-2'],
  );
  await world.close();
});

function autoscaled(cpu: string): KubeObject {
  const template = {
    metadata: { labels: { app: 'web' }, annotations: { 'devcluster.caretaker.dev/cpu': cpu } },
    spec: { containers: [{ name: 'main', image: 'nginx', resources: { requests: { cpu: '100m' } } }] },
  };
  return deployment('web', { replicas: 2, template });
}

function autoscaler(metrics: unknown[]): KubeObject {
  return {
    ...HORIZONTAL_POD_AUTOSCALER,
    metadata: { name: 'web', namespace: 'default' },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 1, maxReplicas: 5, metrics },
  };
}

const CPU = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }];

function conditions(world: World): Record<string, string> {
  const list = items(world.status(HORIZONTAL_POD_AUTOSCALER, 'web'), 'conditions');
  return Object.fromEntries(list.map((one) => [text(one, 'type'), `${text(one, 'status')} ${text(one, 'reason')}`]));
}

test('an autoscaler grows a busy workload up to its bound', async () => {
  const world = await makeWorld();
  await world.api.create(autoscaled('90m'));
  await world.api.create(autoscaler(CPU));
  await world.pass(60);
  assert.equal(integer(world.get({ apiVersion: 'apps/v1', kind: 'Deployment' }, 'web'), 'spec', 'replicas'), 5);
  assert.deepEqual(conditions(world), {
    AbleToScale: 'True ReadyForNewScale',
    ScalingActive: 'True ValidMetricFound',
    ScalingLimited: 'True TooManyReplicas',
  });
  const [current] = items(world.status(HORIZONTAL_POD_AUTOSCALER, 'web'), 'currentMetrics');
  assert.deepEqual(current, { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 90, averageValue: '90m' } } });
  assert.ok(world.events('web').some((event) => event.startsWith('SuccessfulRescale: New size: 4')));
  const entries = world.get({ apiVersion: 'apps/v1', kind: 'Deployment' }, 'web')?.metadata.managedFields ?? [];
  assert.ok(entries.some((entry) => entry.subresource === 'scale' && JSON.stringify(entry.fieldsV1).includes('f:replicas')));
  await world.close();
});

test('an autoscaler shrinks an idle workload only after five quiet minutes', async () => {
  const world = await makeWorld();
  await world.api.create(autoscaled('50m'));
  await world.api.create(autoscaler(CPU));
  await world.pass(60);
  const replicas = (): number | undefined => integer(world.get({ apiVersion: 'apps/v1', kind: 'Deployment' }, 'web'), 'spec', 'replicas');
  assert.equal(replicas(), 2, 'at the target nothing changes');
  for (const pod of world.list(POD)) {
    const body = { metadata: { annotations: { 'devcluster.caretaker.dev/cpu': '10m' } } };
    await world.api.patch({ ...POD, namespace: 'default', name: nameOf(pod) }, { type: 'merge', body });
  }
  await world.pass(120);
  assert.equal(replicas(), 2);
  assert.equal(conditions(world)['AbleToScale'], 'True ScaleDownStabilized');
  await world.pass(300);
  assert.equal(replicas(), 1);
  await world.close();
});

test('an autoscaler whose pods ask for nothing says so', async () => {
  const world = await makeWorld();
  await world.api.create(deployment('web'));
  await world.api.create(autoscaler(CPU));
  await world.pass(20);
  assert.equal(conditions(world)['ScalingActive'], 'False FailedGetResourceMetric');
  await world.pass(120);
  const told = world
    .events('web')
    .filter((event) => event.startsWith('FailedGetResourceMetric: failed to get cpu utilization: missing request for cpu'));
  assert.equal(told.length, 1);
  await world.close();
});
