import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DevCluster } from '@caretaker/devcluster';
import {
  createClient,
  createDiscovery,
  createInformers,
  type Informer,
  type KubeClient,
  type Random,
  silentLogger,
  type Transport,
  TransportError,
} from '@caretaker/kube';
import { seededRandom, VirtualClock } from '@caretaker/kube/testing';

const configMaps = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' };
const names = ['a', 'b', 'c', 'd', 'e'];

/** A transport that now and then refuses, loses an answer, breaks a stream or goes silent. */
function faulty(inner: Transport, random: Random, calm: () => boolean): { transport: Transport; faults: string[] } {
  const faults: string[] = [];
  const chance = (share: number, what: string): boolean => {
    if (calm() || random.next() >= share) return false;
    faults.push(what);
    return true;
  };
  const refusal = (code: number, reason: string, what: string) => {
    faults.push(what);
    const text = JSON.stringify({ kind: 'Status', code, reason, message: what });
    return { status: code, headers: {}, text: async () => text, chunks: async function* () {} };
  };
  const transport: Transport = {
    close: () => inner.close(),
    send: async (request) => {
      if (chance(0.1, 'refused')) throw new TransportError('refused', '');
      const watching = request.path.includes('watch=true');
      if (watching && chance(0.15, 'expired')) return refusal(410, 'Expired', '410');
      if (chance(0.05, 'overloaded')) return refusal(503, 'ServiceUnavailable', '503');
      const response = await inner.send(request);
      if (!watching) return response;
      return {
        ...response,
        status: response.status,
        headers: response.headers,
        chunks: async function* () {
          for await (const chunk of response.chunks()) {
            if (chance(0.1, 'cut before')) throw new TransportError('reset', '');
            if (chance(0.05, 'cut inside')) {
              yield chunk.subarray(0, Math.floor(chunk.length / 2));
              throw new TransportError('reset', '');
            }
            yield chunk;
          }
        },
      };
    },
  };
  return { transport, faults };
}

/** Checks that what a handler is told makes sense on its own: nothing is added twice, changed or deleted without being there. */
function strictHandler(informer: Informer): Map<string, string> {
  const known = new Map<string, string>();
  informer.subscribe({
    added: ({ metadata }) => {
      assert.ok(!known.has(metadata.name ?? ''), `${metadata.name} added twice`);
      known.set(metadata.name ?? '', metadata.resourceVersion ?? '');
    },
    modified: ({ metadata }, old) => {
      assert.equal(known.get(metadata.name ?? ''), old.metadata.resourceVersion, 'the old one is what was told before');
      known.set(metadata.name ?? '', metadata.resourceVersion ?? '');
    },
    deleted: ({ metadata }) => assert.ok(known.delete(metadata.name ?? ''), `${metadata.name} deleted without being there`),
  });
  return known;
}

async function change(client: KubeClient, random: Random): Promise<void> {
  const name = names[Math.floor(random.next() * names.length)] ?? '';
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name }, data: { k: String(random.next()) } };
  if (random.next() < 0.3) await client.delete({ ...configMaps, name }).catch(() => undefined);
  else await client.apply(object, { fieldManager: 'writer', force: true });
}

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`whatever happens to its requests, a cache ends up equal to the server (seed ${seed})`, { timeout: 60_000 }, async () => {
    const clock = new VirtualClock();
    const random = seededRandom(seed);
    const cluster = new DevCluster({ clock, random, keepHistoryMs: 20_000 });
    let calm = false;
    const { transport, faults } = faulty(cluster.transport(), random, () => calm);
    const discovery = createDiscovery({ transport: cluster.transport(), clock });
    const writer = createClient({ transport: cluster.transport(), clock, discovery, fieldManager: 'writer' });
    const reader = createClient({ transport, clock, discovery, fieldManager: 'reader' });
    const errors: string[] = [];
    const logger = {
      ...silentLogger,
      error: (message: string, values?: object) => void errors.push(`${message} ${JSON.stringify(values)}`),
    };
    const informers = createInformers({ client: reader, clock, random, logger });
    const informer = informers.acquire(configMaps);
    const known = strictHandler(informer);
    // How requests interleave decides how many faults 150 steps draw; a few more steps make up for a lucky run.
    for (let step = 0; step < 150 || (faults.length <= 10 && step < 600); step++) {
      await change(writer, random);
      await clock.advance(random.next() * 4_000);
    }
    assert.ok(faults.length > 10, `only ${faults.length} faults`);
    calm = true;
    await clock.advance(60_000);
    const { items } = await writer.list(configMaps, { namespace: 'default' });
    const truth = items.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).sort();
    assert.deepEqual([...informer.list()].map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).sort(), truth);
    assert.deepEqual([...known].map(([name, version]) => `${name} ${version}`).sort(), truth);
    assert.deepEqual(
      errors.filter((line) => line.startsWith('Informer handler failed')),
      [],
    );
    const closing = informers.close();
    await clock.advance(1_000);
    await closing;
    await cluster.close();
  });
}
