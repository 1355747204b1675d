// Random bundles under random meddling: one more pass finds nothing to do, and nothing foreign is ever touched.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Bundle, DesiredObject } from '../src/index.ts';
import { bundleOf, configMap, ownerNamed, refOf, TestWorld } from './support/world.ts';

const owner = ownerNamed('acme');
const names = ['a', 'b', 'c', 'd'];
const values = fc.constantFrom('1', '2', '3');

const desired = fc.record({
  name: fc.constantFrom(...names),
  data: fc.dictionary(fc.constantFrom('x', 'y', 'z'), values, { noNullPrototype: true }),
  conflictPolicy: fc.constantFrom('Stuck' as const, 'Force' as const),
  deletionPolicy: fc.constantFrom('Delete' as const, 'Retain' as const),
  patchStrategy: fc.constantFrom('apply' as const, 'apply' as const, 'merge' as const, 'replace' as const),
  ignored: fc.boolean(),
  after: fc.option(fc.constantFrom(...names), { nil: undefined }),
});

const bundles = fc.uniqueArray(desired, { selector: (entry) => entry.name, maxLength: 4 }).map((entries): Bundle => {
  const ids = entries.map((entry) => entry.name);
  return bundleOf(
    owner,
    ...entries.map(
      (entry): DesiredObject => ({
        id: entry.name,
        object: configMap(entry.name, entry.data),
        conflictPolicy: entry.conflictPolicy,
        deletionPolicy: entry.deletionPolicy,
        patchStrategy: entry.patchStrategy,
        ignoreFields: entry.ignored ? ['/data/x'] : [],
        dependIds: entry.after !== undefined && entry.after < entry.name && ids.includes(entry.after) ? [entry.after] : [],
      }),
    ),
  );
});

type Step =
  | { type: 'pass'; bundle: Bundle }
  | { type: 'edit' | 'delete' | 'create'; name: string; field: string; value: string }
  | { type: 'restart' };

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: bundles.map((bundle): Step => ({ type: 'pass', bundle })) },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constantFrom('edit' as const, 'edit' as const, 'delete' as const, 'create' as const),
        name: fc.constantFrom(...names),
        field: fc.constantFrom('x', 'y', 'z'),
        value: fc.constantFrom('theirs', 'other'),
      }),
    },
    { weight: 1, arbitrary: fc.constant<Step>({ type: 'restart' }) },
  ),
  { minLength: 1, maxLength: 8 },
);

async function meddle(world: TestWorld, step: Exclude<Step, { type: 'pass' | 'restart' }>): Promise<void> {
  const ref = refOf(configMap(step.name, {}));
  const work =
    step.type === 'edit'
      ? world.user.patch(ref, { type: 'merge', body: { data: { [step.field]: step.value } } })
      : step.type === 'delete'
        ? world.user.delete(ref)
        : world.user.create(configMap(step.name, { mine: step.value }));
  await Promise.resolve(work).catch(() => undefined);
  await world.quiet();
}

/** Passes until one changes nothing, as the wakes would make it; within a few, or something is wrong. */
async function settle(world: TestWorld, bundle: Bundle): Promise<void> {
  for (let round = 0; round < 6; round++) {
    const outcome = await world.pass(bundle);
    await world.quiet();
    if (!outcome.changed) return;
  }
  assert.fail('never settles');
}

test('after any history, a settled bundle sends nothing more, and wanted objects of ours are as wanted', async () => {
  await fc.assert(
    fc.asyncProperty(steps, bundles, async (history, last) => {
      const world = new TestWorld({ editWar: { capacity: 1_000, refillMs: 1, throttlesToPause: 3 } });
      for (const step of history) {
        if (step.type === 'pass') await world.pass(step.bundle);
        else if (step.type === 'restart') await world.restart();
        else await meddle(world, step);
        await world.quiet();
      }
      await settle(world, last);
      world.requests();
      const again = await world.pass(last);
      assert.equal(again.changed, false);
      assert.deepEqual(
        world.requests().filter((line) => !line.startsWith('GET ')),
        [],
      );
      for (const state of again.resources) {
        const wanted = last.desired.find((entry) => entry.id === state.id);
        const live = await world.user.get(refOf(configMap(state.name, {}))).catch(() => undefined);
        if (!wanted || state.phase === 'Conflicted') continue;
        if (state.phase !== 'Ready') continue;
        const skipped = wanted.ignoreFields?.length ? ['x'] : [];
        for (const [field, value] of Object.entries(Object(wanted.object['data']))) {
          if (!skipped.includes(field)) assert.equal(Reflect.get(Object(live?.['data']), field), value, `${state.id}.${field}`);
        }
      }
      await world.end();
    }),
    { numRuns: 60 },
  );
});

test('an object made by somebody else is never changed and never deleted under Stuck', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(bundles, { minLength: 1, maxLength: 4 }), fc.boolean(), async (history, restart) => {
      const world = new TestWorld();
      await world.user.create(configMap('a', { mine: 'yes' }));
      const before = await world.user.get(refOf(configMap('a', {})));
      for (const bundle of history) {
        const stuck = { ...bundle, desired: bundle.desired.map((entry) => ({ ...entry, conflictPolicy: 'Stuck' as const })) };
        await world.pass(stuck);
        if (restart) await world.restart();
      }
      await world.engine.remove(owner, world.inventories.get(owner.key) ?? []);
      const after = await world.user.get(refOf(configMap('a', {})));
      assert.equal(after.metadata.resourceVersion, before.metadata.resourceVersion);
      await world.end();
    }),
    { numRuns: 30 },
  );
});
