import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import type { DesiredObject } from '../src/index.ts';
import { jsonAnswer } from './support/counting-transport.ts';
import { bundleOf, configMap, ownerNamed, phases, refOf, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');
const a = refOf(configMap('a', {}));

test('Once: made once and never changed; made again when it is deleted', async () => {
  const world = new TestWorld();
  const bundle = (x: string) => bundleOf(owner, { id: 'a', object: configMap('a', { x }), creationPolicy: 'Once' });
  await world.pass(bundle('1'));
  assert.equal((await world.user.get(a)).metadata.annotations?.['kubernetes-tenants.org/created-once'], 'true');
  await world.user.patch(a, { type: 'merge', body: { data: { x: 'theirs' } } });
  await world.quiet();
  world.requests();
  assert.deepEqual(phases(await world.pass(bundle('2'))), { a: 'Ready' });
  assert.deepEqual(world.requests(), []);
  await world.user.delete(a);
  await world.quiet();
  await world.pass(bundle('2'));
  assert.deepEqual((await world.user.get(a))['data'], { x: '2' });
  await world.end();
});

test('Never: kept while it is there; absent or deleted, it is not made', async () => {
  const world = new TestWorld();
  const rules = { creationPolicy: 'Never', conflictPolicy: 'Force' } as const;
  const bundle = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }), ...rules });
  assert.equal((await world.pass(bundle)).resources[0]?.reason, 'Absent');
  await assert.rejects(world.user.get(a), /not found/);
  await world.user.create(configMap('a', { x: 'theirs' }));
  await world.quiet();
  assert.deepEqual(phases(await world.pass(bundle)), { a: 'Ready' });
  assert.deepEqual((await world.user.get(a))['data'], { x: '1' });
  await world.user.delete(a);
  await world.quiet();
  await world.pass(bundle);
  await assert.rejects(world.user.get(a), /not found/);
  await world.end();
});

test('Once: a foreign object without the mark is not overwritten', async () => {
  const world = new TestWorld();
  await world.user.create(configMap('a', { mine: 'yes' }));
  const outcome = await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }), creationPolicy: 'Once' }));
  assert.deepEqual(phases(outcome), { a: 'Conflicted/ObjectExists' });
  await world.end();
});

test('a failed dependency skips what depends on it, and that what depends on it in turn; skipOnDependencyFailure false goes on', async () => {
  const world = new TestWorld();
  await world.user.create(configMap('a', { mine: 'yes' }));
  const outcome = await world.pass(
    bundleOf(
      owner,
      { id: 'a', object: configMap('a', {}) },
      { id: 'b', object: configMap('b', {}), dependIds: ['a'] },
      { id: 'c', object: configMap('c', {}), dependIds: ['b'] },
      { id: 'd', object: configMap('d', {}), dependIds: ['a'], skipOnDependencyFailure: false },
      { id: 'e', object: configMap('e', {}) },
    ),
  );
  assert.deepEqual(phases(outcome), {
    a: 'Conflicted/ObjectExists',
    b: 'Skipped/DependencyFailed',
    c: 'Skipped/DependencyFailed',
    d: 'Ready',
    e: 'Ready',
  });
  assert.match(outcome.resources.find((state) => state.id === 'b')?.message ?? '', /a is Conflicted/);
  assert.equal(outcome.counts.skipped, 2);
  await world.end();
});

test('what exists already is not touched when its dependency fails', async () => {
  const world = new TestWorld();
  const bundle = bundleOf(owner, { id: 'a', object: configMap('a', {}) }, { id: 'b', object: configMap('b', {}), dependIds: ['a'] });
  await world.pass(bundle);
  const broken = await world.pass({
    owner,
    desired: [{ id: 'b', object: configMap('b', {}), dependIds: ['a'] }],
    unrendered: [{ id: 'a', reason: 'TemplateRenderError', message: 'no' }],
  });
  assert.deepEqual(phases(broken), { a: 'Failed/TemplateRenderError', b: 'Ready' });
  await world.end();
});

test('a cycle applies nothing, prunes nothing, and is told with its path', async () => {
  const world = new TestWorld();
  await world.pass(bundleOf(owner, { id: 'old', object: configMap('old', {}) }));
  world.requests();
  const outcome = await world.pass(
    bundleOf(owner, { id: 'a', object: configMap('a', {}), dependIds: ['b'] }, { id: 'b', object: configMap('b', {}), dependIds: ['a'] }),
  );
  assert.equal(outcome.result, 'failed');
  assert.equal(outcome.problem?.code, 'DependencyCycle');
  assert.match(outcome.problem?.message ?? '', /a -> b -> a/);
  assert.deepEqual(world.requests(), []);
  await world.user.get(refOf(configMap('old', {})));
  await world.end();
});

