import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uncovered } from '../../src/compare/coverage.ts';

const desired = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'n', labels: { app: 'web' }, finalizers: ['x/y'] },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    containers: [{ name: 'web', image: 'i', ports: [{ containerPort: 80 }] }],
    empty: {},
    nothing: null,
  },
};

const fields = {
  'f:metadata': { 'f:labels': { 'f:app': {} }, 'f:finalizers': { 'v:"x/y"': {} } },
  'f:spec': {
    'f:replicas': {},
    'f:selector': {},
    'f:containers': {
      'k:{"name":"web"}': {
        '.': {},
        'f:name': {},
        'f:image': {},
        'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
      },
    },
  },
};

test('a set with every leaf, defaulted list keys and an atomic selector covers it', () => assert.deepEqual(uncovered(desired, fields), []));

const without: readonly [name: string, path: string[], missing: string[]][] = [
  ['a scalar', ['f:spec', 'f:replicas'], ['.spec.replicas']],
  ['a label', ['f:metadata', 'f:labels', 'f:app'], ['.metadata.labels.app']],
  ['a member of a set', ['f:metadata', 'f:finalizers', 'v:"x/y"'], ['.metadata.finalizers']],
  ['a field of a list item', ['f:spec', 'f:containers', 'k:{"name":"web"}', 'f:image'], ['.spec.containers[name="web"].image']],
  ['a whole list item', ['f:spec', 'f:containers', 'k:{"name":"web"}'], ['.spec.containers']],
  ['a whole atomic map', ['f:spec', 'f:selector'], ['.spec.selector.matchLabels.app']],
];

for (const [name, path, missing] of without) {
  test(`without ${name} it does not, and the path is named`, () => {
    const lesser = structuredClone(fields);
    const last = path.at(-1) ?? '';
    let node: unknown = lesser;
    for (const member of path.slice(0, -1)) node = Reflect.get(Object(node), member);
    // A node that loses its last member would read as a leaf of its own; the server drops it, so the test does as well.
    Reflect.deleteProperty(Object(node), last);
    if (Object.keys(Object(node)).length === 0) Reflect.set(Object(node), 'f:other', {});
    assert.deepEqual(uncovered(desired, lesser), missing);
  });
}
