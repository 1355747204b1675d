import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Claims } from '../src/claims/claims.ts';
import { bundleOf, configMap, ownerNamed, refOf, TestWorld } from './support/world.ts';

const acme = ownerNamed('acme');
const beta = ownerNamed('beta');

test('the first owner has an address, the second is told who has it and is woken when it is free', () => {
  const claims = new Claims();
  assert.equal(claims.take('k', acme, 'a'), undefined);
  assert.equal(claims.take('k', acme, 'a'), undefined, 'again is no change');
  assert.equal(claims.take('k', beta, 'b')?.owner.key, acme.key);
  assert.deepEqual(claims.release('k', beta.uid), [], 'only the holder can give it back');
  assert.deepEqual(claims.release('k', acme.uid), [beta.key]);
  assert.equal(claims.take('k', beta, 'b'), undefined);
  assert.deepEqual(claims.forget(beta.key), []);
  assert.deepEqual([claims.owners, claims.objects], [0, 0]);
});

const names = ['a', 'b', 'c'];
const wants = fc.record({ owner: fc.constantFrom(acme, beta), names: fc.subarray(names), force: fc.boolean() });
const steps = fc.array(fc.oneof({ weight: 5, arbitrary: wants }, { weight: 1, arbitrary: fc.constant('restart' as const) }), {
  minLength: 2,
  maxLength: 10,
});

test('whatever two owners want, in whatever order and over restarts, no object ever passes from one to the other while it is wanted', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const world = new TestWorld();
      const wanted = new Map<string, Set<string>>();
      const ownerOf = async (name: string): Promise<string | undefined> => {
        const live = await world.user.get(refOf(configMap(name, {}))).catch(() => undefined);
        return live?.metadata.labels?.['kubernetes-tenants.org/tenant'];
      };
      for (const step of history) {
        if (step === 'restart') {
          await world.restart();
          continue;
        }
        const before = await Promise.all(names.map(ownerOf));
        wanted.set(step.owner.name, new Set(step.names));
        const conflictPolicy = step.force ? 'Force' : 'Stuck';
        const desired = step.names.map((name) => ({ id: name, object: configMap(name, { by: step.owner.name }), conflictPolicy }) as const);
        const outcome = await world.pass(bundleOf(step.owner, ...desired));
        const after = await Promise.all(names.map(ownerOf));
        names.forEach((name, index) => {
          const [was, is] = [before[index], after[index]];
          if (was !== undefined && was !== step.owner.name) assert.equal(is, was, `${name} was ${was}'s and is ${is ?? 'gone'}`);
          const state = outcome.resources.find((candidate) => candidate.id === name && step.names.includes(name));
          if (state?.phase === 'Ready') assert.equal(is, step.owner.name);
          if (state?.phase === 'Conflicted') assert.notEqual(is, step.owner.name);
        });
      }
      await world.end();
    }),
    { numRuns: 60 },
  );
});