const faults: readonly [name: string, desired: Partial<DesiredObject>, code: string, message: RegExp][] = [
  [
    'a JSON patch that does not apply',
    { userPatch: [{ op: 'remove', path: '/data/nope' }] },
    'JsonPatchInvalid',
    /operation 0: \/data\/nope does not exist/,
  ],
  [
    'a JSON patch that makes another object',
    { userPatch: [{ op: 'replace', path: '/metadata/name', value: 'b' }] },
    'JsonPatchInvalid',
    /metadata\.name/,
  ],
  ['a JSON patch that leaves no object', { userPatch: [{ op: 'replace', path: '', value: 1 }] }, 'JsonPatchInvalid', /another object/],
  ['an ignoreFields entry that is no path', { ignoreFields: ['a['] }, 'IgnoreFieldInvalid', /"a\["/],
  ['a readiness rule that cannot be read', { readiness: { type: 'cel', expression: '1 +' } }, 'ReadinessRuleInvalid', /1 \+/],
  ['an object without a name', { object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} } }, 'IdentityMissing', /no metadata.name/],
];

for (const [name, desired, code, message] of faults) {
  test(`${name} fails its own resource only (${code})`, async () => {
    const world = new TestWorld();
    const outcome = await world.pass(
      bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }), ...desired }, { id: 'b', object: configMap('b', {}) }),
    );
    assert.equal(outcome.resources[0]?.code, code);
    assert.match(outcome.resources[0]?.message ?? '', message);
    assert.equal(outcome.resources[1]?.phase, 'Ready');
    assert.equal(outcome.result, 'failed');
    await world.end();
  });
}

test('two resources that render to one object: the second is refused', async () => {
  const world = new TestWorld();
  const outcome = await world.pass(
    bundleOf(owner, { id: 'a', object: configMap('x', { v: '1' }) }, { id: 'b', object: configMap('x', { v: '2' }) }),
  );
  assert.deepEqual(phases(outcome), { a: 'Ready', b: 'Failed/DuplicateObject' });
  assert.deepEqual((await world.user.get(refOf(configMap('x', {}))))['data'], { v: '1' });
  assert.equal((await world.pass(bundleOf(owner, { id: 'a', object: configMap('x', { v: '1' }) }))).changed, false);
  await world.user.get(refOf(configMap('x', {})));
  await world.end();
});

test('a user patch is applied before anything is compared, and its removal brings the template back', async () => {
  const world = new TestWorld();
  const patched = bundleOf(owner, {
    id: 'a',
    object: configMap('a', { x: '1' }),
    userPatch: [{ op: 'replace', path: '/data/x', value: '9' }],
  });
  await world.pass(patched);
  assert.deepEqual((await world.user.get(a))['data'], { x: '9' });
  await world.quiet();
  world.requests();
  await world.pass(patched);
  assert.deepEqual(world.requests(), []);
  await world.pass(bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) }));
  assert.deepEqual((await world.user.get(a))['data'], { x: '1' });
  await world.end();
});

test('a cluster-scoped object has no namespace, whatever the template says, and is tracked by labels', async () => {
  const world = new TestWorld();
  const object: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', namespace: 'default' } };
  const outcome = await world.pass(bundleOf(owner, { id: 'n', object, waitForReady: false }));
  assert.deepEqual(phases(outcome), { n: 'Ready' });
  assert.equal(outcome.resources[0]?.namespace, undefined);
  const live = await world.user.get({ apiVersion: 'v1', kind: 'Namespace', name: 'team' });
  assert.equal(live.metadata.ownerReferences, undefined);
  assert.equal(live.metadata.labels?.['kubernetes-tenants.org/tenant'], 'acme');
  await world.end();
});

test('an object in another namespace is tracked by labels, and found again by them', async () => {
  const world = new TestWorld();
  await world.user.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
  const bundle = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }, 'other') });
  await world.pass(bundle);
  assert.equal((await world.user.get(refOf(configMap('a', {}, 'other')))).metadata.ownerReferences, undefined);
  await world.restart();
  assert.equal((await world.pass(bundle)).changed, false);
  const { resources } = await world.pass(bundle);
  const removal = await world.engine.remove(owner, resources);
  assert.ok(removal.happenings.some(({ type }) => type === 'Deleted'));
  await world.end();
});

test('a refusal that others can lift is tried again after 5 s, doubling, and not before', async () => {
  const world = new TestWorld();
  const bundle = bundleOf(owner, { id: 'a', object: configMap('a', {}) });
  world.transport.intercept = (request) =>
    request.method === 'PATCH'
      ? jsonAnswer(403, {
          kind: 'Status',
          status: 'Failure',
          reason: 'Forbidden',
          code: 403,
          message: 'admission webhook "x" denied the request: no',
        })
      : undefined;
  const waits: number[] = [];
  for (let round = 0; round < 4; round++) {
    const outcome = await world.pass(bundle);
    assert.equal(outcome.problem?.code, 'Denied');
    waits.push(outcome.requeueAfterMs ?? 0);
    world.requests();
    await world.pass(bundle);
    assert.deepEqual(world.requests(), [], 'not before its time');
    await world.clock.advance(outcome.requeueAfterMs ?? 0);
  }
  assert.deepEqual(waits, [5_000, 10_000, 20_000, 40_000]);
  await world.end();
});
