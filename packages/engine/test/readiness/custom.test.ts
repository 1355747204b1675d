import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { EngineError } from '../../src/errors/engine-error.ts';
import { compileReadiness } from '../../src/readiness/custom.ts';
import type { ReadinessRule } from '../../src/types/desired.ts';
import { bundleOf, configMap, ownerNamed, phases, refOf, TestWorld } from '../support/world.ts';

const object: KubeObject = {
  apiVersion: 'example.com/v1',
  kind: 'Db',
  metadata: { name: 'db', generation: 2 },
  spec: { size: 3 },
  status: {
    observedGeneration: 2,
    phase: 'Running',
    ready: 3,
    conditions: [
      { type: 'Synced', status: 'True' },
      { type: 'Paused', status: 'False' },
    ],
  },
};

const rows: readonly [rule: ReadinessRule, ready: boolean, words?: RegExp][] = [
  [{ type: 'exists' }, true],
  [{ type: 'condition', conditionType: 'Synced' }, true],
  [{ type: 'condition', conditionType: 'Paused', status: 'False' }, true],
  [{ type: 'condition', conditionType: 'Paused' }, false, /Paused is False/],
  [{ type: 'condition', conditionType: 'Nope' }, false, /not reported/],
  [{ type: 'jsonPath', path: '{.status.phase}', value: 'Running' }, true],
  [{ type: 'jsonPath', path: '.status.ready', value: '3' }, true],
  [{ type: 'jsonPath', path: '.status.phase', value: 'Done' }, false, /is Running, not Done/],
  [{ type: 'jsonPath', path: '.status.missing' }, false, /does not exist yet/],
  [{ type: 'jsonPath', path: '.status.conditions[?(@.type=="Synced")].status', value: 'True' }, true],
  [{ type: 'cel', expression: 'object.status.ready == object.spec.size' }, true],
  [{ type: 'cel', expression: 'self.status.conditions.exists(c, c.type == "Synced" && c.status == "True")' }, true],
  [{ type: 'cel', expression: 'object.status.ready > 5', message: 'needs more' }, false, /^needs more$/],
  [{ type: 'cel', expression: 'object.status.missing == 1' }, false, /missing/],
  [{ type: 'cel', expression: 'has(object.status.missing)' }, false],
];

for (const [rule, ready, words] of rows) {
  test(`readiness rule ${JSON.stringify(rule)} is ${ready}`, () => {
    const found = compileReadiness(rule)(object);
    assert.equal(found.ready, ready, found.message);
    if (words) assert.match(found.message, words);
  });
}

for (const rule of [
  { type: 'cel', expression: 'object.status ==' },
  { type: 'jsonPath', path: '.a[' },
] satisfies ReadinessRule[]) {
  test(`a rule that cannot be read is the template's fault: ${JSON.stringify(rule)}`, () => {
    assert.throws(
      () => compileReadiness(rule),
      (error) => error instanceof EngineError && error.code === 'ReadinessRuleInvalid',
    );
  });
}

test('an object with a rule of its own is watched with its body, and wakes its owner when the rule turns', async () => {
  const world = new TestWorld();
  const rule: ReadinessRule = { type: 'cel', expression: 'object.metadata.annotations["done"] == "yes"', message: 'not done' };
  const bundle = bundleOf(ownerNamed('acme'), { id: 'a', object: configMap('a', { x: '1' }), readiness: rule });
  const first = await world.pass(bundle);
  assert.deepEqual(phases(first), { a: 'WaitingForReady/RuleNotMet' });
  await world.quiet();
  world.takeWakes();
  await world.user.patch(refOf(configMap('a', {})), { type: 'merge', body: { metadata: { annotations: { other: 'x' } } } });
  await world.quiet();
  assert.deepEqual(world.takeWakes(), []);
  await world.user.patch(refOf(configMap('a', {})), { type: 'merge', body: { metadata: { annotations: { done: 'yes' } } } });
  await world.quiet();
  assert.deepEqual(world.takeWakes(), ['readiness']);
  assert.deepEqual(phases(await world.pass(bundle)), { a: 'Ready' });
  await world.end();
});
