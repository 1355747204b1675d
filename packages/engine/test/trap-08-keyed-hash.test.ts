// DESIGN §10.8: the applied-hash is keyed, and no value of a Secret is in any message.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { desiredHash } from '../src/prepare/desired-hash.ts';
import { jsonAnswer } from './support/counting-transport.ts';
import { bundleOf, ownerNamed, refOf, TestWorld } from './support/world.ts';

const secret = (password: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db', namespace: 'default' },
  stringData: { password },
});

test('the hash depends on key, owner, address and content', () => {
  const key = new Uint8Array(32).fill(1);
  const base = desiredHash(key, 'uid', '/Secret/ns/a', { data: { p: 'x' } });
  assert.match(base, /^[0-9a-f]{32}$/);
  assert.notEqual(desiredHash(new Uint8Array(32).fill(2), 'uid', '/Secret/ns/a', { data: { p: 'x' } }), base);
  assert.notEqual(desiredHash(key, 'other', '/Secret/ns/a', { data: { p: 'x' } }), base);
  assert.notEqual(desiredHash(key, 'uid', '/Secret/ns/b', { data: { p: 'x' } }), base);
  assert.notEqual(desiredHash(key, 'uid', '/Secret/ns/a', { data: { p: 'y' } }), base);
});

test('two processes with another key write another hash for the same Secret', async () => {
  const hashOf = async (fill: number): Promise<string | undefined> => {
    const world = new TestWorld({ hashKey: new Uint8Array(32).fill(fill) });
    await world.pass(bundleOf(ownerNamed('acme'), { id: 's', object: secret('hunter22') }));
    const live = await world.user.get(refOf(secret('')));
    await world.end();
    return live.metadata.annotations?.['kubernetes-tenants.org/applied-hash'];
  };
  assert.notEqual(await hashOf(1), await hashOf(2));
});

test('stringData is applied as data, so that a restart finds nothing to do', async () => {
  const world = new TestWorld();
  const bundle = bundleOf(ownerNamed('acme'), { id: 's', object: secret('hunter22') });
  await world.pass(bundle);
  assert.deepEqual((await world.user.get(refOf(secret(''))))['data'], { password: Buffer.from('hunter22').toString('base64') });
  await world.restart();
  world.requests();
  assert.equal((await world.pass(bundle)).changed, false);
  assert.deepEqual(
    world.requests().filter((line) => line.startsWith('APPLY')),
    [],
  );
  await world.end();
});

test('neither a conflict nor a refusal shows a value of a Secret', async () => {
  const world = new TestWorld();
  const owner = ownerNamed('acme');
  await world.pass(bundleOf(owner, { id: 's', object: { ...secret(''), stringData: { other: 'x' } } }));
  await world.user.patch(refOf(secret('')), {
    type: 'merge',
    body: { data: { password: Buffer.from('theirs-secret').toString('base64') } },
  });
  await world.quiet();
  const outcome = await world.pass(
    bundleOf(owner, { id: 's', object: { ...secret('ours-secret'), stringData: { other: 'x', password: 'ours-secret' } } }),
  );
  assert.equal(outcome.resources[0]?.phase, 'Conflicted');
  world.transport.intercept = (request) => {
    if (request.method !== 'PATCH' || !request.path.includes('/secrets/bad')) return undefined;
    const message = 'Secret "bad" is invalid: data[password]: Invalid value: "canary not base64": must be base64';
    return jsonAnswer(422, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Invalid', code: 422, message });
  };
  const invalid = await world.pass(
    bundleOf(owner, {
      id: 's2',
      object: { ...secret(''), metadata: { name: 'bad', namespace: 'default' }, data: { password: 'canary not base64' } },
    }),
  );
  assert.equal(invalid.resources[0]?.phase, 'Failed');
  const told = JSON.stringify([outcome, invalid]);
  for (const canary of ['ours-secret', 'theirs-secret', 'canary not base64']) {
    assert.ok(!told.includes(canary) && !told.includes(Buffer.from(canary).toString('base64')), `${canary} shows in ${told}`);
  }
  await world.end();
});
