import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differingLeaves } from '../../src/compare/leaves.ts';
import { duration, quantity, sameScalar } from '../../src/compare/normal-form.ts';

const quantities: readonly [a: unknown, b: unknown, same: boolean][] = [
  ['1000m', '1', true],
  ['1', 1, true],
  ['0.5', '500m', true],
  ['1Gi', '1024Mi', true],
  ['1G', '1Gi', false],
  ['1e3', '1k', true],
  ['1E', '1000P', true],
  ['100n', '0.1u', true],
  ['-1', '-1000m', true],
  ['1.5Gi', '1536Mi', true],
];

for (const [a, b, same] of quantities) {
  test(`quantity ${String(a)} ${same ? '=' : '≠'} ${String(b)}`, () => assert.equal(quantity(a) === quantity(b), same));
}

for (const text of ['', 'abc', '1 Gi', '1ki', '--1', '.', '1Gii']) {
  test(`${JSON.stringify(text)} is no quantity`, () => assert.equal(quantity(text), undefined));
}

test('durations: 90m is 1h30m, text that is none is none', () => {
  assert.equal(duration('90m'), duration('1h30m0s'));
  assert.equal(duration('1.5s'), duration('1500ms'));
  assert.equal(duration('soon'), undefined);
});

test('only where the name says so: a ConfigMap keeps its text', () => {
  assert.equal(sameScalar('1000m', '1', ['spec', 'resources', 'limits', 'cpu']), true);
  assert.equal(sameScalar('1000m', '1', ['data', 'limits', 'cpu']), false);
  assert.equal(sameScalar('1h', '60m', ['spec', 'timeout']), true);
  assert.equal(sameScalar('1h', '60m', ['data', 'timeout']), false);
});

const leaves: readonly [name: string, desired: unknown, live: unknown, fields: string[]][] = [
  ['equal', { spec: { a: 1 } }, { spec: { a: 1, b: 2 } }, []],
  ['another value', { spec: { a: 1 } }, { spec: { a: 2 } }, ['.spec.a']],
  ['absent', { spec: { a: { b: 1 } } }, { spec: {} }, ['.spec.a.b']],
  ['items are matched by name', { c: [{ name: 'b', x: 1 }] }, { c: [{ name: 'a' }, { name: 'b', x: 1 }] }, []],
  ['an item that differs is named by its key', { c: [{ name: 'b', x: 1 }] }, { c: [{ name: 'b', x: 2 }] }, ['.c[name="b"].x']],
  ['lists without keys are compared by place', { l: [1, 2] }, { l: [1, 3] }, ['.l[1]']],
  ['lists of another length differ whole', { l: [1, 2] }, { l: [1] }, ['.l']],
  ['status and bookkeeping do not count', { status: { a: 1 }, metadata: { uid: 'x' } }, {}, []],
  ['null equals absent', { a: null }, {}, []],
];

for (const [name, desired, live, fields] of leaves) {
  test(`leaves: ${name}`, () =>
    assert.deepEqual(
      differingLeaves(desired, live).map((change) => change.field),
      fields,
    ));
}
