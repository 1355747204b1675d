import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { containerEnvironment, podField } from '../../src/process/environment.ts';

const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'op-1', namespace: 'demo', uid: 'u-1', labels: { app: 'op', 'x.io/y': 'z' }, annotations: { note: 'n' } },
  spec: {
    nodeName: 'node-1',
    serviceAccountName: 'op',
    containers: [{ name: 'main', resources: { limits: { cpu: '1500m', memory: '64Mi' } } }],
  },
};
const address = { podIP: '127.9.9.9', hostIP: '192.0.2.10' };
const objects: Record<string, KubeObject> = {
  'ConfigMap cfg': { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cfg' }, data: { COLOR: 'blue', SIZE: 'big' } },
  'Secret sec': { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'sec' }, data: { PASS: Buffer.from('geheim ☃').toString('base64') } },
};
const lookup = (kind: string, name: string): KubeObject | undefined => objects[`${kind} ${name}`];

test('envFrom comes first, env in order after it, each expanded with what is known by then', () => {
  const container = {
    envFrom: [
      { configMapRef: { name: 'cfg' } },
      { prefix: 'S_', secretRef: { name: 'sec' } },
      { configMapRef: { name: 'gone', optional: true } },
    ],
    env: [
      { name: 'COLOR', value: 'red' },
      { name: 'LATER', value: '$(COLOR)-$(SIZE)-$(NEXT)' },
      { name: 'NEXT', value: 'n' },
    ],
  };
  assert.deepEqual(containerEnvironment(pod, container, address, lookup), {
    COLOR: 'red',
    SIZE: 'big',
    S_PASS: 'geheim ☃',
    LATER: 'red-big-$(NEXT)',
    NEXT: 'n',
  });
});

test('references to keys, fields and resources', () => {
  const [spec] = (pod['spec'] as { containers: unknown[] }).containers;
  const container = {
    ...(spec as object),
    env: [
      { name: 'A', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'SIZE' } } },
      { name: 'B', valueFrom: { secretKeyRef: { name: 'sec', key: 'PASS' } } },
      { name: 'C', valueFrom: { secretKeyRef: { name: 'gone', key: 'x', optional: true } } },
      { name: 'D', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'E', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
      { name: 'F', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
    ],
  };
  assert.deepEqual(containerEnvironment(pod, container, address, lookup), { A: 'big', B: 'geheim ☃', D: '127.9.9.9', E: '2', F: '64' });
});

test('fields of the downward API', () => {
  for (const [path, value] of [
    ['metadata.name', 'op-1'],
    ['metadata.namespace', 'demo'],
    ['metadata.uid', 'u-1'],
    ["metadata.labels['x.io/y']", 'z'],
    ["metadata.annotations['note']", 'n'],
    ["metadata.annotations['none']", ''],
    ['spec.nodeName', 'node-1'],
    ['spec.serviceAccountName', 'op'],
    ['status.hostIP', '192.0.2.10'],
    ['status.phase', undefined],
  ] as const) {
    assert.equal(podField(pod, path, address), value, path);
  }
});
