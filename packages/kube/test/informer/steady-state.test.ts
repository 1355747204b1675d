import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DevCluster } from '@caretaker/devcluster';
import { createClient, createDiscovery, createInformers, silentLogger, type Transport } from '@caretaker/kube';
import { seededRandom, VirtualClock } from '@caretaker/kube/testing';

const kinds = [
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['v1', 'ServiceAccount'],
  ['apps/v1', 'Deployment'],
  ['networking.k8s.io/v1', 'Ingress'],
] as const;

test('an hour in which nothing changes: at most two watch openings per kind in any five minutes, and nothing else', {
  timeout: 60_000,
}, async () => {
  const clock = new VirtualClock();
  const random = seededRandom(5);
  const cluster = new DevCluster({ clock, random });
  const inner = cluster.transport();
  const requests: { line: string; at: number }[] = [];
  const transport: Transport = {
    close: () => inner.close(),
    send: (request) => {
      requests.push({ line: `${request.method} ${request.path}`, at: clock.monotonic() });
      return inner.send(request);
    },
  };
  const discovery = createDiscovery({ transport, clock });
  const client = createClient({ transport, clock, discovery, fieldManager: 'test' });
  const informers = createInformers({ client, clock, random, logger: silentLogger, discovery });
  const held = kinds.map(([apiVersion, kind]) => informers.acquire({ apiVersion, kind }));
  await clock.advance(1_000);
  assert.ok(held.every((informer) => informer.synced));
  const warm = requests.length;
  await clock.advance(3_600_000);
  const later = requests.slice(warm);
  for (const { line } of later) assert.match(line, /watch=true/);
  for (const { line } of later) assert.doesNotMatch(line, /sendInitialEvents/);
  const paths = new Map<string, number[]>();
  for (const { line, at } of later) {
    const path = line.split('?')[0] ?? '';
    paths.set(path, [...(paths.get(path) ?? []), at]);
  }
  assert.equal(paths.size, kinds.length);
  for (const [path, times] of paths) {
    for (const start of times)
      assert.ok(times.filter((at) => at >= start && at < start + 300_000).length <= 2, `${path} at ${times.join()}`);
  }
  const closing = informers.close();
  await clock.advance(1_000);
  await closing;
  await cluster.close();
});
