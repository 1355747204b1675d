import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import fc from 'fast-check';
import { managedByLabel, objectAnnotations } from '../src/names.ts';
import { readIgnoreFields } from '../src/overrides/ignore-fields.ts';
import { applyOverrides } from '../src/overrides/overrides.ts';
import { protectedPaths, sensitiveKinds } from '../src/overrides/protected.ts';
import { applyUserPatch } from '../src/overrides/user-patch.ts';

const golden: KubeObject = {
  apiVersion: 'operator.openshift.io/v1',
  kind: 'KubeDescheduler',
  metadata: { name: 'cluster', namespace: 'n', labels: { app: 'x' } },
  spec: { mode: 'Automatic', profiles: ['A', 'B'], evictionLimits: { total: 5 } },
};

function patched(operations: unknown, object = golden): ReturnType<typeof applyUserPatch> {
  return applyUserPatch(object, typeof operations === 'string' ? operations : JSON.stringify(operations));
}

test('O-01: a valid patch is applied to a copy of the golden object', () => {
  const result = patched([
    { op: 'replace', path: '/spec/mode', value: 'Predictive' },
    { op: 'add', path: '/metadata/annotations/note', value: 'mine' },
    { op: 'add', path: '/spec/profiles/-', value: 'C' },
    { op: 'remove', path: '/spec/profiles/0' },
  ]);
  assert.ok(result.ok);
  assert.deepEqual(result.object['spec'], { mode: 'Predictive', profiles: ['B', 'C'], evictionLimits: { total: 5 } });
  assert.equal(result.object.metadata.annotations?.['note'], 'mine');
  assert.deepEqual(golden['spec'], { mode: 'Automatic', profiles: ['A', 'B'], evictionLimits: { total: 5 } });
});

for (const kind of sensitiveKinds) {
  test(`O-04: no patch on the sensitive kind ${kind}`, () => {
    const result = patched([{ op: 'add', path: '/spec/x', value: 1 }], { ...golden, kind });
    assert.ok(!result.ok);
    assert.match(result.reason, /sensitive/);
  });
}

const reaching: [string, unknown][] = [
  ...protectedPaths.map((path): [string, unknown] => [path, [{ op: 'add', path, value: 'x' }]]),
  ...protectedPaths.map((path): [string, unknown] => [`below ${path}`, [{ op: 'add', path: `${path}/0`, value: 'x' }]]),
  ['/metadata', [{ op: 'replace', path: '/metadata', value: { name: 'other' } }]],
  ['/metadata/labels', [{ op: 'replace', path: '/metadata/labels', value: {} }]],
  ['the whole document', [{ op: 'replace', path: '', value: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } } }]],
  ['from in move', [{ op: 'move', from: '/metadata/name', path: '/spec/x' }]],
  ['from in copy', [{ op: 'copy', from: '/status', path: '/spec/x' }]],
  ['copy of everything', [{ op: 'copy', from: '', path: '/spec/x' }]],
  [
    'one bad operation among good ones',
    [
      { op: 'add', path: '/spec/x', value: 1 },
      { op: 'replace', path: '/kind', value: 'Secret' },
    ],
  ],
];
for (const [what, operations] of reaching) {
  test(`O-05, O-11: a patch that reaches ${what} is refused as forbidden`, () => {
    const result = patched(operations);
    assert.ok(!result.ok);
    assert.match(result.reason, /forbidden/);
  });
}

test('a name that only begins like a protected one is free', () => {
  assert.ok(patched([{ op: 'add', path: '/metadata/labels/platform.kubevirt.io~1managed-by-x', value: 'y' }]).ok);
});

