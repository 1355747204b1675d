import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

test('every code has its line in docs/reference/errors.md, and no line is left over', () => {
  const codes = [...read('../../src/types/error-code.ts').matchAll(/^ {2}\| '(\w+)'/gm)].map((match) => match[1] ?? '');
  assert.ok(codes.length > 20);
  const section = /^## engine\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(read('../../../../docs/reference/errors.md'))?.[1] ?? '';
  const lines = [...section.matchAll(/^\| (\w+) \|/gm)].map((match) => match[1] ?? '').filter((code) => code !== 'code');
  assert.deepEqual([...lines].sort(), [...codes].sort());
});
