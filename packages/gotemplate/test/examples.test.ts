import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';

const directory = new URL('../examples/', import.meta.url);

for (const file of readdirSync(directory)) {
  test(`examples/${file} gives what it says`, async () => {
    const example: { output?: unknown; expected?: unknown } = await import(new URL(file, directory).href);
    assert.equal(typeof example.expected, 'string');
    assert.equal(example.output, example.expected);
  });
}
