import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { ENDPOINT_SLICE, ENDPOINTS, INGRESS, POD, SECRET, SERVICE, SERVICE_ACCOUNT } from '../../src/workloads/machinery/kinds.ts';
import { labelsOf, nameOf } from '../../src/workloads/machinery/objects.ts';
import { at, fields, items, text } from '../../src/workloads/machinery/read.ts';
import { deployment, makeWorld, type World } from './world.ts';

function service(spec: Record<string, unknown>, name = 'web'): KubeObject {
  return { ...SERVICE, metadata: { name, namespace: 'default', labels: { team: 'a' } }, spec: { selector: { app: 'web' }, ...spec } };
}

const TEMPLATE = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'main', image: 'nginx', ports: [{ name: 'http', containerPort: 8080 }] }] },
};

const slices = (world: World): KubeObject[] =>
  world.list(ENDPOINT_SLICE).filter((slice) => labelsOf(slice)['kubernetes.io/service-name'] === 'web');

test('endpoints and slices hold the pods of a Service, ready or not, with named ports resolved', async () => {
  const world = await makeWorld({ podReadyDelayMs: 2000 });
  await world.api.create(deployment('web', { template: TEMPLATE }));
  await world.api.create(service({ ports: [{ name: 'http', port: 80, targetPort: 'http' }] }));
  await world.pass(1);
  const [before] = items(world.get(ENDPOINTS, 'web'), 'subsets');
  assert.equal(items(before, 'notReadyAddresses').length, 2);
  assert.equal(items(before, 'addresses').length, 0);
  await world.pass(2);
  const [subset] = items(world.get(ENDPOINTS, 'web'), 'subsets');
  assert.deepEqual(items(subset, 'ports'), [{ name: 'http', port: 8080, protocol: 'TCP' }]);
  assert.deepEqual(
    items(subset, 'addresses')
      .map((address) => text(address, 'targetRef', 'name'))
      .sort(),
    world.list(POD).map(nameOf).sort(),
  );
  const [slice, ...others] = slices(world);
  assert.equal(others.length, 0);
  assert.ok(slice);
  assert.match(nameOf(slice), /^web-[a-z0-9]{5}$/);
  assert.deepEqual(labelsOf(slice), {
    team: 'a',
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    'kubernetes.io/service-name': 'web',
  });
  assert.deepEqual(
    items(slice, 'endpoints').map((endpoint) => at(endpoint, 'conditions', 'ready')),
    [true, true],
  );
  await world.close();
});

test('a Service that comes after its pods, changes its selector and goes', async () => {
  const world = await makeWorld();
  await world.api.create(deployment('web', { template: TEMPLATE }));
  await world.pass(2);
  await world.api.create(service({ ports: [{ port: 80 }] }));
  await world.pass(1);
  assert.equal(items(world.get(ENDPOINTS, 'web'), 'subsets').length, 1);
  await world.api.patch(
    { ...SERVICE, namespace: 'default', name: 'web' },
    { type: 'merge', body: { spec: { selector: { app: 'other' } } } },
  );
  await world.pass(1);
  assert.equal(items(world.get(ENDPOINTS, 'web'), 'subsets').length, 0);
  assert.deepEqual(
    slices(world).map((slice) => items(slice, 'endpoints').length),
    [0],
  );
  await world.api.delete({ ...SERVICE, namespace: 'default', name: 'web' });
  await world.pass(1);
  assert.equal(world.get(ENDPOINTS, 'web'), undefined);
  await world.close();
});

test('a Service without a selector is left to who made it', async () => {
  const world = await makeWorld();
  await world.api.create({ ...SERVICE, metadata: { name: 'own', namespace: 'default' }, spec: { ports: [{ port: 80 }] } });
  await world.api.create({
    ...ENDPOINTS,
    metadata: { name: 'own', namespace: 'default' },
    subsets: [{ addresses: [{ ip: '192.0.2.7' }], ports: [{ port: 80 }] }],
  });
  await world.pass(2);
  assert.equal(items(world.get(ENDPOINTS, 'own'), 'subsets').length, 1);
  await world.close();
});

test('a LoadBalancer and an Ingress get an address, and a Service loses it with its type', async () => {
  const world = await makeWorld();
  await world.api.create(service({ type: 'LoadBalancer', ports: [{ port: 80 }] }));
  await world.api.create({
    ...INGRESS,
    metadata: { name: 'web', namespace: 'default' },
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  });
  await world.pass(1);
  const [address] = items(world.status(SERVICE, 'web'), 'loadBalancer', 'ingress');
  assert.match(text(address, 'ip'), /^203\.0\.113\.\d+$/);
  assert.equal(items(world.status(INGRESS, 'web'), 'loadBalancer', 'ingress').length, 1);
  await world.api.patch({ ...SERVICE, namespace: 'default', name: 'web' }, { type: 'merge', body: { spec: { type: 'ClusterIP' } } });
  await world.pass(1);
  assert.deepEqual(fields(world.status(SERVICE, 'web'), 'loadBalancer'), {});
  await world.close();
});

test('every namespace gets its ServiceAccount and the root certificate, and gets them back', async () => {
  const world = await makeWorld();
  await world.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
  await world.pass(1);
  const account = { ...SERVICE_ACCOUNT, namespace: 'team', name: 'default' };
  assert.ok(world.api.peek(account));
  const root = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'team', name: 'kube-root-ca.crt' };
  assert.match(text(world.api.peek(root), 'data', 'ca.crt'), /^-----BEGIN CERTIFICATE-----/);
  await world.api.delete(account);
  await world.api.patch(root, { type: 'merge', body: { data: { 'ca.crt': 'x' } } });
  await world.pass(1);
  assert.ok(world.api.peek(account));
  assert.match(text(world.api.peek(root), 'data', 'ca.crt'), /BEGIN/);
  await world.close();
});

test('a token Secret is filled, is a valid token, and goes with its account', async () => {
  const world = await makeWorld();
  await world.api.create({ ...SERVICE_ACCOUNT, metadata: { name: 'robot', namespace: 'default' } });
  await world.api.create({
    ...SECRET,
    metadata: { name: 'robot-token', namespace: 'default', annotations: { 'kubernetes.io/service-account.name': 'robot' } },
    type: 'kubernetes.io/service-account-token',
  });
  await world.pass(1);
  const data = fields(world.get(SECRET, 'robot-token'), 'data');
  assert.deepEqual(Object.keys(data).sort(), ['ca.crt', 'namespace', 'token']);
  const token = Buffer.from(String(data['token']), 'base64').toString();
  const read = world.cluster.tokens.read(token);
  assert.equal(read !== undefined && 'user' in read ? read.user.username : read, 'system:serviceaccount:default:robot');
  await world.api.delete({ ...SERVICE_ACCOUNT, namespace: 'default', name: 'robot' });
  await world.pass(1);
  assert.equal(world.get(SECRET, 'robot-token'), undefined);
  await world.close();
});
