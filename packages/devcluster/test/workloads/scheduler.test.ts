import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { NODE, PERSISTENT_VOLUME_CLAIM, POD, POD_DISRUPTION_BUDGET } from '../../src/workloads/machinery/kinds.ts';
import { items, text } from '../../src/workloads/machinery/read.ts';
import { tolerates } from '../../src/workloads/scheduler/affinity.ts';
import { place } from '../../src/workloads/scheduler/decide.ts';
import type { NodeUsage } from '../../src/workloads/scheduler/node-usage.ts';
import { requestsOf } from '../../src/workloads/scheduler/requests.ts';
import { makeWorld } from './world.ts';

function node(
  name: string,
  spec: Record<string, unknown> = {},
  used: Record<string, number> = {},
  labels: Record<string, string> = {},
): NodeUsage {
  return {
    node: {
      ...NODE,
      metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
      spec,
      status: { allocatable: { cpu: '2', memory: '4Gi', pods: '10' } },
    },
    used,
    ports: new Set(),
    perController: new Map(),
    pods: [],
    guarded: [],
  };
}

function pod(spec: Record<string, unknown> = {}, cpu?: string): KubeObject {
  const resources = cpu === undefined ? {} : { resources: { requests: { cpu } } };
  return {
    ...POD,
    metadata: { name: 'p', namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'x', ...resources }], ...spec },
  };
}

test('a pod goes to the least used node that fits', () => {
  const nodes = [node('a', {}, { pods: 3 }), node('b', {}, { pods: 1 }), node('c', { unschedulable: true })];
  assert.deepEqual(place(pod(), nodes), { node: 'b' });
  assert.deepEqual(place(pod({ nodeSelector: { 'kubernetes.io/hostname': 'a' } }), nodes), { node: 'a' });
});

test('pods of one controller are spread', () => {
  const owned = pod();
  owned.metadata.ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: 'u', controller: true }];
  const busy = { ...node('a', {}, { pods: 1 }), perController: new Map([['u', 1]]) };
  assert.deepEqual(place(owned, [busy, node('b', {}, { pods: 5 })]), { node: 'b' });
});

test('why no node fits, in the words of the scheduler', () => {
  const taint = { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] };
  const rows: [why: string, pod: KubeObject, nodes: NodeUsage[], message: string][] = [
    [
      'too large for every node',
      pod({}, '3'),
      [node('a'), node('b')],
      '0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    ],
    [
      'no room now',
      pod({}, '1'),
      [node('a', {}, { cpu: 1.5 })],
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    ],
    [
      'taint and cordon',
      pod(),
      [node('a', taint), node('b', { unschedulable: true })],
      '0/2 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    ],
    [
      'selector',
      pod({ nodeSelector: { disk: 'ssd' } }),
      [node('a')],
      "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
    ],
    [
      'full',
      pod(),
      [node('a', {}, { pods: 10 })],
      '0/1 nodes are available: 1 Too many pods. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    ],
    ['no nodes', pod(), [], 'no nodes available to schedule pods'],
  ];
  for (const [why, one, nodes, message] of rows) assert.deepEqual(place(one, nodes), { unschedulable: message, eviction: undefined }, why);
});

test('a pod is unschedulable on demand', () => {
  const image = pod({ containers: [{ name: 'main', image: 'nginx:unschedulable' }] });
  const annotated = pod();
  annotated.metadata.annotations = { 'devcluster.caretaker.dev/behavior': 'unschedulable' };
  for (const one of [image, annotated]) assert.ok('unschedulable' in place(one, [node('a')]));
});

test('tolerations', () => {
  const taint = { key: 'a', value: 'b', effect: 'NoSchedule' };
  const rows: [toleration: Record<string, string>, expected: boolean][] = [
    [{ key: 'a', operator: 'Equal', value: 'b' }, true],
    [{ key: 'a', value: 'b', effect: 'NoExecute' }, false],
    [{ key: 'a', operator: 'Exists' }, true],
    [{ operator: 'Exists' }, true],
    [{ key: 'a', value: 'c' }, false],
    [{ key: 'x', operator: 'Exists' }, false],
  ];
  for (const [toleration, expected] of rows) assert.equal(tolerates([toleration], taint), expected, JSON.stringify(toleration));
});

test('affinity expressions', () => {
  const withTerm = (expression: Record<string, unknown>): KubeObject =>
    pod({
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [expression] }] } },
      },
    });
  const rows: [expression: Record<string, unknown>, fits: boolean][] = [
    [{ key: 'zone', operator: 'In', values: ['z1', 'z2'] }, true],
    [{ key: 'zone', operator: 'NotIn', values: ['z1'] }, false],
    [{ key: 'zone', operator: 'Exists' }, true],
    [{ key: 'zone', operator: 'DoesNotExist' }, false],
    [{ key: 'cores', operator: 'Gt', values: ['4'] }, true],
    [{ key: 'cores', operator: 'Lt', values: ['4'] }, false],
  ];
  for (const [expression, fits] of rows) {
    const placement = place(withTerm(expression), [node('a', {}, {}, { zone: 'z1', cores: '8' })]);
    assert.equal('node' in placement, fits, JSON.stringify(expression));
  }
});

