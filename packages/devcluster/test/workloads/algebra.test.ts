import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import fc from 'fast-check';
import { newSetSize, scaleProportionally, shrinkOldSets } from '../../src/workloads/deployment/scale.ts';
import type { RolloutPolicy } from '../../src/workloads/deployment/types.ts';
import { availableOf, DESIRED_REPLICAS, MAX_REPLICAS, sizeOf, sum } from '../../src/workloads/deployment/types.ts';
import { parseIndexes, renderIndexes } from '../../src/workloads/job/indexes.ts';
import { intOrPercent } from '../../src/workloads/machinery/int-or-percent.ts';
import { LabelIndex } from '../../src/workloads/machinery/label-index.ts';
import { mapSelector } from '../../src/workloads/machinery/selector.ts';

function replicaSet(name: string, replicas: number, available: number, max?: number): KubeObject {
  const annotations: Record<string, string> =
    max === undefined ? {} : { [DESIRED_REPLICAS]: String(replicas), [MAX_REPLICAS]: String(max) };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, creationTimestamp: '2026-01-01T00:00:00Z', annotations },
    spec: { replicas },
    status: { replicas, availableReplicas: Math.min(available, replicas) },
  };
}

const policies = fc
  .record({
    replicas: fc.integer({ min: 0, max: 20 }),
    maxSurge: fc.integer({ min: 0, max: 5 }),
    unavailable: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ replicas, maxSurge, unavailable }): RolloutPolicy => {
    const maxUnavailable = Math.min(replicas, maxSurge === 0 ? Math.max(1, unavailable) : unavailable);
    return {
      replicas,
      maxSurge,
      maxUnavailable,
      recreate: false,
      paused: false,
      minReadySeconds: 0,
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
    };
  });
const sets = fc.array(fc.tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 10 })), { minLength: 1, maxLength: 4 });

test('a rollout never asks for more pods than the surge allows, and never shrinks the new ReplicaSet below what it has', () => {
  fc.assert(
    fc.property(policies, sets, (policy, sizes) => {
      const all = sizes.map(([size, available], index) => replicaSet(`rs${index}`, size, available));
      const [newSet] = all;
      assert.ok(newSet);
      const size = newSetSize(policy, newSet, all);
      const total = sum(all, sizeOf) - sizeOf(newSet) + size;
      if (size > sizeOf(newSet)) assert.ok(all.length === 1 || total <= policy.replicas + policy.maxSurge);
      assert.ok(size <= policy.replicas);
    }),
  );
});

test('shrinking old ReplicaSets leaves enough available pods, and removes only what is there', () => {
  fc.assert(
    fc.property(policies, sets, sets, (policy, oldSizes, [first]) => {
      const old = oldSizes.map(([size, available], index) => replicaSet(`old${index}`, size, available));
      const newSet = replicaSet('new', Math.min(first?.[0] ?? 0, policy.replicas), first?.[1] ?? 0);
      const before = sum([...old, newSet], availableOf);
      let kept = availableOf(newSet);
      const resizes = new Map(shrinkOldSets(policy, newSet, old).map(({ set, replicas }) => [set, replicas]));
      for (const set of old) {
        const size = resizes.get(set) ?? sizeOf(set);
        assert.ok(size >= 0 && size <= sizeOf(set));
        kept += Math.min(size, availableOf(set));
      }
      // Pods that never became available go first, so at worst every pod that goes was available.
      const least = policy.replicas - policy.maxUnavailable;
      if (before >= least) assert.ok(kept >= least, `${kept} of ${least}`);
      else assert.equal(kept, before, 'nothing available is removed while too little is');
    }),
  );
});

test('scaling a Deployment in the middle of a rollout ends exactly at the size allowed', () => {
  fc.assert(
    fc.property(
      policies,
      fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 2, maxLength: 4 }),
      fc.integer({ min: 1, max: 5 }),
      (policy, sizes, surge) => {
        const total = sizes.reduce((left, right) => left + right, 0);
        const all = sizes.map((size, index) => replicaSet(`rs${index}`, size, 0, total + surge));
        const [newSet, ...old] = all;
        const resized = scaleProportionally(policy, newSet, old);
        const after = resized.reduce((left, { replicas }) => left + replicas, 0);
        assert.ok(resized.every(({ replicas }) => replicas >= 0));
        const allowed = policy.replicas > 0 ? policy.replicas + policy.maxSurge : 0;
        assert.equal(after, allowed);
      },
    ),
  );
});

test('integers and percentages', () => {
  const rows: [value: unknown, total: number, rounding: 'up' | 'down', expected: number | undefined][] = [
    [3, 10, 'up', 3],
    ['25%', 10, 'up', 3],
    ['25%', 10, 'down', 2],
    ['100%', 7, 'down', 7],
    ['0%', 7, 'up', 0],
    ['abc', 7, 'up', undefined],
    [undefined, 7, 'up', undefined],
  ];
  for (const [value, total, rounding, expected] of rows) assert.equal(intOrPercent(value, total, rounding), expected);
});

test('completed indexes as text and back', () => {
  assert.equal(renderIndexes(new Set([7, 1, 2, 3, 5])), '1-3,5,7');
  assert.equal(renderIndexes(new Set([1, 2])), '1,2');
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 50 })), (list) => {
      assert.deepEqual([...parseIndexes(renderIndexes(new Set(list)))].sort(), [...list].sort());
    }),
  );
});

test('the label index finds what looking at every object finds, after any changes', () => {
  const labels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('a', 'b'));
  const change = fc.record({
    name: fc.constantFrom('p1', 'p2', 'p3', 'p4'),
    namespace: fc.constantFrom('x', 'y'),
    labels,
    gone: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), labels, (changes, selector) => {
      const index = new LabelIndex();
      const all = new Map<string, KubeObject>();
      for (const { name, namespace, labels: own, gone } of changes) {
        const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels: own } };
        index.handle({ type: gone ? 'DELETED' : 'MODIFIED', object });
        if (gone) all.delete(`${namespace}/${name}`);
        else all.set(`${namespace}/${name}`, object);
      }
      const matches = mapSelector(selector);
      const found = index.select('x', selector, matches).map((object) => object.metadata.name);
      const expected = [...all.values()].filter((object) => object.metadata.namespace === 'x' && matches(object.metadata.labels ?? {}));
      assert.deepEqual(found.sort(), expected.map((object) => object.metadata.name).sort());
      assert.equal(index.size, all.size);
    }),
  );
});
