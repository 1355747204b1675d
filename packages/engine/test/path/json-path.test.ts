import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PathSyntaxError, parseJsonPath } from '../../src/path/json-path.ts';
import { formatPointer, parsePointer, pointerSegments } from '../../src/path/json-pointer.ts';
import { select } from '../../src/path/select.ts';

const document = {
  spec: {
    replicas: 2,
    containers: [
      { name: 'a', image: 'x', ports: [80, 81] },
      { name: 'b', image: 'y' },
    ],
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Stalled', status: 'False' },
    ],
  },
  metadata: { annotations: { 'example.com/a': '1' } },
};

const rows: readonly [path: string, found: unknown[]][] = [
  ['$.spec.replicas', [2]],
  ['.spec.replicas', [2]],
  ['{.spec.replicas}', [2]],
  ['spec.replicas', [2]],
  ["$['spec']['replicas']", [2]],
  ['$.spec.containers[*].image', ['x', 'y']],
  ['$.spec.containers.*.name', ['a', 'b']],
  ['$.spec.containers[0].image', ['x']],
  ['$.spec.containers[-1].image', ['y']],
  ['$.spec.containers[5].image', []],
  ['$.spec.containers[?(@.name=="b")].image', ['y']],
  ["$.spec.containers[?(@.name!='b')].image", ['x']],
  ['$.spec.containers[?(@.ports)].name', ['a']],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  ['$..image', ['x', 'y']],
  ['$.metadata.annotations.example\\.com/a', ['1']],
  ["$.metadata.annotations['example.com/a']", ['1']],
  ['$.spec.containers[0].ports[?(@==81)]', [81]],
  ['$.nothing.here', []],
];

for (const [path, found] of rows) {
  test(`json path ${path}`, () =>
    assert.deepEqual(
      select(document, parseJsonPath(path)).map((match) => match.value),
      found,
    ));
}

for (const path of ['', '$', '$.', '$.a[', '$.a[b]', '$.a[?(@.x=)]', '$.a[?(@.x==y)]', '$.a[0]b']) {
  test(`json path ${JSON.stringify(path)} is refused with a place`, () => {
    assert.throws(
      () => parseJsonPath(path),
      (error) => error instanceof PathSyntaxError && /at offset \d+/.test(error.message),
    );
  });
}

test('a match knows where it is', () => {
  assert.deepEqual(
    select(document, parseJsonPath('$.spec.containers[*].name')).map((match) => match.location),
    [
      ['spec', 'containers', 0, 'name'],
      ['spec', 'containers', 1, 'name'],
    ],
  );
});

test('pointers: escapes both ways, digits are an index in a list and a name in a map', () => {
  assert.deepEqual(parsePointer('/a~1b/~0c'), ['a/b', '~c']);
  assert.equal(formatPointer(['a/b', '~c', 0]), '/a~1b/~0c/0');
  assert.deepEqual(
    select({ l: ['x'] }, pointerSegments('/l/0')).map((match) => match.value),
    ['x'],
  );
  assert.deepEqual(
    select({ m: { 0: 'y' } }, pointerSegments('/m/0')).map((match) => match.value),
    ['y'],
  );
});
