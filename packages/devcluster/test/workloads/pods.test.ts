import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { behaviorOf } from '../../src/workloads/kubelet/behavior.ts';
import { qosClass } from '../../src/workloads/kubelet/status.ts';
import { CONFIG_MAP, EVENT, POD } from '../../src/workloads/machinery/kinds.ts';
import { fields, integer, items, text } from '../../src/workloads/machinery/read.ts';
import { makeWorld, type World } from './world.ts';

function pod(spec: Record<string, unknown> = {}, annotations: Record<string, string> = {}, image = 'nginx:1'): KubeObject {
  return {
    ...POD,
    metadata: { name: 'p', namespace: 'default', annotations },
    spec: { containers: [{ name: 'main', image }], ...spec },
  };
}

const note = (behavior: string, more: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries({ behavior, ...more }).map(([key, value]) => [`devcluster.caretaker.dev/${key}`, value]));

function container(world: World): unknown {
  return items(world.status(POD, 'p'), 'containerStatuses')[0];
}

function condition(world: World, type: string): string {
  const found = items(world.status(POD, 'p'), 'conditions').find((one) => text(one, 'type') === type);
  return `${text(found, 'status')} ${text(found, 'reason')}`.trim();
}

test('what a simulated pod does follows from its annotations, its images, its owner', () => {
  const options = { podReadyDelayMs: 100, jobRunMs: 200 };
  const owned = pod();
  owned.metadata.ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'u', controller: true }];
  const rows: [pod: KubeObject, expected: unknown][] = [
    [pod(), { does: 'run', readyAfter: 100 }],
    [pod({}, { 'devcluster.caretaker.dev/ready-after': '5s' }), { does: 'run', readyAfter: 5000 }],
    [pod({}, note('never-ready')), { does: 'run', readyAfter: undefined }],
    [pod({}, note('crash-loop')), { does: 'crash', after: 1000, exitCode: 1 }],
    [pod({}, note('crash-loop', { 'exit-code': '137', 'run-for': '3s' })), { does: 'crash', after: 3000, exitCode: 137 }],
    [pod({}, note('image-pull-failure')), { does: 'image-pull-failure' }],
    [pod({}, {}, 'nginx:does-not-exist'), { does: 'image-pull-failure' }],
    [pod({}, {}, 'registry.invalid/app'), { does: 'image-pull-failure' }],
    [pod({}, {}, 'app:crash'), { does: 'crash', after: 1000, exitCode: 1 }],
    [pod({}, {}, 'crashpad/handler'), { does: 'run', readyAfter: 100 }],
    [owned, { does: 'complete', after: 200, exitCode: 0 }],
    [pod({}, note('fail')), { does: 'complete', after: 200, exitCode: 1 }],
  ];
  for (const [one, expected] of rows) assert.deepEqual(behaviorOf(one, options), expected, JSON.stringify(one));
});

test('a pod is Pending, then Running, then Ready after its delay, with the events of a node', async () => {
  const world = await makeWorld({ podReadyDelayMs: 3000 });
  await world.api.create(pod());
  await world.pass(1);
  assert.equal(world.status(POD, 'p')['phase'], 'Running');
  assert.equal(condition(world, 'Ready'), 'False ContainersNotReady');
  assert.equal(condition(world, 'Initialized'), 'True');
  await world.pass(3);
  assert.equal(condition(world, 'Ready'), 'True');
  const reasons = world.events('p').map((event) => event.split(':')[0]);
  assert.deepEqual(reasons.sort(), ['Created', 'Pulled', 'Scheduled', 'Started']);
  await world.close();
});

test('a crash loop restarts at once, then after 10 s, then after 20 s', async () => {
  const world = await makeWorld();
  await world.api.create(pod({}, note('crash-loop')));
  const seen: string[] = [];
  for (const seconds of [1.5, 1, 10, 1, 20]) {
    await world.pass(seconds);
    seen.push(`${text(container(world), 'state', 'waiting', 'reason') || 'running'} ${integer(container(world), 'restartCount')}`);
  }
  assert.deepEqual(seen, ['running 1', 'CrashLoopBackOff 1', 'running 2', 'CrashLoopBackOff 2', 'running 3']);
  assert.equal(integer(container(world), 'lastState', 'terminated', 'exitCode'), 1);
  assert.equal(condition(world, 'Ready'), 'False ContainersNotReady');
  await world.close();
});

