import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approvalToken, type GuardInput, guardDeletions, removalWindowMs } from '../../src/registry/guard.ts';

const policy = { maxPercent: 20, minTenants: 5, onEmptyResult: 'Hold', gracePeriod: '0s' } as const;
const names = (count: number) => Array.from({ length: count }, (_, index) => `t${index}-web`);
const now = Date.parse('2026-11-20T12:00:00Z');

const input = (over: Partial<GuardInput>): GuardInput => ({
  policy,
  existing: 100,
  removals: [],
  rowsRead: 50,
  recent: [],
  previous: null,
  approval: undefined,
  now,
  ...over,
});

/** The table of DESIGN §5. */
const table: [existing: number, vanished: number, rowsRead: number, outcome: string][] = [
  [100, 20, 80, 'proceed'],
  [100, 21, 79, 'hold'],
  [10, 5, 5, 'proceed'],
  [10, 6, 4, 'hold'],
  [3, 3, 0, 'hold'],
  [3, 3, 10, 'proceed'],
  [100, 0, 100, 'none'],
];
for (const [existing, vanished, rowsRead, outcome] of table)
  test(`deletion guard: ${vanished} of ${existing} vanished, ${rowsRead} rows read -> ${outcome}`, () => {
    assert.equal(guardDeletions(input({ existing, removals: names(vanished), rowsRead })).type, outcome);
  });

test('deletion guard: removals of the last ten minutes count together', () => {
  const removals = names(1);
  const recent = [{ time: now - 60_000, count: 20 }];
  assert.equal(guardDeletions(input({ existing: 80, removals, recent })).type, 'hold');
  assert.equal(guardDeletions(input({ existing: 80, removals, recent, now: now + removalWindowMs })).type, 'proceed');
});

test('deletion guard: onEmptyResult Delete lifts the rule about empty results, and with it the limits', () => {
  const decision = guardDeletions(input({ existing: 3, removals: names(3), rowsRead: 0, policy: { ...policy, onEmptyResult: 'Delete' } }));
  assert.deepEqual(decision, { type: 'proceed', approved: false });
});

test('deletion guard: the token approves exactly the removals that were held', () => {
  const removals = names(30);
  const held = guardDeletions(input({ removals }));
  assert.equal(held.type, 'hold');
  if (held.type !== 'hold') return;
  assert.match(held.hold.token, /^[0-9a-f]{8}$/);
  assert.deepEqual(guardDeletions(input({ removals: [...removals].reverse(), approval: held.hold.token })), {
    type: 'proceed',
    approved: true,
  });
  assert.equal(guardDeletions(input({ removals: names(31), approval: held.hold.token })).type, 'hold');
});

test('deletion guard: a hold keeps its beginning and names ten tenants at most', () => {
  const first = guardDeletions(input({ removals: names(30) }));
  assert.equal(first.type, 'hold');
  if (first.type !== 'hold') return;
  const later = guardDeletions(input({ removals: names(40), previous: first.hold, now: now + 3_600_000 }));
  assert.equal(later.type, 'hold');
  if (later.type !== 'hold') return;
  assert.deepEqual(
    [later.hold.since, later.hold.reason, later.hold.existing, later.hold.removals, later.hold.sample.length],
    ['2026-11-20T12:00:00Z', 'TooMany', 100, 40, 10],
  );
  assert.equal(later.hold.token, approvalToken(names(40)));
});
