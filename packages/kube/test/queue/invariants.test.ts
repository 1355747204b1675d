import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Priority, PriorityQueue } from '@caretaker/kube';
import { seededRandom, VirtualClock } from '@caretaker/kube/testing';
import fc from 'fast-check';

type Step = { do: 'add' | 'addAfter' | 'take' | 'done' | 'retry' | 'advance'; key: string; priority: Priority; ms: number };

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('add', 'addAfter', 'take', 'done', 'retry', 'advance'),
  key: fc.constantFrom('a', 'b', 'c'),
  priority: fc.constantFrom('user', 'change', 'drift', 'resync'),
  ms: fc.integer({ min: 0, max: 200 }),
});

test('whatever happens, no add is lost and no key is worked on twice at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const clock = new VirtualClock();
      const queue = new PriorityQueue({ name: 'q', clock, random: seededRandom(3) });
      const working = new Set<string>();
      /** Keys that were added and have not been taken since. */
      const owed = new Set<string>();
      for (const { do: what, key, priority, ms } of steps) {
        if (what === 'add') queue.add(key, priority);
        if (what === 'addAfter') queue.addAfter(key, ms, priority);
        if (what === 'retry') queue.retry(key, priority);
        if (what === 'add' || what === 'addAfter' || what === 'retry') owed.add(key);
        if (what === 'advance') await clock.advance(ms);
        if (what === 'done' && working.delete(key)) queue.done(key);
        if (what === 'take') {
          const taken = queue.take();
          if (taken === undefined) continue;
          assert.ok(!working.has(taken.key), 'worked on twice at once');
          assert.ok(owed.delete(taken.key), 'taken without an add');
          working.add(taken.key);
        }
      }
      await clock.advance(60_000);
      for (const key of working) queue.done(key);
      for (let taken = queue.take(); taken !== undefined; taken = queue.take()) owed.delete(taken.key);
      assert.deepEqual([...owed], [], 'an add was lost');
    }),
    { numRuns: 200 },
  );
});
