import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { EngineError } from '../../src/errors/engine-error.ts';
import { type FieldOwners, liveWins } from '../../src/ignore/live-wins.ts';
import { parseIgnoreField } from '../../src/ignore/parse.ts';

const make = (spec: unknown): KubeObject => ({ apiVersion: 'x/v1', kind: 'X', metadata: { name: 'x' }, spec });
const replicas = { 'f:spec': { 'f:replicas': {} } };
const container = (fields: Record<string, unknown>) => ({
  'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:name': {}, ...fields } } },
});

type Row = readonly [name: string, ignored: string, desired: unknown, live: unknown, owners: Partial<FieldOwners>, sent: unknown];

const rows: readonly Row[] = [
  ['we alone own it: the live value is sent', '/spec/replicas', { replicas: 5 }, { replicas: 3 }, { own: replicas }, { replicas: 3 }],
  ['another manager owns it: nothing is sent', '/spec/replicas', { replicas: 5, a: 1 }, { replicas: 3 }, { others: [replicas] }, { a: 1 }],
  [
    'both own it: nothing is sent',
    '/spec/replicas',
    { replicas: 5, a: 1 },
    { replicas: 3 },
    { own: replicas, others: [replicas] },
    { a: 1 },
  ],
  ['nobody owns it (a default): nothing is sent', '/spec/replicas', { replicas: 5, a: 1 }, { replicas: 1 }, {}, { a: 1 }],
  ['somebody removed it: nothing is sent', '/spec/replicas', { replicas: 5, a: 1 }, {}, { lastApplied: replicas }, { a: 1 }],
  ['it is new in the template: sent once', '/spec/replicas', { replicas: 5 }, {}, { lastApplied: {} }, { replicas: 5 }],
  [
    'dropped from the template while we alone own it: kept alive',
    '/spec/replicas',
    { a: 1 },
    { replicas: 3 },
    { own: replicas },
    { a: 1, replicas: 3 },
  ],
  [
    'below a list item, by its key',
    '/spec/containers/0/image',
    { containers: [{ name: 'web', image: 'new' }] },
    {
      containers: [
        { name: 'side', image: 's' },
        { name: 'web', image: 'live' },
      ],
    },
    { own: container({ 'f:image': {} }) },
    { containers: [{ name: 'web', image: 'live' }] },
  ],
  [
    'every item by wildcard, another manager holds one',
    '$.spec.containers[*].image',
    { containers: [{ name: 'web', image: 'new' }] },
    { containers: [{ name: 'web', image: 'live' }] },
    { own: container({}), others: [container({ 'f:image': {} })] },
    { containers: [{ name: 'web' }] },
  ],
  [
    'a whole subtree: only what we own of it is sent back, not what the server defaulted',
    '/spec/template',
    { template: { a: 1 } },
    { template: { a: 9, defaulted: true } },
    { own: { 'f:spec': { 'f:template': { 'f:a': {} } } } },
    { template: { a: 9 } },
  ],
  [
    'an atomic list is one field',
    '/spec/args/0',
    { args: ['new'] },
    { args: ['live', 'x'] },
    { own: { 'f:spec': { 'f:args': {} } } },
    { args: ['live', 'x'] },
  ],
  ['a path that leads nowhere changes nothing', '$.spec.nope[*].x', { a: 1 }, { a: 2 }, { own: { 'f:spec': { 'f:a': {} } } }, { a: 1 }],
];

for (const [name, ignored, desired, live, owners, sent] of rows) {
  test(`ignored field: ${name}`, () => {
    const all: FieldOwners = { own: {}, others: [], lastApplied: undefined, ...owners };
    const before = JSON.stringify(desired);
    assert.deepEqual(liveWins(make(desired), make(live), [parseIgnoreField(ignored)], all)['spec'], sent);
    assert.equal(JSON.stringify(desired), before, 'the desired object is untouched');
  });
}

for (const text of ['', '/', '$', 'a b[', '/a~2']) {
  test(`ignoreFields entry ${JSON.stringify(text)} ${text === '/' ? 'is the member with the empty name' : 'is refused'}`, () => {
    if (text === '/') assert.deepEqual(parseIgnoreField(text), [{ type: 'name', name: '' }]);
    else
      assert.throws(
        () => parseIgnoreField(text),
        (error) => error instanceof EngineError && error.code === 'IgnoreFieldInvalid',
      );
  });
}
