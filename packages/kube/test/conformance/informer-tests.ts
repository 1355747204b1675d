import assert from 'node:assert/strict';
import { byLabel, createInformers, type Informers, type KubeClient, silentLogger, systemClock, TransportError } from '@caretaker/kube';
import { seededRandom } from '@caretaker/kube/testing';
import type { ConformanceTest } from './suite.ts';
import { configMap, configMaps, refOf, until } from './target.ts';

function informersFor(client: KubeClient, discovery?: Parameters<typeof createInformers>[0]['discovery']): Informers {
  return createInformers({
    client,
    clock: systemClock,
    random: seededRandom(1),
    logger: silentLogger,
    ...(discovery === undefined ? {} : { discovery }),
  });
}

const watches = (requests: readonly string[]): number => requests.filter((line) => line.includes('watch=true')).length;

export const informerTests: Record<string, ConformanceTest> = {
  'an informer gets everything in one request and then follows': async ({ client, namespace, observed }) => {
    for (const name of ['a', 'b']) await client.create(configMap(namespace, name, { k: '1' }, { app: name, mine: 'yes' }));
    const { client: watched, requests } = observed();
    const informers = informersFor(watched);
    const informer = informers.acquire({ ...configMaps, namespace, labelSelector: 'mine', indexes: { app: byLabel('app') } });
    const told: string[] = [];
    informer.subscribe({
      added: (object, initial) => told.push(`added ${object.metadata.name}${initial ? ' initially' : ''}`),
      modified: (object) => told.push(`modified ${object.metadata.name}`),
      deleted: (object) => told.push(`deleted ${object.metadata.name}`),
    });
    await informer.waitForSync();
    assert.deepEqual(told.toSorted(), ['added a initially', 'added b initially']);
    const created = await client.create(configMap(namespace, 'c', {}, { app: 'x', mine: 'yes' }));
    await client.patch(refOf(created), { type: 'merge', body: { data: { k: '2' } } });
    await client.delete({ ...configMaps, namespace, name: 'a' });
    await until(() => told.includes('deleted a'));
    assert.deepEqual(told.slice(2), ['added c', 'modified c', 'deleted a']);
    assert.deepEqual(
      informer.byIndex('app', 'x').map((object) => object.metadata.name),
      ['c'],
    );
    assert.equal(informer.get(namespace, 'a'), undefined);
    assert.equal(requests.length, 1, requests.join('\n'));
    await informers.close();
  },

  'metadata-only informers hold metadata only': async ({ client, namespace }) => {
    await client.create(configMap(namespace, 'a', { k: 'v' }));
    const informers = informersFor(client);
    const informer = informers.acquire({ ...configMaps, namespace, metadataOnly: true });
    await informer.waitForSync();
    const object = informer.get(namespace, 'a');
    assert.deepEqual([object?.kind, object?.apiVersion, object?.['data']], ['ConfigMap', 'v1', undefined]);
    assert.ok(object?.metadata.uid);
    await informers.close();
  },

  'a watch that breaks goes on from where it was and misses nothing': async ({ client, namespace, observed }) => {
    const cuts: AbortController[] = [];
    const { client: watched, requests } = observed(async (request, send) => {
      if (request.lane !== 'watch') return send(request);
      const cut = new AbortController();
      cuts.push(cut);
      request.signal?.addEventListener('abort', () => cut.abort(request.signal?.reason));
      return send({ ...request, signal: cut.signal });
    });
    const informers = informersFor(watched);
    const informer = informers.acquire({ ...configMaps, namespace });
    const seen: string[] = [];
    informer.subscribe({ added: (object) => seen.push(object.metadata.name ?? '') });
    await informer.waitForSync();
    for (const name of ['a', 'b']) {
      cuts.at(-1)?.abort(new TransportError('reset', 'cut by the test'));
      await client.create(configMap(namespace, name));
      await until(() => seen.includes(name));
    }
    assert.deepEqual(
      seen.filter((name) => name.length === 1),
      ['a', 'b'],
    );
    assert.equal(watches(requests), 3);
    assert.equal(requests.length, 3, 'no list');
    assert.equal(requests.filter((line) => line.includes('sendInitialEvents')).length, 1);
    await informers.close();
  },

  'without WatchList the informer lists page by page': async ({ client, namespace, observed }) => {
    for (let number = 0; number < 5; number++) await client.create(configMap(namespace, `m${number}`));
    const { client: watched, requests } = observed(async (request, send) => {
      if (!request.path.includes('sendInitialEvents')) return send({ ...request, path: request.path.replace('limit=500', 'limit=2') });
      const body = JSON.stringify({ kind: 'Status', code: 422, reason: 'Invalid', message: 'sendInitialEvents is forbidden' });
      return { status: 422, headers: {}, text: async () => body, chunks: () => new Response(body).body ?? new ReadableStream() };
    });
    const informers = informersFor(watched);
    const informer = informers.acquire({ ...configMaps, namespace, fieldSelector: 'metadata.name!=kube-root-ca.crt' });
    await informer.waitForSync();
    assert.equal(informer.size, 5);
    await client.create(configMap(namespace, 'later'));
    await until(() => informer.get(namespace, 'later') !== undefined);
    assert.ok(requests.filter((line) => line.includes('continue=')).length >= 2);
    await informers.close();
  },

  'a kind that comes later is picked up when discovery has seen it': async ({ client, namespace, observed }) => {
    const group = `${namespace}.example.org`;
    const { client: watched, discovery } = observed();
    const informers = informersFor(watched, discovery);
    const widgets = { apiVersion: `${group}/v1`, kind: 'Widget' };
    const informer = informers.acquire({ ...widgets, namespace });
    const failures: string[] = [];
    informer.subscribe({ failing: (error) => failures.push(error.message), healthy: () => failures.push('healthy') });
    await until(() => failures.length > 0);
    assert.match(failures[0] ?? '', /does not have the kind Widget/);
    const schema = { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } };
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `widgets.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
      },
    };
    await client.create(definition);
    await until(async () => {
      discovery.invalidate();
      return (await discovery.find(widgets)) !== undefined;
    });
    await informer.waitForSync();
    await watched.create({ ...widgets, metadata: { name: 'w', namespace }, spec: { anything: 1 } });
    await until(() => informer.get(namespace, 'w') !== undefined);
    await client.delete(refOf(definition));
    await informers.close();
  },
};