test('a pod takes what its containers ask for together, or its largest init container alone', () => {
  const one = (cpu: string) => ({ name: 'c', resources: { requests: { cpu } } });
  const all = requestsOf(pod({ containers: [one('100m'), one('200m')], initContainers: [one('1')] }));
  assert.equal(all['cpu'], 1);
  const small = requestsOf(pod({ containers: [one('100m'), one('200m')], initContainers: [one('10m')] }));
  assert.ok(Math.abs((small['cpu'] ?? 0) - 0.3) < 1e-9);
});

test('a pod that does not fit waits, says why once, and is placed when a node is freed', async () => {
  const world = await makeWorld();
  for (const name of ['node-1', 'node-2'])
    await world.api.patch({ ...NODE, name }, { type: 'merge', body: { spec: { unschedulable: true } } });
  await world.pass(1);
  await world.api.create(pod());
  await world.pass(5);
  const [condition] = items(world.status(POD, 'p'), 'conditions');
  assert.deepEqual(
    [text(condition, 'type'), text(condition, 'status'), text(condition, 'reason')],
    ['PodScheduled', 'False', 'Unschedulable'],
  );
  assert.equal(world.events('p').filter((event) => event.startsWith('FailedScheduling')).length, 1);
  await world.api.patch({ ...NODE, name: 'node-2' }, { type: 'merge', body: { spec: { unschedulable: false } } });
  await world.pass(2);
  assert.equal(text(world.get(POD, 'p'), 'spec', 'nodeName'), 'node-2');
  assert.equal(world.status(POD, 'p')['phase'], 'Running');
  await world.close();
});

test('a claim that waits for its first consumer is bound to the node of the pod', async () => {
  const world = await makeWorld();
  const claim = (name: string, spec: Record<string, unknown>): KubeObject => ({
    ...PERSISTENT_VOLUME_CLAIM,
    metadata: { name, namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  });
  const phase = (name: string): unknown => world.status(PERSISTENT_VOLUME_CLAIM, name)['phase'];
  await world.api.create(claim('late', { storageClassName: 'standard-late' }));
  await world.api.create(claim('none', { storageClassName: '' }));
  await world.api.create(claim('unknown', { storageClassName: 'gold' }));
  await world.api.create(claim('preset', {}));
  await world.pass(5);
  assert.deepEqual([phase('late'), phase('none'), phase('unknown'), phase('preset')], ['Pending', 'Pending', 'Pending', 'Bound']);
  assert.deepEqual(world.events('late'), ['WaitForFirstConsumer: waiting for first consumer to be created before binding']);
  assert.deepEqual(world.events('none'), ['FailedBinding: no persistent volumes available for this claim and no storage class is set']);
  assert.deepEqual(world.events('unknown'), ['ProvisioningFailed: storageclass.storage.k8s.io "gold" not found']);
  await world.api.create(pod({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'late' } }] }));
  await world.pass(5);
  assert.equal(phase('late'), 'Bound');
  assert.equal(world.status(POD, 'p')['phase'], 'Running');
  const bound = world.get(PERSISTENT_VOLUME_CLAIM, 'late');
  assert.equal(bound?.metadata.annotations?.['volume.kubernetes.io/selected-node'], text(world.get(POD, 'p'), 'spec', 'nodeName'));
  await world.close();
});

