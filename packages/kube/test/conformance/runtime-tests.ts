import assert from 'node:assert/strict';
import {
  connect,
  createConsistency,
  createController,
  createEventRecorder,
  createInformers,
  createLeaderElector,
  createMetrics,
  silentLogger,
  systemClock,
  systemRandom,
} from '@caretaker/kube';
import type { ConformanceTest } from './suite.ts';
import { configMap, configMaps, refOf, until } from './target.ts';

export const runtimeTests: Record<string, ConformanceTest> = {
  'a controller that copies objects converges and then sends nothing': async ({ client, namespace, observed }) => {
    const { client: watched, requests } = observed();
    const informers = createInformers({ client: watched, clock: systemClock, random: systemRandom, logger: silentLogger });
    const informer = informers.acquire({ ...configMaps, namespace });
    const consistency = createConsistency({ clock: systemClock });
    const metrics = createMetrics();
    const controller = createController(
      {
        name: 'copier',
        concurrency: 4,
        reconcile: async ({ key, signal }) => {
          const name = key.split('/')[1] ?? '';
          const ref = { ...configMaps, namespace, name: `${name}-copy` };
          const source = informer.get(namespace, name);
          const { object } = await consistency.read(key, ref, informer, watched, 5_000, signal);
          if (source === undefined || JSON.stringify(source['data']) === JSON.stringify(object?.['data'])) return undefined;
          const copy = { ...configMap(namespace, ref.name), data: source['data'] };
          const result = await watched.apply(copy, { fieldManager: 'copier', force: true, signal });
          consistency.wrote(key, informer, result.object.metadata.resourceVersion);
          return undefined;
        },
      },
      { clock: systemClock, random: systemRandom, logger: silentLogger, metrics },
    );
    connect(informer, controller.queue, {
      predicate: ({ object }) => object.metadata.labels?.['copy'] === 'yes' || object.metadata.name?.endsWith('-copy') === true,
      keys: ({ object }) => [`${namespace}/${object.metadata.name?.replace(/-copy$/, '')}`],
    });
    await informer.waitForSync();
    controller.start();
    for (let number = 0; number < 20; number++) await client.create(configMap(namespace, `s${number}`, { v: '1' }, { copy: 'yes' }));
    await client.patch({ ...configMaps, namespace, name: 's3' }, { type: 'merge', body: { data: { v: '2' } } });
    const copied = (name: string, value: string): boolean =>
      Reflect.get(Object(informer.get(namespace, `${name}-copy`)?.['data']), 'v') === value;
    await until(
      () =>
        copied('s3', '2') &&
        Array.from({ length: 20 }, (_, n) => informer.get(namespace, `s${n}-copy`)).every((copy) => copy !== undefined),
    );
    await until(() => controller.queue.depth === 0);
    // Somebody changes a copy: it comes back.
    await client.patch({ ...configMaps, namespace, name: 's5-copy' }, { type: 'merge', body: { data: { v: 'foreign' } } });
    await until(() => requests.length > 22 && copied('s5', '1'));
    await controller.stop(5_000);
    const writes = requests.filter((line) => line.startsWith('PATCH'));
    assert.ok(writes.length <= 22, `${writes.length} writes: 20 copies, at most one more for the change, one repair`);
    assert.match(metrics.render(), /controller_runtime_reconcile_total\{controller="copier",result="error"\} 0/);
    await informers.close();
  },

  'one of two candidates leads; the lease is accepted, renewed and handed over': async ({ client, namespace }) => {
    const elector = (identity: string) =>
      createLeaderElector({
        client,
        clock: systemClock,
        random: systemRandom,
        logger: silentLogger,
        namespace,
        name: 'leader',
        identity,
        leaseDurationMs: 3_000,
        renewDeadlineMs: 2_000,
        retryPeriodMs: 200,
      });
    const [first, second] = [elector('one'), elector('two')];
    const abort = new AbortController();
    await first.acquire(abort.signal);
    const next = second.acquire(abort.signal);
    const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: 'leader' };
    const spec = async (): Promise<Record<string, unknown>> => Object((await client.get(ref))['spec']);
    const before = await spec();
    assert.equal(before['holderIdentity'], 'one');
    assert.match(String(before['renewTime']), /\.\d{6}Z$/);
    await until(async () => (await spec())['renewTime'] !== before['renewTime']);
    assert.equal(second.leading, false);
    await first.release();
    await next;
    assert.equal((await spec())['holderIdentity'], 'two');
    assert.equal((await spec())['leaseTransitions'], 1);
    assert.deepEqual([first.leading, second.leading], [false, true]);
    await second.release();
  },

  'events are stored, and equal ones counted': async ({ client, namespace }) => {
    const recorder = createEventRecorder({ client, clock: systemClock, component: 'conformance' });
    const object = await client.create(configMap(namespace, 'a'));
    const { uid } = object.metadata;
    const happened = {
      regarding: { ...refOf(object), ...(uid === undefined ? {} : { uid }) },
      type: 'Normal',
      reason: 'Tested',
      message: 'größer '.repeat(300),
    } as const;
    recorder.record(happened);
    await recorder.flush();
    recorder.record(happened);
    recorder.record(happened);
    await recorder.flush();
    const { items } = await client.list({ apiVersion: 'v1', kind: 'Event' }, { namespace, fieldSelector: 'reason=Tested' });
    assert.equal(items.length, 1);
    assert.equal(items[0]?.['count'], 3);
    assert.ok(Buffer.byteLength(String(items[0]['message'])) <= 1024);
  },
};