const broken: [string, unknown, RegExp][] = [
  ['no JSON', '{not json', /not JSON/],
  ['a merge patch', { spec: { mode: 'x' } }, /list of operations/],
  ['an unknown operation', [{ op: 'merge', path: '/spec' }], /"op" must be/],
  ['a missing path', [{ op: 'remove', path: '/spec/nothing' }], /does not exist/],
  ['a path into a scalar', [{ op: 'add', path: '/spec/mode/x', value: 1 }], /neither an object nor a list/],
  ['a failed test', [{ op: 'test', path: '/spec/mode', value: 'Other' }], /the value is another one/],
  ['a missing parent', [{ op: 'add', path: '/spec/a/b', value: 1 }], /does not exist/],
  ['an index beyond the list', [{ op: 'replace', path: '/spec/profiles/9', value: 'x' }], /no such index/],
];
for (const [what, operations, reason] of broken) {
  test(`O-06: ${what} is refused with its reason and the golden object stays`, () => {
    const overridden = applyOverrides(golden, {
      [objectAnnotations.patch]: typeof operations === 'string' ? operations : JSON.stringify(operations),
    });
    assert.ok(overridden.managed);
    assert.match(overridden.invalidPatch ?? '', reason);
    assert.deepEqual(overridden.object['spec'], golden['spec']);
    assert.equal(overridden.patched, undefined);
  });
}

test('copies that double the object are stopped before they fill the memory', () => {
  const operations = [
    { op: 'add', path: '/spec/a', value: 'x'.repeat(1000) },
    ...Array.from({ length: 60 }, (_, at) => ({ op: 'copy', from: '/spec', path: `/spec/c${at}` })),
  ];
  const result = patched(operations);
  assert.ok(!result.ok);
  assert.match(result.reason, /grows too large/);
});

test('an annotation of 250 KiB (the API allows 256) is worked on in well under a second of work', () => {
  const operations = Array.from({ length: 2000 }, (_, at) => ({ op: 'add', path: `/spec/k${at}`, value: 'v'.repeat(80) }));
  const result = patched(operations);
  assert.ok(!result.ok);
  assert.match(result.reason, /2000 operations/);
});

test('O-11: whatever a patch does, the object stays the same one', () => {
  const pointer = fc.array(
    fc.constantFrom('', 'metadata', 'name', 'namespace', 'kind', 'apiVersion', 'spec', 'labels', '0', '-', '~0', '~1'),
    { maxLength: 4 },
  );
  const path = pointer.map((tokens) => tokens.map((token) => `/${token}`).join(''));
  const operation = fc.record(
    { op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'), path, from: path, value: fc.jsonValue({ maxDepth: 2 }) },
    { requiredKeys: ['op', 'path'] },
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 6 }), (operations) => {
      const result = patched(operations);
      if (!result.ok) return;
      assert.equal(result.object.apiVersion, golden.apiVersion);
      assert.equal(result.object.kind, golden.kind);
      assert.equal(result.object.metadata.name, golden.metadata.name);
      assert.equal(result.object.metadata.namespace, golden.metadata.namespace);
    }),
    { numRuns: 2000 },
  );
});

test('O-07, O-08, O-09: pointers are taken one by one; a bad one is told and the rest goes on', () => {
  const text =
    ' /spec/mode , spec/profiles, /spec/profiles/0, /spec/mode/deeper, /spec/profiles/first, /metadata/name, /metadata/labels/a~1b, /spec/x~2, /spec/later, ';
  const { pointers, faults } = readIgnoreFields(text, golden);
  assert.deepEqual(pointers, ['/spec/mode', '/spec/profiles/0', '/metadata/labels/a~1b', '/spec/later']);
  assert.equal(faults.length, 5);
  assert.match(faults[0] ?? '', /must begin with "\/"/);
  assert.match(faults[1] ?? '', /leads into a value that has no fields/);
  assert.match(faults[3] ?? '', /forbidden/);
});

test('ignore-fields cannot give away ownership or the label', () => {
  for (const path of [...protectedPaths, '/metadata', '']) {
    const { pointers } = readIgnoreFields(path === '' ? '""' : path, golden);
    assert.deepEqual(pointers, [], path);
  }
});

test('O-10: unmanaged wins over everything; any other mode is managed', () => {
  assert.deepEqual(applyOverrides(golden, { [objectAnnotations.mode]: 'unmanaged', [objectAnnotations.patch]: '[]' }), { managed: false });
  assert.equal(applyOverrides(golden, { [objectAnnotations.mode]: 'Unmanaged' }).managed, true);
});

test('B-01: the label is on every object, and no empty annotations are left behind by a patch', () => {
  const overridden = applyOverrides(golden, { [objectAnnotations.patch]: '[]' });
  assert.ok(overridden.managed);
  assert.equal(overridden.object.metadata.labels?.[managedByLabel], 'virt-platform-autopilot');
  assert.equal(overridden.object.metadata.annotations, undefined);
});
