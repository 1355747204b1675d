import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { duplicateFields } from '../../src/wire/duplicate-fields.ts';
import { jsonProblem } from '../../src/wire/go-json.ts';
import { parseFirstYaml } from '../../src/wire/yaml.ts';

describe('reading texts as Go does', () => {
  for (const [text, problem] of [
    ['', 'unexpected end of JSON input'],
    ['{"a":1', 'unexpected end of JSON input'],
    ['{bad', "invalid character 'b' looking for beginning of object key string"],
    ['nonsense', "invalid character 'o' in literal null (expecting 'u')"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['[1 2]', "invalid character '2' after array element"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['01', "invalid character '1' after top-level value"],
    ['-x', "invalid character 'x' in numeric literal"],
  ] as const) {
    test(`${JSON.stringify(text)}: ${problem}`, () => assert.equal(jsonProblem(text), problem));
  }

  test('what JSON.parse reads has no problem', () => {
    fc.assert(fc.property(fc.json(), (text) => assert.equal(jsonProblem(text), undefined)));
  });

  test('members that stand twice are named by path, in order', () => {
    assert.deepEqual(duplicateFields('{"a":{"b":1,"b":2},"l":[{"x":1},{"x":1,"x":2}],"a":3,"s":"{\\"a\\":1,\\"a\\":2}"}'), [
      'a.b',
      'l[1].x',
      'a',
    ]);
    fc.assert(fc.property(fc.json(), (text) => assert.deepEqual(duplicateFields(JSON.stringify(JSON.parse(text))), [])));
  });

  test('YAML 1.1 words are booleans, and only the first document counts', () => {
    assert.deepEqual(parseFirstYaml('a: yes\nb: "yes"\nc: off\nd: 0755\n---\na: 2\n'), { a: true, b: 'yes', c: false, d: 493 });
  });
});
