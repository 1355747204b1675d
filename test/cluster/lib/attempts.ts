import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';

/**
 * Compares two clusters at work up to `attempts` times. Both do things in their own time, and a look may find one of them in the middle: what differs
 * each time differs. `compare` gives the differences as text, empty for none; `between` gets ready for the next attempt.
 */
export async function equalInOneOf(
  attempts: number,
  context: TestContext,
  compare: (attempt: number) => Promise<string>,
  between: () => Promise<unknown>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const found = await compare(attempt);
    if (found === '') return;
    assert.ok(attempt < attempts, found);
    context.diagnostic(`attempt ${attempt} differed:\n${found}`);
    await between();
  }
}
