import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSensitiveKind, redactMessage, shownValue } from '../../src/redact/redact.ts';

const rows: readonly [message: string, shown: string][] = [
  ['Secret "a" is invalid: data[p]: Invalid value: "hunter2": no', 'Secret "a" is invalid: data[p]: Invalid value: <redacted>: no'],
  ['data: Invalid value: {"p":"aHVu"}: no', 'data: Invalid value: <redacted>: no'],
  ['Invalid value: "a\\"b": no', 'Invalid value: <redacted>: no'],
  ['Unsupported value: hunter2, supported', 'Unsupported value: <redacted>, supported'],
  ['secrets "a" is forbidden: no rights', 'secrets "a" is forbidden: no rights'],
];

for (const [message, shown] of rows) {
  test(`redacted: ${message}`, () => assert.equal(redactMessage(message, true), shown));
}

test('known values go wherever they stand, in plain text and base64', () => {
  assert.equal(redactMessage('oops hunter22 and aHVudGVyMjI=', false, ['hunter22', 'aHVudGVyMjI=']), 'oops <redacted> and <redacted>');
});

test('values are shown short, and never for sensitive objects', () => {
  assert.equal(shownValue('x', false), 'x');
  assert.equal(shownValue('x', true), '<redacted>');
  assert.equal(shownValue(undefined, true), undefined);
  assert.equal(String(shownValue('y'.repeat(500), false)).length, 200);
});

test('kinds that hold secrets', () => {
  assert.deepEqual(['Secret', 'SealedSecret', 'ConfigMap'].map(isSensitiveKind), [true, true, false]);
});
