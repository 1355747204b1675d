import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { readProcesses, treeUsage, UsageMeter } from '../../src/metrics-api/process-usage.ts';
import { simulatedUsage } from '../../src/metrics-api/simulated-usage.ts';
import { parseProxyName } from '../../src/process/endpoints/proxy.ts';

test('a process counts with all that it started', () => {
  const one = (pid: number, parent: number, cpuSeconds: number, memory: number) => ({ pid, parent, cpuSeconds, memory });
  const samples = [one(1, 0, 100, 1000), one(10, 1, 1, 10), one(11, 10, 2, 20), one(12, 11, 3, 30), one(20, 1, 50, 500)];
  assert.deepEqual(treeUsage(samples, 10), { cpuSeconds: 6, memory: 60 });
  assert.equal(treeUsage(samples, 99), undefined);
});

test('this process is seen, with memory', () => {
  const own = treeUsage(readProcesses(), process.pid);
  assert.ok(own && own.memory > 1024 * 1024);
  const usage = new UsageMeter().read(process.pid, 0, 10_000);
  assert.ok(usage && usage.cpu >= 0 && usage.memory > 1024 * 1024);
});

test('a simulated pod uses what its annotation says, else a part of its requests, always the same', () => {
  const pod = (annotations: Record<string, string>): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', uid: 'u-1', annotations },
  });
  const container = { name: 'main', resources: { requests: { cpu: '1', memory: '1Gi' } } };
  const told = simulatedUsage(pod({ 'devcluster.caretaker.dev/cpu': '250m', 'devcluster.caretaker.dev/memory': '64Mi' }), container);
  assert.deepEqual(told, { cpu: 0.25, memory: 64 * 1024 * 1024 });
  const guessed = simulatedUsage(pod({}), container);
  assert.deepEqual(guessed, simulatedUsage(pod({}), container));
  assert.ok(guessed.cpu > 0 && guessed.cpu < 1 && guessed.memory > 0 && guessed.memory < 1024 ** 3);
});

test('names in the paths of proxies', () => {
  for (const [name, expected] of [
    ['web', { secure: false, port: '' }],
    ['web:80', { secure: false, port: '80' }],
    ['http:web:metrics', { secure: false, port: 'metrics' }],
    ['https:web:8443', { secure: true, port: '8443' }],
  ] as const) {
    assert.deepEqual(parseProxyName(name), expected, name);
  }
});