test('a claim in use stays until its pod is gone, and its volume goes with it', async () => {
  const world = await makeWorld();
  const ref = { ...PERSISTENT_VOLUME_CLAIM, namespace: 'default', name: 'data' };
  await world.api.create({
    ...PERSISTENT_VOLUME_CLAIM,
    metadata: { name: 'data', namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
  await world.api.create(pod({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }));
  await world.pass(5);
  await world.api.delete(ref);
  await world.pass(5);
  assert.ok(world.api.peek(ref)?.metadata.deletionTimestamp, 'held by its finalizer');
  await world.api.delete({ ...POD, namespace: 'default', name: 'p' });
  await world.pass(5);
  assert.equal(world.api.peek(ref), undefined);
  assert.equal(world.api.list({ apiVersion: 'v1', kind: 'PersistentVolume' }).length, 0);
  await world.close();
});

test('preemption spares pods of PodDisruptionBudgets while it can, and goes against the fewest', () => {
  const small = (name: string, label: string, priority = 0): KubeObject => ({
    ...POD,
    metadata: { name, namespace: 'default', labels: { app: label } },
    spec: { priority, containers: [{ name: 'main', resources: { requests: { cpu: '1' } } }] },
  });
  const full = (name: string, ...pods: KubeObject[]): NodeUsage => ({ ...node(name, {}, { cpu: 2, pods: 2 }), pods });
  const budget = (label: string, disruptionsAllowed: number, disruptedPods: Record<string, string> = {}): KubeObject => ({
    ...POD_DISRUPTION_BUDGET,
    metadata: { name: label, namespace: 'default' },
    spec: { selector: { matchLabels: { app: label } } },
    status: { disruptionsAllowed, disruptedPods },
  });
  const urgent = pod({ priority: 10 }, '1');
  const names = (nodes: NodeUsage[], budgets: KubeObject[]): unknown => {
    const placed = place(urgent, nodes, { namespaces: () => ({}), volumes: [], budgets: () => budgets });
    return 'eviction' in placed ? [placed.eviction?.node, ...(placed.eviction?.victims ?? []).map((one) => one.metadata.name)] : placed;
  };
  const one = [full('n', small('guarded', 'a'), small('free', 'b', 1))];
  assert.deepEqual(names(one, []), ['n', 'guarded'], 'the less important');
  assert.deepEqual(names(one, [budget('a', 0)]), ['n', 'free'], 'a budget counts more than importance');
  assert.deepEqual(names(one, [budget('a', 1)]), ['n', 'guarded'], 'one that allows it does not');
  assert.deepEqual(names(one, [budget('a', 0, { guarded: '2026-01-01T00:00:00Z' })]), ['n', 'guarded'], 'what is disrupted already');
  assert.deepEqual(names(one, [budget('a', 0), budget('b', 0)]), ['n', 'guarded'], 'where all are guarded, importance decides');
  const two = [full('m', small('m1', 'a'), small('m2', 'a')), full('n', small('n1', 'b', 5), small('n2', 'b', 5))];
  assert.deepEqual(names(two, []), ['m', 'm2']);
  assert.deepEqual(names(two, [budget('a', 0)]), ['n', 'n2'], 'the node without a violation');
});
