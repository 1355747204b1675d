// DESIGN §10.12: success; failed = the owner's own fault; error = infrastructure.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PassResult } from '../src/index.ts';
import { jsonAnswer } from './support/counting-transport.ts';
import { bundleOf, configMap, ownerNamed, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');
const bundle = bundleOf(owner, { id: 'a', object: configMap('a', { x: '1' }) }, { id: 'b', object: configMap('b', { x: '1' }) });

function status(code: number, reason: string, message: string, causes: unknown[] = []): unknown {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code, details: { causes } };
}

const answers: readonly [name: string, code: number, reason: string, message: string, result: PassResult, errorCode: string][] = [
  ['an invalid object', 422, 'Invalid', 'ConfigMap "a" is invalid: data: Invalid value', 'failed', 'Invalid'],
  ['a refusing admission webhook', 403, 'Forbidden', 'admission webhook "x" denied the request: no', 'failed', 'Denied'],
  ['a missing namespace', 404, 'NotFound', 'namespaces "default" not found', 'failed', 'NamespaceNotFound'],
  ['a missing permission', 403, 'Forbidden', 'configmaps "a" is forbidden: User cannot patch', 'error', 'Forbidden'],
  ['a used-up quota', 403, 'Forbidden', 'configmaps "a" is forbidden: exceeded quota: q', 'error', 'QuotaExceeded'],
  ['a failing API server', 500, 'InternalError', 'etcd is away', 'error', 'ApiUnavailable'],
  ['a webhook that cannot be called', 500, 'InternalError', 'failed calling webhook "x"', 'error', 'ApiUnavailable'],
];

for (const [name, code, reason, message, result, errorCode] of answers) {
  test(`${name} is result=${result} (${errorCode}); the neighbour is applied`, async () => {
    const world = new TestWorld();
    world.transport.intercept = (request) =>
      request.method === 'PATCH' && request.path.includes('/configmaps/a?') ? jsonAnswer(code, status(code, reason, message)) : undefined;
    const outcome = await world.pass(bundle);
    assert.equal(outcome.result, result);
    assert.equal(outcome.problem?.code, errorCode);
    assert.match(outcome.resources[0]?.message ?? '', new RegExp(message.slice(0, 20)));
    assert.equal(outcome.resources[1]?.phase, 'Ready');
    world.transport.intercept = undefined;
    await world.clock.advance(600_000);
    assert.equal((await world.pass(bundle)).result, 'success');
    await world.end();
  });
}

test('an object that the server calls invalid is tried again soon, then ever more seldom: its CRD may be on its way', async () => {
  const world = new TestWorld();
  const tries: number[] = [];
  const began = world.clock.monotonic();
  world.transport.intercept = (request) => {
    if (request.method !== 'PATCH' || !request.path.includes('/configmaps/a?')) return undefined;
    tries.push(Math.round((world.clock.monotonic() - began) / 1000));
    const invalid = status(422, 'Invalid', 'spec.profile: Unsupported value: "New"');
    return tries.length < 4 ? jsonAnswer(422, invalid) : undefined;
  };
  let outcome = await world.pass(bundle);
  for (let passes = 0; outcome.result !== 'success' && passes < 10; passes++) {
    await world.clock.advance(outcome.requeueAfterMs ?? 0);
    outcome = await world.pass(bundle);
  }
  assert.equal(outcome.result, 'success');
  assert.deepEqual(tries, [0, 5, 15, 35]);
  await world.end();
});

test('no answer at all is result=error', async () => {
  const world = new TestWorld();
  world.transport.intercept = (request) => {
    if (request.method === 'PATCH') throw new Error('socket hang up');
    return undefined;
  };
  const outcome = await world.pass(bundle);
  assert.equal(outcome.result, 'error');
  assert.equal(outcome.problem?.code, 'ApiUnavailable');
  await world.end();
});

test("a kind that the cluster does not have is the template's fault, and is looked for again", async () => {
  const world = new TestWorld();
  const outcome = await world.pass(
    bundleOf(
      owner,
      { id: 'x', object: { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } } },
      { id: 'a', object: configMap('a', {}) },
    ),
  );
  assert.equal(outcome.result, 'failed');
  assert.equal(outcome.problem?.code, 'KindNotFound');
  assert.match(outcome.problem?.message ?? '', /no kind Widget in example.com\/v1/);
  assert.ok(outcome.requeueAfterMs !== undefined);
  assert.equal(outcome.resources.find((state) => state.id === 'a')?.phase, 'Ready');
  await world.end();
});
