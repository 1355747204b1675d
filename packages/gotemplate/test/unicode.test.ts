import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { lowerRune, titleRune, upperRune } from '../src/text/case.ts';
import { isDigit, isLetter, isLower, isNumber, isPrint, isPunct, isSpace, isUpper } from '../src/text/unicode.ts';

// One line a code point, as this Go prints it: "%d %d %d %d " of c, unicode.ToUpper(c), ToLower, ToTitle; then 0 or 1 for IsLetter, IsDigit,
// IsUpper, IsLower, IsSpace, strconv.IsPrint, IsTitle, IsPunct, IsNumber.
const GO_1_26 = '2c81379c723b66e7e48be25dbd43e856151112fd3d5d081662542ea33852ff8c';
const END = 0x20000;

test('letters, digits, case and printing equal those of Go for every character of the first two planes', () => {
  const hash = createHash('sha256');
  const is = [
    isLetter,
    isDigit,
    isUpper,
    isLower,
    isSpace,
    isPrint,
    (c: number) => /^\p{Lt}$/u.test(String.fromCodePoint(c)),
    isPunct,
    isNumber,
  ];
  for (let c = 0; c < END; c++) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    hash.update(`${c} ${upperRune(c)} ${lowerRune(c)} ${titleRune(c)} ${is.map((f) => (f(c) ? 1 : 0)).join('')}\n`);
  }
  assert.equal(hash.digest('hex'), GO_1_26);
});
