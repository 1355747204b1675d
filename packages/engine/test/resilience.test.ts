// field.md: R05 (own writes read back late), R17 (reply lost), R20, R21; and the engine's own limits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { bundleOf, configMap, ownerNamed, phases, refOf, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');

test('R17: a write that was applied but whose reply was lost is not written again', async () => {
  const world = new TestWorld();
  const bundle = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) });
  let lost = false;
  world.transport.intercept = async (request) => {
    if (lost || request.method !== 'PATCH') return undefined;
    lost = true;
    await world.cluster.transport().send(request);
    throw new Error('connection reset');
  };
  assert.equal((await world.pass(bundle)).result, 'error');
  await world.quiet();
  const applies = world.requests().filter((line) => line.startsWith('APPLY')).length;
  const outcome = await world.pass(bundle);
  assert.deepEqual(phases(outcome), { a: 'Ready' });
  assert.deepEqual(
    world.requests().filter((line) => line.startsWith('APPLY')),
    [],
  );
  assert.equal(applies, 1);
  await world.end();
});

test('R05: while events are held back, own writes are known: no second write, no duplicate, no false conflict', async () => {
  const world = new TestWorld();
  const gate = holdWatches(world);
  const bundle = (x: string) =>
    bundleOf(owner, { id: 'a', object: configMap('a', { x }) }, { id: 'b', object: configMap('b', {}), dependIds: ['a'] });
  await world.pass(bundle('1'));
  gate.close();
  await world.pass(bundle('2'));
  world.requests();
  for (let look = 0; look < 3; look++) assert.equal((await world.pass(bundle('2'))).changed, false);
  assert.deepEqual(world.requests(), []);
  const { resources } = await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '2' }) }));
  assert.equal(resources.find((state) => state.id === 'b')?.phase, 'Deleting');
  world.requests();
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '2' }) }));
  assert.deepEqual(world.requests(), [], 'the deletion is not asked for twice');
  gate.open();
  await world.quiet();
  assert.deepEqual(phases(await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '2' }) }))), { a: 'Ready' });
  await world.end();
});

test('R21: a kind that comes, goes and comes again', async () => {
  const world = new TestWorld();
  const widget: KubeObject = {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'w', namespace: 'default' },
    spec: { size: 1 },
  };
  const bundle = bundleOf(owner, { id: 'w', object: widget }, { id: 'a', object: configMap('a', {}) });
  assert.deepEqual(phases(await world.pass(bundle)), { a: 'Ready', w: 'Failed/KindNotFound' });
  for (let round = 0; round < 2; round++) {
    await world.user.create(definition);
    await world.clock.advance(30_000);
    assert.deepEqual(phases(await world.pass(bundle)), { a: 'Ready', w: 'Ready' });
    world.takeWakes();
    await world.user.delete({ apiVersion: definition.apiVersion, kind: definition.kind, name: definition.metadata.name ?? '' });
    await world.clock.advance(60_000);
    assert.ok(world.takeWakes().length > 0, 'the owner is woken');
    assert.deepEqual(phases(await world.pass(bundle)), { a: 'Ready', w: 'Failed/KindNotFound' });
  }
  await world.end();
});

test('many namespaces: one watch for the cluster takes over, and nothing is lost in the change', async () => {
  const world = new TestWorld({ namespacesPerKind: 2 });
  const names = ['n1', 'n2', 'n3', 'n4'];
  for (const name of names) await world.user.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const bundle = (name: string) => bundleOf(ownerNamed(`t-${name}`, name), { id: 'a', object: configMap('a', { x: '1' }, name) });
  for (const name of names) assert.deepEqual(phases(await world.pass(bundle(name))), { a: 'Ready' });
  assert.equal(world.engine.stats().informers, 1);
  await world.quiet();
  world.takeWakes();
  for (const name of names) await world.user.patch(refOf(configMap('a', {}, name)), { type: 'merge', body: { data: { x: 'changed' } } });
  await world.quiet();
  assert.deepEqual(world.takeWakes(), ['drift', 'drift', 'drift', 'drift']);
  for (const name of names) {
    await world.pass(bundle(name));
    assert.deepEqual((await world.user.get(refOf(configMap('a', {}, name))))['data'], { x: '1' });
  }
  await world.end();
});

test('an aborted pass rejects with the reason, and the next one picks up', async () => {
  const world = new TestWorld();
  const abort = new AbortController();
  world.transport.intercept = (request) => {
    if (request.method === 'PATCH') abort.abort(new Error('lost the lease'));
    return undefined;
  };
  const bundle = bundleOf(owner, { id: 'a', object: configMap('a', {}) }, { id: 'b', object: configMap('b', {}), dependIds: ['a'] });
  await assert.rejects(world.engine.reconcile(bundle, { signal: abort.signal }), /lost the lease/);
  world.transport.intercept = undefined;
  await world.quiet();
  assert.deepEqual(phases(await world.pass(bundle)), { a: 'Ready', b: 'Ready' });
  await world.end();
});

test('an object that changes faster than it can be written ends the pass, not the process', async () => {
  const world = new TestWorld({ editWar: { capacity: 1_000, refillMs: 1, throttlesToPause: 3 } });
  const bundle = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) });
  await world.pass(bundle);
  let flips = 0;
  world.transport.intercept = async (request) => {
    if (request.method !== 'PATCH') return undefined;
    const answer = await world.cluster.transport().send(request);
    await world.user.patch(refOf(configMap('a', {})), { type: 'merge', body: { data: { x: `flip ${++flips}` } } });
    await world.quiet();
    return answer;
  };
  await world.user.patch(refOf(configMap('a', {})), { type: 'merge', body: { data: { x: 'flip' } } });
  await world.quiet();
  const outcome = await world.pass(bundle);
  assert.ok(flips < 20);
  assert.ok(outcome.requeueAfterMs !== undefined && outcome.requeueAfterMs <= 1_000);
  await world.end();
});

test('forgetting an owner frees what was kept of it', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', {}) }));
  assert.deepEqual({ ...world.engine.stats(), informers: 0 }, { owners: 1, objects: 1, informers: 0 });
  world.engine.forget(owner.key);
  assert.deepEqual({ ...world.engine.stats(), informers: 0 }, { owners: 0, objects: 0, informers: 0 });
  await world.end();
});

const definition: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } },
        },
      },
    ],
  },
};

/** Holds watch events back while closed. */
function holdWatches(world: TestWorld): { close(): void; open(): void } {
  let held: Promise<void> = Promise.resolve();
  let open = (): void => {};
  world.transport.intercept = async (request) => {
    if (!request.path.includes('watch=')) return undefined;
    const answer = await world.cluster.transport().send(request);
    return {
      ...answer,
      chunks: async function* () {
        for await (const chunk of answer.chunks()) {
          await held;
          yield chunk;
        }
      },
    };
  };
  return {
    close: () => {
      held = new Promise((resolve) => {
        open = resolve;
      });
    },
    open: () => open(),
  };
}
