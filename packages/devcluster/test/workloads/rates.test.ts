import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { rateLimits, stabilize } from '../../src/workloads/autoscaling/rate.ts';
import { HORIZONTAL_POD_AUTOSCALER } from '../../src/workloads/machinery/kinds.ts';

const autoscaler = (behavior?: Record<string, unknown>): KubeObject => ({
  ...HORIZONTAL_POD_AUTOSCALER,
  metadata: { name: 'a' },
  spec: { maxReplicas: 100, ...(behavior ? { behavior } : {}) },
});
const pods = (value: number, periodSeconds = 60) => ({ type: 'Pods', value, periodSeconds });
const percent = (value: number, periodSeconds = 60) => ({ type: 'Percent', value, periodSeconds });

test('how fast a size may change', () => {
  const NOW = 1_000_000;
  const grown = [{ at: NOW - 30_000, by: 4 }];
  const rows: [
    why: string,
    behavior: Record<string, unknown> | undefined,
    limits: { least: number; most: number },
    changes?: typeof grown,
  ][] = [
    ['nothing said: twice as many, or four', undefined, { least: 0, most: 20 }],
    ['pods', { scaleUp: { policies: [pods(2)] }, scaleDown: { policies: [pods(1)] } }, { least: 9, most: 12 }],
    ['percent', { scaleUp: { policies: [percent(50)] }, scaleDown: { policies: [percent(10)] } }, { least: 9, most: 15 }],
    [
      'the most of two',
      { scaleUp: { policies: [pods(2), percent(100)] }, scaleDown: { policies: [pods(1), percent(50)] } },
      { least: 5, most: 20 },
    ],
    [
      'the least of two',
      {
        scaleUp: { selectPolicy: 'Min', policies: [pods(2), percent(100)] },
        scaleDown: { selectPolicy: 'Min', policies: [pods(1), percent(50)] },
      },
      { least: 9, most: 12 },
    ],
    ['not at all', { scaleUp: { selectPolicy: 'Disabled' }, scaleDown: { selectPolicy: 'Disabled' } }, { least: 10, most: 10 }],
    [
      'what the period has seen counts',
      { scaleUp: { policies: [pods(5)] }, scaleDown: { policies: [pods(1)] } },
      { least: 5, most: 11 },
      grown,
    ],
    [
      'not what was before it',
      { scaleUp: { policies: [pods(5, 15)] }, scaleDown: { policies: [pods(1, 15)] } },
      { least: 9, most: 15 },
      grown,
    ],
  ];
  for (const [why, behavior, limits, changes = []] of rows)
    assert.deepEqual(rateLimits(autoscaler(behavior), 10, changes, NOW), limits, why);
});

test('a size shrinks only when it was wanted for a while, and grows so when it is told to', () => {
  const NOW = 1_000_000;
  const wishes = [
    { at: NOW - 200_000, replicas: 8 },
    { at: NOW - 20_000, replicas: 6 },
  ];
  const up = { scaleUp: { stabilizationWindowSeconds: 60 }, scaleDown: { stabilizationWindowSeconds: 30 } };
  assert.equal(stabilize(autoscaler(), 10, 2, wishes, NOW), 8);
  assert.equal(stabilize(autoscaler(up), 10, 2, wishes, NOW), 6);
  assert.equal(stabilize(autoscaler(up), 5, 9, wishes, NOW), 6);
  assert.equal(stabilize(autoscaler(), 5, 9, wishes, NOW), 9);
});
