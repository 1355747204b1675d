import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseFirstYaml, repeatedYamlKeys, YamlProblem } from '../../src/wire/yaml.ts';

/** Texts that are no YAML, and what kube-apiserver 1.36.3 says of them. */
const BROKEN: readonly (readonly [text: string, words: string])[] = [
  ['a: [', 'line 1: did not find expected node content'],
  ['x: y\na: [\n', 'line 2: did not find expected node content'],
  ['{{', 'line 1: did not find expected node content'],
  ['}{', 'did not find expected node content'],
  ['{a: b', "line 1: did not find expected ',' or '}'"],
  ['{not json', "line 1: did not find expected ',' or '}'"],
  ['x: y\nz: {a: b\nc: d\ne: f\n', "line 2: did not find expected ',' or '}'"],
  ['a: v\nk: C\nm: {name: lx\nd:\n  a: "1"\n', "line 3: did not find expected ',' or '}'"],
  ['{"apiVersion":"v1" "kind":"ConfigMap"}', "did not find expected ',' or '}'"],
  ['{"metadata":{"name":"a"', "line 1: did not find expected ',' or '}'"],
  ['a: [b\nc: d', "line 1: did not find expected ',' or ']'"],
  ['a: v\nm:\n  name: lx\n d:\n  a: "1"\n', 'line 3: did not find expected key'],
  ['x: y\n- z\n', 'line 1: did not find expected key'],
  ['x:\n  - a\n  b: c\n', "line 2: did not find expected '-' indicator"],
  ['a: v1: v2\nk: C\n', 'mapping values are not allowed in this context'],
  ['x: y\na: v1: v2\n', 'line 2: mapping values are not allowed in this context'],
  ['x: y\n  z: a\n', 'line 2: mapping values are not allowed in this context'],
  ['a: b\nc\n', "line 3: could not find expected ':'"],
  ['@x', 'found character that cannot start any token'],
  ['x: y\nz: %a\n', 'line 2: found character that cannot start any token'],
  ['a:\n\tb: 1\n', 'line 2: found character that cannot start any token'],
  ["a: 'b", 'found unexpected end of stream'],
  ['x: y\nz: "abc\n', 'line 3: found unexpected end of stream'],
  ['a: *x\n', "unknown anchor 'x' referenced"],
];

describe('what is wrong with a YAML text', () => {
  for (const [text, words] of BROKEN) {
    test(JSON.stringify(text), () => {
      assert.throws(
        () => parseFirstYaml(text),
        (error: unknown) => error instanceof YamlProblem && error.message === `yaml: ${words}`,
      );
    });
  }

  test('keys that stand twice are named with their line', () => {
    assert.deepEqual(repeatedYamlKeys('m: {name: a, name: b}\nd:\n  a: 1\n  b: 2\n  a: 3\n'), [
      'line 1: key "name" already set in map',
      'line 5: key "a" already set in map',
    ]);
  });
});
