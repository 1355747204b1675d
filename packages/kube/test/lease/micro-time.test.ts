import assert from 'node:assert/strict';
import { test } from 'node:test';
import { microTime } from '@caretaker/kube';

test('a MicroTime has exactly six digits', () => {
  const at = Date.UTC(2026, 10, 21, 10, 0, 0);
  for (const [ms, text] of [
    [at, '2026-11-21T10:00:00.000000Z'],
    [at + 7, '2026-11-21T10:00:00.007000Z'],
    [at + 999.5, '2026-11-21T10:00:00.999500Z'],
    [at + 12.25, '2026-11-21T10:00:00.012250Z'],
  ] as const) {
    assert.equal(microTime(ms), text);
  }
});
