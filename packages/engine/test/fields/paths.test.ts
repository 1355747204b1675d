import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiStatus } from '@caretaker/kube';
import fc from 'fast-check';
import { conflictCauses, foreignCauses } from '../../src/act/conflict.ts';
import { difference, isBelow, ownsField, touches } from '../../src/fields/algebra.ts';
import { FieldSet } from '../../src/fields/field-set.ts';
import { resolveField } from '../../src/fields/resolve.ts';
import { fieldPaths } from '../../src/fields/walk.ts';

const fields = {
  'f:metadata': { 'f:annotations': { 'f:example.com/a.b': {} }, 'f:finalizers': { 'v:"x/y"': {} } },
  'f:spec': {
    'f:replicas': {},
    'f:containers': {
      'k:{"name":"web"}': { '.': {}, 'f:image': {}, 'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {} } } },
    },
    'f:args': {},
  },
};

const paths = [
  '.metadata.annotations.example.com/a.b',
  '.metadata.finalizers[="x/y"]',
  '.spec.args',
  '.spec.containers[name="web"]',
  '.spec.containers[name="web"].image',
  '.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"]',
  '.spec.replicas',
];

test('paths read as the API server writes them', () => assert.deepEqual(fieldPaths(fields), paths));

test('a value is found again by its path, dots in names and list keys included', () => {
  const live = {
    metadata: { annotations: { 'example.com/a.b': '1', example: { 'com/a': 'decoy' } }, finalizers: ['x/y'] },
    spec: { replicas: 2, containers: [{ name: 'side' }, { name: 'web', image: 'i', ports: [{ containerPort: 80 }] }], args: ['a'] },
  };
  const found = paths.map((path) => resolveField(live, path));
  assert.deepEqual(found, ['1', 'x/y', ['a'], live.spec.containers[1], 'i', { containerPort: 80 }, 2]);
  assert.equal(resolveField(live, '.spec.containers[name="nope"].image'), undefined);
  assert.equal(resolveField(live, '.spec.args[0]'), 'a');
  assert.equal(resolveField(live, 'nonsense'), undefined);
});

test('below means a step below, not a longer name', () => {
  assert.equal(isBelow('.spec.replicas', '.spec'), true);
  assert.equal(isBelow('.spec.containers[name="a"]', '.spec.containers'), true);
  assert.equal(isBelow('.spec.replicasMax', '.spec.replicas'), false);
  assert.equal(isBelow('.spec', '.spec'), false);
});

test('a field inside an atomic list or map is owned with it', () => {
  const set = FieldSet.of(fields);
  assert.equal(ownsField(set, '.spec.args[0]'), true);
  assert.equal(ownsField(set, '.spec'), false);
  assert.equal(touches(set, '.spec'), true);
  assert.equal(touches(set, '.status'), false);
});

test('equal sets are one object; what one has and the other has not is named', () => {
  assert.equal(FieldSet.of(fields), FieldSet.of(structuredClone(fields)));
  const lesser = FieldSet.of({ 'f:spec': { 'f:args': {} } });
  assert.deepEqual(difference(FieldSet.of({ 'f:spec': { 'f:args': {}, 'f:replicas': {} } }), lesser), ['.spec.replicas']);
  assert.deepEqual(difference(lesser, FieldSet.of(fields)), []);
});

test('difference of sets: nothing against itself, everything against nothing', () => {
  const name = fc.string({ minLength: 1, maxLength: 5 }).filter((text) => text !== '__proto__');
  const tree = fc.dictionary(
    name.map((text) => `f:${text}`),
    fc.constant({}),
    { maxKeys: 6, noNullPrototype: true },
  );
  fc.assert(
    fc.property(tree, tree, (a, b) => {
      const [left, right] = [FieldSet.of(a), FieldSet.of(b)];
      assert.deepEqual(difference(left, left), []);
      const lost = difference(left, right);
      for (const path of fieldPaths(a)) assert.equal(lost.includes(path), !fieldPaths(b).includes(path));
    }),
  );
});

test('conflict causes: manager, operation and subresource in the words of a real kube-apiserver', () => {
  const cause = (message: string, field: string) => ({ reason: 'FieldManagerConflict', message, field });
  const status: ApiStatus = {
    code: 409,
    reason: 'Conflict',
    message: '',
    causes: [
      cause('conflict with "m1"', '.data.a'),
      cause('conflict with "upd" using v1', '.data.d'),
      cause('conflict with "kubectl" with subresource "scale" using apps/v1', '.spec.replicas'),
      { reason: 'Other', message: 'x', field: '.y' },
    ],
  };
  const causes = conflictCauses(status);
  assert.deepEqual(causes, [
    { manager: 'm1', subresource: undefined, operation: 'Apply', field: '.data.a' },
    { manager: 'upd', subresource: undefined, operation: 'Update', field: '.data.d' },
    { manager: 'kubectl', subresource: 'scale', operation: 'Update', field: '.spec.replicas' },
  ]);
  const ours = FieldSet.of({ 'f:data': { 'f:a': {} } });
  assert.deepEqual(
    foreignCauses(causes, ours, false).map(({ field }) => field),
    ['.data.d', '.spec.replicas'],
  );
  assert.deepEqual(foreignCauses(causes, undefined, false).length, 3, 'unknown is a conflict');
  assert.deepEqual(foreignCauses(causes, undefined, true), []);
});
