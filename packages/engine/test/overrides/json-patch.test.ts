import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonValue } from '@caretaker/kube';
import fc from 'fast-check';
import { applyJsonPatch, JsonPatchError, parseJsonPatch } from '../../src/overrides/json-patch.ts';
import type { JsonPatchOperation } from '../../src/types/desired.ts';

const works: readonly [name: string, document: JsonValue, patch: JsonPatchOperation[], result: JsonValue][] = [
  ['add a member', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
  ['add replaces a member', { a: 1 }, [{ op: 'add', path: '/a', value: 2 }], { a: 2 }],
  ['add inserts into a list', { l: [1, 3] }, [{ op: 'add', path: '/l/1', value: 2 }], { l: [1, 2, 3] }],
  ['add appends with -', { l: [1] }, [{ op: 'add', path: '/l/-', value: 2 }], { l: [1, 2] }],
  ['add at the end by index', { l: [1] }, [{ op: 'add', path: '/l/1', value: 2 }], { l: [1, 2] }],
  ['replace a list item', { l: [1, 2] }, [{ op: 'replace', path: '/l/0', value: 9 }], { l: [9, 2] }],
  ['a negative index counts from the end', { l: [1, 2] }, [{ op: 'replace', path: '/l/-1', value: 9 }], { l: [1, 9] }],
  ['remove a member', { a: 1, b: 2 }, [{ op: 'remove', path: '/a' }], { b: 2 }],
  ['remove a list item', { l: [1, 2, 3] }, [{ op: 'remove', path: '/l/1' }], { l: [1, 3] }],
  ['move', { a: { x: 1 }, b: {} }, [{ op: 'move', from: '/a/x', path: '/b/y' }], { a: {}, b: { y: 1 } }],
  ['copy', { a: { x: [1] } }, [{ op: 'copy', from: '/a', path: '/b' }], { a: { x: [1] }, b: { x: [1] } }],
  ['test that holds', { a: [1, { b: null }] }, [{ op: 'test', path: '/a', value: [1, { b: null }] }], { a: [1, { b: null }] }],
  ['escapes: ~1 is /, ~0 is ~', { 'a/b': { '~': 1 } }, [{ op: 'replace', path: '/a~1b/~0', value: 2 }], { 'a/b': { '~': 2 } }],
  ['an empty name is a name', { '': 1 }, [{ op: 'replace', path: '/', value: 2 }], { '': 2 }],
  ['digits in a map are a name', { m: { 0: 'a' } }, [{ op: 'replace', path: '/m/0', value: 'b' }], { m: { 0: 'b' } }],
  ['the whole document', { a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }], { b: 2 }],
  ['__proto__ is data', {}, [{ op: 'add', path: '/__proto__', value: { x: 1 } }], JSON.parse('{"__proto__":{"x":1}}')],
];

for (const [name, document, patch, result] of works) {
  test(`json patch: ${name}`, () => {
    const before = JSON.stringify(document);
    assert.deepEqual(applyJsonPatch(document, patch), result);
    assert.equal(JSON.stringify(document), before, 'the original is untouched');
  });
}

const fails: readonly [name: string, document: JsonValue, patch: JsonPatchOperation[], message: string][] = [
  ['replace of a missing member', { a: 1 }, [{ op: 'replace', path: '/b', value: 1 }], 'operation 0: /b does not exist'],
  ['remove of a missing member', { a: 1 }, [{ op: 'remove', path: '/b/c' }], 'operation 0: /b does not exist'],
  ['parents are not made', {}, [{ op: 'add', path: '/a/b', value: 1 }], 'operation 0: /a does not exist'],
  ['an index past the end', { l: [1] }, [{ op: 'add', path: '/l/2', value: 1 }], 'operation 0: /l/2: no such index in a list of 1'],
  [
    'an index that is no number',
    { l: [1] },
    [{ op: 'replace', path: '/l/x', value: 1 }],
    'operation 0: /l/x: no such index in a list of 1',
  ],
  ['a leading zero', { l: [1, 2] }, [{ op: 'replace', path: '/l/01', value: 1 }], 'operation 0: /l/01: no such index in a list of 2'],
  ['a member of a scalar', { a: 1 }, [{ op: 'add', path: '/a/b', value: 1 }], 'operation 0: /a is neither an object nor a list'],
  [
    'a test that fails, later on',
    { a: 1 },
    [
      { op: 'replace', path: '/a', value: 2 },
      { op: 'test', path: '/a', value: 1 },
    ],
    'operation 1: test /a: the value is another one',
  ],
  [
    'move into itself',
    { a: { b: 1 } },
    [{ op: 'move', from: '/a', path: '/a/b' }],
    'operation 0: move /a: a value cannot move into itself',
  ],
  ['remove of everything', {}, [{ op: 'remove', path: '' }], 'operation 0: the whole document cannot be removed'],
  ['inherited members do not exist', {}, [{ op: 'test', path: '/constructor', value: 1 }], 'operation 0: /constructor does not exist'],
];

for (const [name, document, patch, message] of fails) {
  test(`json patch: ${name} is refused`, () => assert.throws(() => applyJsonPatch(document, patch), new JsonPatchErrorWith(message)));
}

const unreadable: readonly [text: string, message: RegExp][] = [
  ['{"op":"add"}', /list of operations/],
  ['nonsense', /not JSON/],
  ['[{"op":"add","path":"/a"}]', /operation 0: add \/a: "value" is missing/],
  ['[{"op":"add","value":1}]', /operation 0: "path" is missing/],
  ['[{"op":"add","path":"a","value":1}]', /operation 0: "a" is no JSON pointer: it must begin with "\/"/],
  ['[{"op":"copy","path":"/a"}]', /operation 0: copy \/a: "from" is missing/],
  ['[{"op":"merge","path":"/a"}]', /operation 0: "op" must be add, remove, replace, move, copy or test, not "merge"/],
  ['[{"op":"remove","path":"/a~2"}]', /"~" must be written as ~0/],
  ['[null]', /operation 0: "path" is missing/],
];

for (const [text, message] of unreadable) {
  test(`json patch: ${text} cannot be read`, () => assert.throws(() => parseJsonPatch(text), message));
}

class JsonPatchErrorWith extends JsonPatchError {
  constructor(message: string) {
    super(-1, message);
    Object.assign(this, { index: Number(/operation (\d+)/.exec(message)?.[1] ?? -1) });
  }
}

test('json patch: what was added is found again, and removing it gives the original back', () => {
  const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text !== '__proto__');
  fc.assert(
    fc.property(fc.dictionary(name, fc.jsonValue(), { noNullPrototype: true }), name, fc.jsonValue(), (members, added, raw) => {
      const { [added]: _old, ...rest } = members;
      const document: JsonValue = JSON.parse(JSON.stringify(rest));
      const value: JsonValue = JSON.parse(JSON.stringify(raw));
      const path = `/${added.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const patched = applyJsonPatch(document, [
        { op: 'add', path, value },
        { op: 'test', path, value },
      ]);
      assert.deepEqual(applyJsonPatch(patched, [{ op: 'remove', path }]), document);
    }),
  );
});

test('json patch: a member named __proto__ inside a document or a value is kept (found by the property above)', () => {
  const document: JsonValue = JSON.parse('{" ": {"__proto__": {}}}');
  const patched = applyJsonPatch(document, [{ op: 'add', path: '/!', value: JSON.parse('{"__proto__": 1}') }]);
  assert.equal(JSON.stringify(patched), '{" ":{"__proto__":{}},"!":{"__proto__":1}}');
});
