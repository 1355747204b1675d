import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DevCluster } from '@caretaker/devcluster';
import {
  connect,
  createClient,
  createConsistency,
  createController,
  createDiscovery,
  createInformers,
  silentLogger,
  type Transport,
} from '@caretaker/kube';
import { seededRandom, VirtualClock } from '@caretaker/kube/testing';

const configMap = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'default', name },
  data,
});

/** Field scenario R05: every watch event comes late. */
for (const delayMs of [5_000, 30_000, 300_000]) {
  test(`with events ${delayMs / 1000} s late, nothing is created twice and nothing is written twice`, async () => {
    const clock = new VirtualClock();
    const random = seededRandom(1);
    const cluster = new DevCluster({ clock, random });
    const inner = cluster.transport();
    const writes: string[] = [];
    let reads = 0;
    const transport: Transport = {
      close: () => inner.close(),
      send: async (request) => {
        if (request.method !== 'GET') writes.push(`${request.method} ${request.path.split('?')[0]}`);
        const response = await inner.send(request);
        if (!request.path.includes('watch=true')) {
          if (/configmaps\/\w+-/.test(request.path) && request.method === 'GET') reads++;
          return response;
        }
        return { ...response, status: response.status, headers: response.headers, chunks: () => late(response.chunks(), clock, delayMs) };
      },
    };
    const discovery = createDiscovery({ transport, clock });
    const client = createClient({ transport, clock, discovery, fieldManager: 'copier' });
    const informers = createInformers({ client, clock, random, logger: silentLogger });
    const informer = informers.acquire({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' });
    const consistency = createConsistency({ clock });
    let passes = 0;
    const controller = createController(
      {
        name: 'copier',
        concurrency: 2,
        reconcile: async ({ key }) => {
          passes++;
          const name = key.split('/')[1] ?? '';
          const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: `${name}-copy` };
          const { object } = await consistency.read(key, ref, informer, client, 10_000);
          if (object !== undefined) return undefined;
          // A plain create: a second one would fail, and be counted.
          const created = await client.create(configMap(ref.name, { from: name }));
          consistency.wrote(key, informer, created.metadata.resourceVersion);
          return undefined;
        },
      },
      { clock, random, logger: silentLogger },
    );
    connect(informer, controller.queue, { predicate: ({ object }) => object.metadata.name?.includes('-copy') !== true });
    const user = createClient({ transport: inner, clock, discovery, fieldManager: 'user' });
    for (const name of ['a', 'b', 'c']) await user.create(configMap(name, {}));
    await clock.advance(delayMs + 1_000);
    controller.start();
    for (let round = 0; round < 10; round++) {
      // Somebody keeps asking for another look, as events of other kinds would.
      for (const name of ['a', 'b', 'c']) controller.queue.add(`default/${name}`);
      await clock.advance(12_000);
    }
    await clock.advance(delayMs);
    assert.deepEqual(writes.sort(), Array(3).fill('POST /api/v1/namespaces/default/configmaps'));
    assert.ok(passes >= 15, `${passes} passes`);
    // Once the cache has caught up, live reads stop.
    const before = reads;
    for (const name of ['a', 'b', 'c']) controller.queue.add(`default/${name}`);
    await clock.advance(12_000);
    assert.equal(reads, before);
    await controller.stop(0);
    const closing = informers.close();
    await clock.advance(delayMs + 10_000);
    await closing;
    await cluster.close();
  });
}

/** Each chunk as it would come over a line of that length. */
async function* late(chunks: AsyncIterable<Uint8Array>, clock: VirtualClock, ms: number): AsyncGenerator<Uint8Array> {
  const arrived: { chunk: Uint8Array; due: number }[] = [];
  let wake = Promise.withResolvers<void>();
  let end: { error?: unknown } | undefined;
  void (async () => {
    for await (const chunk of chunks) {
      arrived.push({ chunk, due: clock.monotonic() + ms });
      wake.resolve();
    }
  })().then(
    () => {
      end = {};
      wake.resolve();
    },
    (error: unknown) => {
      end = { error };
      wake.resolve();
    },
  );
  for (;;) {
    const next = arrived.shift();
    if (next !== undefined) {
      const wait = next.due - clock.monotonic();
      if (wait > 0) await new Promise<void>((resolve) => void clock.after(wait, resolve));
      yield next.chunk;
    } else if (end !== undefined) {
      if (end.error !== undefined) throw end.error;
      return;
    } else {
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
  }
}
