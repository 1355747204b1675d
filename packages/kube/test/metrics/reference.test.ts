import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const packageFolder = join(import.meta.dirname, '..', '..');

test('every family is on docs/reference/runtime-metrics.md, and every line there is a family', () => {
  const page = readFileSync(join(packageFolder, '..', '..', 'docs', 'reference', 'runtime-metrics.md'), 'utf8');
  const documented = [...page.matchAll(/^\| `([a-z_]+)` \|/gm)].map((match) => match[1] ?? '');
  const registered: string[] = [];
  for (const file of globSync('src/**/*.ts', { cwd: packageFolder })) {
    for (const [, name] of readFileSync(join(packageFolder, file), 'utf8').matchAll(/name: '([a-z_]+)',\s*help:/g))
      registered.push(name ?? '');
  }
  assert.deepEqual(documented.toSorted(), registered.toSorted());
});
