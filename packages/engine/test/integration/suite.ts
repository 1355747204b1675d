import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome, Owner } from '../../src/index.ts';
import { digNumber } from '../../src/json/value.ts';
import { bundleOf, configMap, ownerNamed, phases } from '../support/world.ts';
import { everyKind } from './kinds.ts';
import { Session, type TestServer } from './session.ts';

const allReady = (outcome: Outcome): boolean => outcome.counts.ready === outcome.counts.desired;
const isWrite = (line: string): boolean => !line.startsWith('GET ');

/** What the engine promises, on a server that it cannot tell from any other. The same tests run on devcluster and on a real kube-apiserver. */
export function engineSuite(server: () => TestServer): void {
  let count = 0;
  const scenario = (name: string, run: (session: Session, owner: Owner) => Promise<void>): void => {
    test(name, async () => {
      const namespace = `engine-${++count}`;
      const session = await new Session(server(), namespace).open();
      // The owner must exist, or garbage collection takes what refers to it.
      const anchor = await session.user.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'acme', namespace } });
      const owner = { ...ownerNamed('acme', namespace), apiVersion: 'v1', kind: 'ConfigMap', uid: anchor.metadata.uid ?? '' };
      try {
        await run(session, owner);
      } finally {
        await session.end();
      }
    });
  };

  scenario('a chain of dependencies becomes ready with one apply per object, and then nothing is sent', async (session, owner) => {
    const { namespace } = session;
    const bundle = bundleOf(
      owner,
      { id: 'settings', object: configMap('settings', { plan: 'pro' }, namespace) },
      { id: 'web', object: web(namespace, 2), dependIds: ['settings'] },
      { id: 'after', object: configMap('after', {}, namespace), dependIds: ['web'] },
    );
    const outcomes = await session.run(bundle, allReady);
    const applies = session.requests().filter(isWrite);
    assert.deepEqual(
      applies.map((line) => line.split('/').at(-1)),
      ['settings', 'web', 'after'],
    );
    assert.equal(phases(outcomes[0] ?? assert.fail())['after'], 'WaitingForDependency/DependencyNotReady');
    await session.idle(500);
    session.requests();
    assert.equal((await session.pass(bundle)).changed, false);
    assert.deepEqual(session.requests(), []);
  });

  scenario('a restart with every kind that a template may hold sends no write', async (session, owner) => {
    const bundle = bundleOf(owner, ...everyKind(session.namespace));
    await session.run(bundle, allReady);
    await session.idle(1_000);
    await session.pass(bundle);
    session.requests();
    assert.equal((await session.pass(bundle)).changed, false);
    assert.deepEqual(session.requests(), []);
    await session.restart();
    const outcome = await session.pass(bundle);
    assert.deepEqual(session.requests().filter(isWrite), []);
    assert.equal(outcome.changed, false);
    assert.deepEqual(outcome.counts.ready, outcome.counts.desired);
  });

  for (const conflictPolicy of ['Stuck', 'Force'] as const) {
    scenario(`drift of any kind of field is repaired at once under ${conflictPolicy}, naming who did it`, async (session, owner) => {
      const { namespace } = session;
      const bundle = bundleOf(
        owner,
        { id: 'web', object: web(namespace, 1), conflictPolicy },
        { id: 'settings', object: configMap('settings', { plan: 'pro' }, namespace), conflictPolicy },
      );
      await session.run(bundle, allReady);
      const edits: readonly [kind: 'web' | 'settings', body: Record<string, unknown>][] = [
        ['settings', { data: { plan: 'free' } }],
        ['settings', { data: { plan: null } }],
        ['web', { spec: { replicas: 4 } }],
        ['web', { metadata: { labels: { 'kubernetes-tenants.org/tenant': null } } }],
      ];
      for (const [id, body] of edits) {
        const ref = id === 'web' ? session.ref('apps/v1', 'Deployment', 'web') : session.ref('v1', 'ConfigMap', 'settings');
        await session.user.patch(ref, { type: 'merge', body: JSON.parse(JSON.stringify(body)) });
        const [outcome] = (await session.run(bundle, (pass) => pass.happenings.some(({ type }) => type === 'DriftRepaired'))).slice(-1);
        const repaired = outcome?.happenings.find(({ type }) => type === 'DriftRepaired');
        if (JSON.stringify(body).includes('null')) continue;
        assert.equal(repaired?.opponents?.[0]?.manager, 'kubectl-edit');
      }
      const settings = await session.user.get(session.ref('v1', 'ConfigMap', 'settings'));
      assert.deepEqual(settings['data'], { plan: 'pro' });
      const live = await session.user.get(session.ref('apps/v1', 'Deployment', 'web'));
      assert.equal(digNumber(live, 'spec', 'replicas'), 1);
      assert.equal(live.metadata.labels?.['kubernetes-tenants.org/tenant'], 'acme');
    });
  }

  scenario('replicas scaled through the subresource are yielded, also over the next change', async (session, owner) => {
    const { namespace } = session;
    const bundle = (image: string) => bundleOf(owner, { id: 'web', object: web(namespace, 1, image) });
    await session.run(bundle('example.com/app:1'), allReady);
    const ref = session.ref('apps/v1', 'Deployment', 'web');
    await session.user.patch(ref, { type: 'merge', body: { spec: { replicas: 3 } } }, { subresource: 'scale' });
    await session.run(bundle('example.com/app:1'), (outcome) => allReady(outcome) && !outcome.changed);
    await session.run(bundle('example.com/app:2'), allReady);
    assert.equal(digNumber(await session.user.get(ref), 'spec', 'replicas'), 3);
  });

  scenario('an ignored field keeps its live value while we alone own it', async (session, owner) => {
    const { namespace } = session;
    const bundle = (replicas: number, image: string) =>
      bundleOf(owner, { id: 'web', object: web(namespace, replicas, image), ignoreFields: ['/spec/replicas'] });
    await session.run(bundle(2, 'example.com/app:1'), allReady);
    await session.run(bundle(5, 'example.com/app:2'), allReady);
    assert.equal(digNumber(await session.user.get(session.ref('apps/v1', 'Deployment', 'web')), 'spec', 'replicas'), 2);
  });

  scenario('a foreign object, and a foreign field, are conflicts that are told and not touched', async (session, owner) => {
    const { namespace } = session;
    await session.user.create(configMap('theirs', { mine: 'yes' }, namespace));
    await session.pass(bundleOf(owner, { id: 'ours', object: configMap('ours', { x: '1' }, namespace) }));
    await session.user.patch(session.ref('v1', 'ConfigMap', 'ours'), { type: 'merge', body: { data: { y: 'theirs' } } });
    const bundle = bundleOf(
      owner,
      { id: 'ours', object: configMap('ours', { x: '1', y: 'ours' }, namespace) },
      { id: 'theirs', object: configMap('theirs', { x: '1' }, namespace) },
    );
    const outcome = await session.pass(bundle);
    assert.deepEqual(phases(outcome), { ours: 'Conflicted/ResourceConflict', theirs: 'Conflicted/ObjectExists' });
    assert.match(outcome.resources[0]?.message ?? '', /\.data\.y by kubectl-edit \(Update\): is "theirs", wanted "ours"/);
    await session.user.patch(session.ref('v1', 'ConfigMap', 'ours'), { type: 'merge', body: { data: { y: null } } });
    await session.user.delete(session.ref('v1', 'ConfigMap', 'theirs'));
    await session.run(bundle, allReady);
  });

  scenario('immutable fields: Fail tells which, Recreate replaces', async (session, owner) => {
    const { namespace } = session;
    const fixed = (value: string) => ({ ...configMap('fixed', { value }, namespace), immutable: true });
    await session.pass(
      bundleOf(owner, { id: 'fixed', object: fixed('1') }, { id: 'job', object: job(namespace, '1'), waitForReady: false }),
    );
    const before = await session.user.get(session.ref('batch/v1', 'Job', 'job'));
    const wanted = (onImmutable: 'Fail' | 'Recreate') =>
      bundleOf(owner, { id: 'fixed', object: fixed('2'), onImmutable }, { id: 'job', object: job(namespace, '2'), waitForReady: false });
    const outcomes = await session.run(wanted('Fail'), (outcome) => outcome.resources[1]?.phase === 'Ready');
    assert.equal(outcomes.at(-1)?.resources[0]?.code, 'Immutable');
    assert.match(outcomes.at(-1)?.resources[0]?.message ?? '', /field is immutable: data$/);
    const after = await session.user.get(session.ref('batch/v1', 'Job', 'job'));
    assert.notEqual(after.metadata.uid, before.metadata.uid);
    await session.run(wanted('Recreate'), allReady);
    assert.deepEqual((await session.user.get(session.ref('v1', 'ConfigMap', 'fixed')))['data'], { value: '2' });
  });

  for (const patchStrategy of ['merge', 'replace'] as const) {
    scenario(
      `patchStrategy ${patchStrategy}: silent when nothing changes, changed and repaired when something does`,
      async (session, owner) => {
        const { namespace } = session;
        const bundle = (x: string) => bundleOf(owner, { id: 'a', object: configMap('a', { x }, namespace), patchStrategy });
        await session.pass(bundle('1'));
        await session.run(bundle('2'), allReady);
        await session.idle(200);
        session.requests();
        assert.equal((await session.pass(bundle('2'))).changed, false);
        assert.deepEqual(session.requests(), []);
        const ref = session.ref('v1', 'ConfigMap', 'a');
        await session.user.patch(ref, { type: 'merge', body: { data: { x: 'changed' } } });
        await session.run(bundle('2'), (outcome) => outcome.happenings.some(({ type }) => type === 'DriftRepaired'));
        assert.deepEqual((await session.user.get(ref))['data'], { x: '2' });
      },
    );
  }

  scenario('Retain: released and marked, taken back without a conflict', async (session, owner) => {
    const { namespace } = session;
    const bundle = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }, namespace), deletionPolicy: 'Retain' });
    await session.pass(bundle);
    await session.pass(bundleOf(owner));
    const released = await session.user.get(session.ref('v1', 'ConfigMap', 'a'));
    assert.equal(released.metadata.labels?.['kubernetes-tenants.org/orphaned'], 'true');
    await session.run(bundle, allReady);
    assert.equal(
      (await session.user.get(session.ref('v1', 'ConfigMap', 'a'))).metadata.labels?.['kubernetes-tenants.org/orphaned'],
      undefined,
    );
  });

  scenario('an adopted workload keeps its pods: they get the label, the template with its next change', async (session, owner) => {
    const { namespace } = session;
    const labels = 'kubernetes-tenants.org/tenant=acme';
    await session.user.create(web(namespace, 1));
    const pods = () => session.user.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector: 'app=web' });
    await session.until(async () => (await pods()).items.length === 1, 'the pod');
    const before = (await pods()).items[0]?.metadata.uid;
    const bundle = (image: string) => bundleOf(owner, { id: 'web', object: web(namespace, 1, image), conflictPolicy: 'Force' });
    await session.run(bundle('example.com/app:1'), allReady);
    const labelled = await session.user.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector: labels });
    assert.deepEqual(
      labelled.items.map((pod) => pod.metadata.uid),
      [before],
    );
    await session.run(bundle('example.com/app:2'), allReady);
    await session.until(async () => {
      const { items } = await session.user.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector: labels });
      return items.some((pod) => pod.metadata.uid !== before);
    }, 'the new pod carries the label from its template');
  });

  scenario('two owners of one object: the second is refused, and gets it when the first gives it up', async (session, owner) => {
    const { namespace } = session;
    const anchor = await session.user.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'beta', namespace } });
    const beta = { ...ownerNamed('beta', namespace), apiVersion: 'v1', kind: 'ConfigMap', uid: anchor.metadata.uid ?? '' };
    const first = bundleOf(owner, { id: 's', object: configMap('shared', { x: '1' }, namespace), conflictPolicy: 'Force' });
    const second = bundleOf(beta, { id: 's', object: configMap('shared', { x: '2' }, namespace), conflictPolicy: 'Force' });
    await session.pass(first);
    assert.deepEqual(phases(await session.pass(second, { inventory: [] })), { s: 'Conflicted/OwnedByOther' });
    await session.pass(first, { inventory: [] });
    await session.remove(first);
    session.engine.forget(owner.key);
    await session.run(second, allReady, { inventory: [] });
    assert.deepEqual((await session.user.get(session.ref('v1', 'ConfigMap', 'shared')))['data'], { x: '2' });
  });

  scenario('an edit war ends with a pause that names the opponent, and resumes when the annotation goes', async (session, owner) => {
    const { namespace } = session;
    const bundle = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }, namespace) });
    const ref = session.ref('v1', 'ConfigMap', 'a');
    await session.pass(bundle);
    session.requests();
    let paused: Outcome | undefined;
    for (let flip = 0; flip < 40 && !paused; flip++) {
      await session.user.patch(ref, { type: 'merge', body: { data: { x: `flip ${flip}` } } });
      await session.nextWake(5_000);
      const outcome = await session.pass(bundle);
      if (outcome.happenings.some(({ type }) => type === 'EditWarPaused')) paused = outcome;
    }
    assert.match(paused?.resources[0]?.message ?? '', /\.data\.x by kubectl-edit \(Update\)/);
    assert.ok(session.requests().filter(isWrite).length <= 15);
    const live = await session.user.get(ref);
    assert.equal(live.metadata.annotations?.['tenant.operator.kubernetes-tenants.org/pause'], 'true');
    const annotations = { 'tenant.operator.kubernetes-tenants.org/pause': null };
    await session.user.patch(ref, { type: 'merge', body: { metadata: { annotations } } });
    await session.run(bundle, allReady);
    assert.deepEqual((await session.user.get(ref))['data'], { x: '1' });
  });

  scenario('removal goes in reverse order, proves what it deletes, and waits for finalizers', async (session, owner) => {
    const { namespace } = session;
    const bundle = bundleOf(
      owner,
      { id: 'a', object: configMap('a', {}, namespace) },
      { id: 'web', object: web(namespace, 1), dependIds: ['a'] },
    );
    await session.run(bundle, allReady);
    await session.user.patch(session.ref('apps/v1', 'Deployment', 'web'), {
      type: 'merge',
      body: { metadata: { finalizers: ['example.com/hold'] } },
    });
    await session.until(async () => {
      const { remaining } = await session.engine.remove(owner, (await session.pass(bundle, { paused: true })).resources);
      return remaining.some((state) => /held by finalizers example.com\/hold/.test(state.message));
    }, 'the finalizer is named');
    await session.user.get(session.ref('v1', 'ConfigMap', 'a'));
    await session.user.patch(session.ref('apps/v1', 'Deployment', 'web'), {
      type: 'json',
      body: [{ op: 'remove', path: '/metadata/finalizers' }],
    });
    await session.remove(bundle);
    await assert.rejects(session.user.get(session.ref('v1', 'ConfigMap', 'a')), /not found/);
  });
}

function web(namespace: string, replicas: number, image = 'example.com/app:1') {
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}

function job(namespace: string, version: string) {
  const containers = [{ name: 'run', image: `example.com/app:${version}` }];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'job', namespace },
    spec: { template: { spec: { restartPolicy: 'Never', containers } } },
  };
}
