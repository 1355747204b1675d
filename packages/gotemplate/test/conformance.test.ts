import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkVector, loadSets, parseVector } from './support/vectors.ts';

// Cases that Go made: `vectors` are those we were given, `corpus` those that runs of random cases against Go once told apart.
const sets = await loadSets();

for (const folder of ['vectors', 'corpus']) {
  const directory = new URL(`./${folder}/`, import.meta.url);
  for (const file of readdirSync(directory).filter((f) => f.endsWith('.jsonl'))) {
    test(`${folder}/${file}: output, error class, message and position equal Go's`, () => {
      const lines = readFileSync(new URL(file, directory), 'utf8')
        .split('\n')
        .filter((l) => l.trim() !== '');
      assert.ok(lines.length > 0);
      for (const line of lines) {
        const vector = parseVector(line);
        const checked = checkVector(vector, sets);
        assert.ok(checked.passed, `${vector.id ?? ''} ${vector.template}\nwant ${checked.want}\ngot  ${checked.got}`);
        if (vector.message !== undefined) assert.equal(checked.message, vector.message, vector.template);
      }
    });
  }
}
