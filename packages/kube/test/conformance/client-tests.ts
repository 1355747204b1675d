import assert from 'node:assert/strict';
import { ApiError, isAlreadyExists, isConflict, isInvalid, isNotFound, type WatchEvent } from '@caretaker/kube';
import type { ConformanceTest } from './suite.ts';
import { configMap, configMaps, refOf } from './target.ts';

const rejectsWith = (promise: Promise<unknown>, is: (error: unknown) => boolean): Promise<void> =>
  assert.rejects(promise, (error) => is(error));

export const clientTests: Record<string, ConformanceTest> = {
  'discovery knows plural, scope, verbs and subresources': async ({ discovery }) => {
    const deployment = await discovery.find({ apiVersion: 'apps/v1', kind: 'Deployment' });
    assert.equal(deployment?.plural, 'deployments');
    assert.equal(deployment.namespaced, true);
    assert.ok(deployment.subresources.includes('status') && deployment.subresources.includes('scale'));
    assert.ok(deployment.verbs.includes('watch'));
    assert.ok(deployment.shortNames.includes('deploy'));
    assert.equal((await discovery.find({ apiVersion: 'v1', kind: 'Namespace' }))?.namespaced, false);
    assert.equal((await discovery.find({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' }))?.plural, 'ingresses');
    assert.equal(await discovery.find({ apiVersion: 'example.org/v1', kind: 'Nothing' }), undefined);
  },

  'objects are created, read, updated and deleted; races are told': async ({ client, namespace }) => {
    const created = await client.create(configMap(namespace, 'a', { k: '1' }));
    assert.ok(created.metadata.uid && created.metadata.resourceVersion && created.metadata.creationTimestamp);
    await rejectsWith(client.create(configMap(namespace, 'a')), isAlreadyExists);
    const updated = await client.update({ ...created, data: { k: '2' } });
    assert.notEqual(updated.metadata.resourceVersion, created.metadata.resourceVersion);
    await rejectsWith(client.update({ ...created, data: { k: '3' } }), isConflict);
    assert.deepEqual((await client.get(refOf(created)))['data'], { k: '2' });
    const stale = { uid: 'somebody-else' };
    await rejectsWith(client.delete(refOf(created), { preconditions: stale }), isConflict);
    await client.delete(refOf(created), { preconditions: { uid: created.metadata.uid, ...version(updated) } });
    await rejectsWith(client.get(refOf(created)), isNotFound);
    await rejectsWith(client.delete(refOf(created)), isNotFound);
  },

  'what is held back when it is about to leave is not carried out': async ({ transport, client, namespace }) => {
    const held = new Error('held back');
    const body = JSON.stringify(configMap(namespace, 'held'));
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const create = (beforeSend: () => void) =>
      transport.send({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body, beforeSend });
    await rejectsWith(
      create(() => {
        throw held;
      }),
      (error) => error === held || (error instanceof Error && error.cause === held),
    );
    await rejectsWith(client.get(refOf(configMap(namespace, 'held'))), isNotFound);
    assert.equal((await create(() => undefined)).status, 201);
  },

  'generateName makes a name; finalizers hold an object until they are taken off': async ({ client, namespace }) => {
    const { name: _, ...metadata } = configMap(namespace, '').metadata;
    const created = await client.create({
      ...configMaps,
      metadata: { ...metadata, generateName: 'made-', finalizers: ['example.org/hold'] },
    });
    assert.match(created.metadata.name ?? '', /^made-\w+$/);
    await client.delete(refOf(created));
    const held = await client.get(refOf(created));
    assert.ok(held.metadata.deletionTimestamp);
    await client.patch(refOf(created), { type: 'merge', body: { metadata: { finalizers: null } } });
    await rejectsWith(client.get(refOf(created)), isNotFound);
  },

  'JSON, merge and strategic patches do what they say': async ({ client, namespace }) => {
    const created = await client.create(configMap(namespace, 'a', { k: '1', l: '1' }));
    await client.patch(refOf(created), { type: 'json', body: [{ op: 'replace', path: '/data/k', value: '2' }] });
    await client.patch(refOf(created), { type: 'merge', body: { data: { l: null, m: '3' } } });
    const patched = await client.patch(refOf(created), { type: 'strategic', body: { metadata: { finalizers: ['example.org/a'] } } });
    assert.deepEqual(patched['data'], { k: '2', m: '3' });
    assert.deepEqual(patched.metadata.finalizers, ['example.org/a']);
    await rejectsWith(client.patch(refOf(created), { type: 'json', body: [{ op: 'test', path: '/data/k', value: 'x' }] }), isInvalid);
    await client.patch(refOf(created), { type: 'merge', body: { metadata: { finalizers: null } } });
  },

  'server-side apply tells creation from change, names conflicts by field and manager, and can force': async ({ client, namespace }) => {
    const first = await client.apply(configMap(namespace, 'a', { k: '1' }), { fieldManager: 'one' });
    assert.equal(first.created, true);
    const again = await client.apply(configMap(namespace, 'a', { k: '1' }), { fieldManager: 'one' });
    assert.equal(again.created, false);
    assert.equal(again.object.metadata.resourceVersion, first.object.metadata.resourceVersion, 'nothing changed, nothing written');
    const conflicting = configMap(namespace, 'a', { k: '2' });
    await assert.rejects(client.apply(conflicting, { fieldManager: 'two' }), (error) => {
      assert.ok(error instanceof ApiError && isConflict(error));
      assert.deepEqual(
        error.status.causes.map(({ reason, field }) => [reason, field]),
        [['FieldManagerConflict', '.data.k']],
      );
      assert.match(error.status.causes[0]?.message ?? '', /conflict with "one"/);
      return true;
    });
    const forced = await client.apply(conflicting, { fieldManager: 'two', force: true });
    assert.deepEqual(forced.object['data'], { k: '2' });
    const managers = forced.object.metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`);
    assert.ok(managers?.includes('two Apply'));
  },

  'a dry run changes nothing; unknown fields are refused unless a warning is enough': async ({ client, namespace }) => {
    await client.apply(configMap(namespace, 'a', { k: '1' }), { fieldManager: 'one', dryRun: true });
    await rejectsWith(client.get({ ...configMaps, namespace, name: 'a' }), isNotFound);
    const unknown = { ...configMap(namespace, 'a'), daat: { k: '1' } };
    await assert.rejects(
      client.create(unknown),
      (error) => error instanceof ApiError && error.status.code === 400 && /unknown field "daat"/.test(error.message),
    );
    const warned = await client.apply(
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a', namespace }, spec: deployment() },
      { fieldManager: 'one', fieldValidation: 'Warn' },
    );
    assert.equal(warned.created, true);
    await client.create(unknown, { fieldValidation: 'Warn' });
  },

  'lists are paged, selected and trimmed to metadata on request': async ({ client, namespace }) => {
    for (let number = 0; number < 7; number++) {
      await client.create(configMap(namespace, `m${number}`, { k: 'v' }, { parity: number % 2 === 0 ? 'even' : 'odd' }));
    }
    const names: string[] = [];
    let next: string | undefined;
    let pages = 0;
    do {
      const page = await client.list(configMaps, {
        namespace,
        labelSelector: 'parity',
        limit: 3,
        ...(next === undefined ? {} : { continue: next }),
      });
      names.push(...page.items.map((item) => item.metadata.name ?? ''));
      next = page.metadata.continue;
      pages++;
    } while (next !== undefined);
    assert.equal(pages, 3);
    assert.deepEqual(names, ['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6']);
    const odd = await client.list(configMaps, { namespace, labelSelector: 'parity in (odd)' });
    assert.deepEqual(
      odd.items.map((item) => item.metadata.name),
      ['m1', 'm3', 'm5'],
    );
    assert.ok(odd.items.every((item) => item.kind === 'ConfigMap' && item.apiVersion === 'v1'));
    assert.ok(odd.metadata.resourceVersion);
    const one = await client.list(configMaps, { namespace, fieldSelector: 'metadata.name=m2', metadataOnly: true });
    const none = await client.list(configMaps, { namespace, fieldSelector: 'metadata.name=absent', metadataOnly: true });
    assert.deepEqual(none.items, []);
    assert.deepEqual(
      one.items.map((item) => [item.kind, item.metadata.name, item['data']]),
      [['ConfigMap', 'm2', undefined]],
    );
    await client.deleteCollection(configMaps, { namespace, labelSelector: 'parity=odd' });
    assert.equal((await client.list(configMaps, { namespace, labelSelector: 'parity' })).items.length, 4);
  },

  'a watch from a version sees every later change, in order, and stops when it is told to': async ({ client, namespace }) => {
    const { metadata } = await client.list(configMaps, { namespace });
    const created = await client.create(configMap(namespace, 'a', { k: '1' }, { watched: 'yes' }));
    await client.create(configMap(namespace, 'other'));
    await client.patch(refOf(created), { type: 'merge', body: { data: { k: '2' } } });
    await client.delete(refOf(created));
    const abort = new AbortController();
    const seen: string[] = [];
    let opened = 0;
    const watching = client.watch(configMaps, {
      namespace,
      labelSelector: 'watched',
      ...version(metadata),
      signal: abort.signal,
      opened: () => {
        opened++;
      },
    });
    await assert.rejects(
      async () => {
        for await (const event of watching) {
          seen.push(describe(event));
          if (event.type === 'DELETED') abort.abort();
        }
      },
      { code: 'KUBE_TRANSPORT_ABORTED' },
    );
    assert.deepEqual(seen, ['ADDED a 1', 'MODIFIED a 2', 'DELETED a 2']);
    assert.equal(opened, 1);
  },

  'status is written apart from the spec, and a token is made for a service account': async ({ client, namespace }) => {
    const created = await client.create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a', namespace },
      spec: deployment(),
    });
    const written = await client.patch(
      refOf(created),
      { type: 'merge', body: { status: { observedGeneration: 7 }, spec: { replicas: 5 } } },
      { subresource: 'status' },
    );
    assert.equal(Reflect.get(Object(written['status']), 'observedGeneration'), 7);
    assert.equal(Reflect.get(Object(written['spec']), 'replicas'), 0);
    const scale = await client.get(refOf(created), { subresource: 'scale' });
    assert.equal(scale.kind, 'Scale');
    await client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace } });
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: { name: 'robot', namespace }, spec: {} };
    const token = await client.create(request, { subresource: 'token' });
    assert.match(String(Reflect.get(Object(token['status']), 'token')), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  },
};

function version(of: { resourceVersion?: string } | { metadata: { resourceVersion?: string } }): { resourceVersion?: string } {
  const resourceVersion = 'metadata' in of ? of.metadata.resourceVersion : of.resourceVersion;
  return resourceVersion === undefined ? {} : { resourceVersion };
}

function describe(event: WatchEvent): string {
  if (event.type === 'ERROR') return `ERROR ${event.status.reason}`;
  return `${event.type} ${event.object.metadata.name} ${Reflect.get(Object(event.object['data']), 'k')}`;
}

function deployment(): object {
  const labels = { app: 'a' };
  return {
    replicas: 0,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'a' }] } },
  };
}
