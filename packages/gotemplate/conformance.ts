/**
 * Runs vector files (one JSON case a line, made by real Go) against this package.
 *
 *     npm run -s conformance -- FILE…
 *
 * Ends with the number of errors whose message and position equal Go's word for word, and `N passed, N failed`.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkVector, loadSets, parseVector } from './test/support/vectors.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { verbose: { type: 'boolean', short: 'v', default: false }, messages: { type: 'boolean', short: 'm', default: false } },
});

let passed = 0;
let failed = 0;
let errors = 0;
let sameWords = 0;
const sets = await loadSets();

for (const file of positionals) {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.trim() === '') continue;
    const vector = parseVector(line);
    const result = checkVector(vector, sets);
    if (result.passed) passed++;
    else {
      failed++;
      console.log(`FAIL ${vector.id} ${JSON.stringify(vector.template)}\n  want ${result.want}\n  got  ${result.got}`);
    }
    if (vector.message === undefined) continue;
    errors++;
    if (result.message === vector.message) sameWords++;
    else if (values.messages)
      console.log(
        `WORDS ${vector.id} ${JSON.stringify(vector.template)}\n  want ${vector.message}\n  got  ${result.message ?? '(no error)'}`,
      );
  }
}

console.log(`${sameWords} of ${errors} error messages equal Go's word for word`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