test('an image that cannot be pulled alternates between ErrImagePull and ImagePullBackOff', async () => {
  const world = await makeWorld();
  await world.api.create(pod({}, {}, 'nginx:no-such-image'));
  await world.pass(1);
  assert.equal(text(container(world), 'state', 'waiting', 'reason'), 'ErrImagePull');
  await world.pass(3);
  assert.equal(text(container(world), 'state', 'waiting', 'reason'), 'ImagePullBackOff');
  assert.ok(world.events('p').includes('BackOff: Back-off pulling image "nginx:no-such-image"'));
  assert.equal(world.status(POD, 'p')['phase'], 'Pending');
  await world.close();
});

test('a missing ConfigMap keeps a pod waiting until it is there', async () => {
  const world = await makeWorld();
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'a' } } }];
  await world.api.create(pod({ containers: [{ name: 'main', image: 'nginx', env }] }));
  await world.pass(2);
  assert.equal(text(container(world), 'state', 'waiting', 'reason'), 'CreateContainerConfigError');
  assert.equal(text(container(world), 'state', 'waiting', 'message'), 'configmap "cfg" not found');
  await world.api.create({ ...CONFIG_MAP, metadata: { name: 'cfg', namespace: 'default' }, data: { b: '1' } });
  await world.pass(2);
  assert.equal(text(container(world), 'state', 'waiting', 'message'), "couldn't find key a in ConfigMap default/cfg");
  await world.api.patch({ ...CONFIG_MAP, namespace: 'default', name: 'cfg' }, { type: 'merge', body: { data: { a: '1' } } });
  await world.pass(2);
  assert.equal(condition(world, 'Ready'), 'True');
  await world.close();
});

test('a volume whose Secret is missing keeps a pod in ContainerCreating and tells it', async () => {
  const world = await makeWorld();
  const volumes = [{ name: 'certs', secret: { secretName: 'tls' } }];
  await world.api.create(pod({ volumes }));
  await world.pass(3);
  assert.equal(text(container(world), 'state', 'waiting', 'reason'), 'ContainerCreating');
  assert.ok(world.events('p').includes('FailedMount: MountVolume.SetUp failed for volume "certs" : secret "tls" not found'));
  await world.api.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tls', namespace: 'default' } });
  await world.pass(2);
  assert.equal(condition(world, 'Ready'), 'True');
  await world.close();
});

test('init containers run one after the other before the others', async () => {
  const world = await makeWorld();
  await world.api.create(
    pod({
      initContainers: [
        { name: 'one', image: 'x' },
        { name: 'two', image: 'x' },
      ],
    }),
  );
  await world.pass(2);
  const inits = items(world.status(POD, 'p'), 'initContainerStatuses');
  assert.deepEqual(
    inits.map((status) => text(status, 'state', 'terminated', 'reason')),
    ['Completed', 'Completed'],
  );
  assert.equal(condition(world, 'Ready'), 'True');
  await world.close();
});

test('a pod past its own deadline fails', async () => {
  const world = await makeWorld();
  await world.api.create(pod({ activeDeadlineSeconds: 5 }));
  await world.pass(10);
  const status = world.status(POD, 'p');
  assert.deepEqual([status['phase'], status['reason']], ['Failed', 'DeadlineExceeded']);
  await world.close();
});

test('a deleted pod is told to stop, and goes', async () => {
  const world = await makeWorld();
  await world.api.create(pod());
  await world.pass(2);
  await world.api.delete({ ...POD, namespace: 'default', name: 'p' });
  await world.pass(1);
  assert.equal(world.get(POD, 'p'), undefined);
  assert.ok(world.events('p').includes('Killing: Stopping container main'));
  await world.close();
});

test('quality of service', () => {
  const withResources = (resources: Record<string, unknown>): KubeObject => pod({ containers: [{ name: 'main', image: 'x', resources }] });
  const rows: [resources: Record<string, unknown>, expected: string][] = [
    [{}, 'BestEffort'],
    [{ requests: { cpu: '1' } }, 'Burstable'],
    [{ limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
    [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m', memory: '1024Mi' } }, 'Guaranteed'],
    [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } }, 'Burstable'],
  ];
  for (const [resources, expected] of rows) assert.equal(qosClass(withResources(resources)), expected, JSON.stringify(resources));
});

test('equal events are counted on one object, and a flood is cut', async () => {
  const world = await makeWorld();
  await world.api.create(pod({}, note('crash-loop')));
  await world.pass(1800);
  const events = world.api.list(EVENT).filter((event) => fields(event, 'involvedObject')['name'] === 'p');
  const started = events.filter((event) => event['reason'] === 'Started');
  assert.equal(started.length, 1);
  assert.ok((integer(started[0], 'count') ?? 0) > 3);
  await world.close();
});
