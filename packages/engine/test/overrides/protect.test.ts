import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedIdentity } from '../../src/overrides/identity.ts';
import { breaches, pointersOf } from '../../src/overrides/protect.ts';

const guarded = ['/metadata/name', '/metadata/ownerReferences', '/metadata/labels/example.com~1managed-by', '/status', '/kind'];

const rows: readonly [pointer: string, hit: string | undefined][] = [
  ['/spec/replicas', undefined],
  ['/metadata/names-x', undefined],
  ['/metadata/labels/other', undefined],
  ['/metadata/name', '/metadata/name'],
  ['/metadata/name/x', '/metadata/name'],
  ['/metadata', '/metadata/name'],
  ['', '/metadata/name'],
  ['/status/conditions/0', '/status'],
  ['/metadata/labels', '/metadata/labels/example.com~1managed-by'],
  ['/metadata/labels/example.com~1managed-by', '/metadata/labels/example.com~1managed-by'],
];

for (const [pointer, hit] of rows) {
  test(`protected paths: ${pointer === '' ? 'the whole document' : pointer} is ${hit === undefined ? 'free' : `guarded by ${hit}`}`, () => {
    assert.deepEqual(breaches([pointer], guarded), hit === undefined ? [] : [{ pointer, protectedPath: hit }]);
  });
}

test('both ends of move and copy are looked at', () => {
  assert.deepEqual(pointersOf([{ op: 'move', from: '/metadata/name', path: '/spec/x' }]), ['/spec/x', '/metadata/name']);
});

test('an override that makes another object is told by the members it changed', () => {
  const before = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'n' } };
  assert.deepEqual(changedIdentity(before, { ...before, data: {} }), []);
  assert.deepEqual(changedIdentity(before, { ...before, kind: 'Secret', metadata: { name: 'b', namespace: 'n' } }), [
    'kind',
    'metadata.name',
  ]);
  assert.deepEqual(changedIdentity(before, null), ['apiVersion', 'kind', 'metadata.name', 'metadata.namespace']);
});
