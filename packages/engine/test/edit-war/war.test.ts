// T-01 and T-02 of virt-platform-autopilot-ancestor.md §7.4, with the decay that DESIGN asks for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isOver, judge, defaultEditWarRule as rule, type WarState } from '../../src/edit-war/war.ts';

function drain(state: WarState | undefined, now: number, times: number): WarState {
  let current = state;
  for (let count = 0; count < times; count++) {
    const verdict = judge(current, rule, now, `v${count}`);
    assert.equal(verdict.type, 'repair');
    current = verdict.next;
  }
  assert.ok(current);
  return current;
}

test('ten repairs are let through at once, the eleventh is not, and the wait is one token', () => {
  const verdict = judge(drain(undefined, 0, 10), rule, 0, 'x');
  assert.equal(verdict.type, 'throttle');
  assert.equal(verdict.type === 'throttle' && verdict.waitMs, 6_000);
});

test('one token comes back every six seconds, fractions count', () => {
  const empty = drain(undefined, 0, 10);
  assert.equal(judge(empty, rule, 5_999, 'x').type, 'throttle');
  assert.equal(judge(empty, rule, 6_000, 'x').type, 'repair');
  const half = judge(empty, rule, 3_000, 'x');
  assert.equal(half.type === 'throttle' && half.waitMs, 3_000);
});

test('the first and second refusal wait, the third pauses', () => {
  let state = drain(undefined, 0, 10);
  for (const [version, type] of [
    ['a', 'throttle'],
    ['b', 'throttle'],
    ['c', 'pause'],
  ] as const) {
    const verdict = judge(state, rule, 0, version);
    assert.equal(verdict.type, type);
    state = verdict.next;
  }
  assert.equal(state.paused, true);
});

test('the same change is refused but not counted again', () => {
  let state = drain(undefined, 0, 10);
  for (let look = 0; look < 10; look++) {
    const verdict = judge(state, rule, 0, 'same');
    assert.equal(verdict.type, 'throttle');
    assert.equal(verdict.type === 'throttle' && verdict.counted, look === 0);
    state = verdict.next;
  }
});

test('refusals that trickle in, one per token, still end in a pause', () => {
  let state = drain(undefined, 0, 10);
  let now = 0;
  const seen: string[] = [];
  for (let round = 0; round < 8 && seen.at(-1) !== 'pause'; round++) {
    const verdict = judge(state, rule, now, `v${round}`);
    seen.push(verdict.type);
    state = verdict.next;
    now += verdict.type === 'throttle' ? verdict.waitMs : 0;
  }
  assert.equal(seen.at(-1), 'pause');
});

test('a minute of peace forgets the refusals', () => {
  let state = drain(undefined, 0, 10);
  state = judge(state, rule, 0, 'a').next;
  state = judge(state, rule, 0, 'b').next;
  const later = drain(state, 60_000, 10);
  assert.equal(later.throttles, 0);
  assert.equal(judge(later, rule, 60_000, 'c').type, 'throttle');
});

test('a repair is contested when one came before it within ten minutes', () => {
  const first = judge(undefined, rule, 0, 'a');
  assert.equal(first.type === 'repair' && first.contested, false);
  const second = judge(first.next, rule, 300_000, 'b');
  assert.equal(second.type === 'repair' && second.contested, true);
  const much = judge(second.next, rule, 1_000_000, 'c');
  assert.equal(much.type === 'repair' && much.contested, false);
});

test('a state is dropped when it says nothing any more, and never while paused', () => {
  const state = drain(undefined, 0, 1);
  assert.equal(isOver(state, rule, 6_000), false);
  assert.equal(isOver(state, rule, 700_000), true);
  assert.equal(isOver({ ...state, paused: true }, rule, 700_000), false);
});

test('whatever the times, no more repairs than capacity plus refill are let through', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20_000 }), { maxLength: 80 }), (gaps) => {
      let state: WarState | undefined;
      let now = 0;
      let repairs = 0;
      for (const [index, gap] of gaps.entries()) {
        now += gap;
        const verdict = judge(state, rule, now, `v${index}`);
        if (verdict.type === 'repair') repairs++;
        state = verdict.next;
      }
      assert.ok(repairs <= rule.capacity + now / rule.refillMs + 1e-6);
    }),
  );
});
