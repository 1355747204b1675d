import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';

/** CARETAKER_ATTEMPTS=1 does not forgive what differs once. */
const ATTEMPTS = Number(process.env['CARETAKER_ATTEMPTS'] ?? 3);

/**
 * Compares two clusters at work, up to three times. Both do things in their own time, and a look may find one of them in the middle: what differs
 * each time differs. `compare` gives the differences as text, empty for none; `between` gets ready for the next attempt.
 */
export async function equalInOneOf(
  context: TestContext,
  compare: (attempt: number) => Promise<string>,
  between: () => Promise<unknown>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const found = await compare(attempt).catch((error: unknown) => String(error));
    if (found === '') return;
    assert.ok(attempt < ATTEMPTS, found);
    context.diagnostic(`attempt ${attempt} differed:\n${found}`);
    await between();
  }
}
