/** Small parts of type knowledge, by example. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, KubeObject } from '@caretaker/kube';
import { compileDefinition } from '../../src/crd/compile.ts';
import { canonicalQuantity, compareQuantities } from '../../src/decode/quantity.ts';
import { canonicalMicroTime, canonicalTime } from '../../src/decode/time.ts';

describe('quantities', () => {
  const canonical: readonly (readonly [string, string | undefined])[] = [
    ['1', '1'],
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1024Ki', '1Mi'],
    ['1e3', '1e3'],
    ['1500', '1500'],
    ['2000', '2k'],
    ['1.5Gi', '1536Mi'],
    ['', undefined],
    ['lots', undefined],
  ];
  for (const [text, expected] of canonical)
    it(`${JSON.stringify(text)} is ${String(expected)}`, () => assert.equal(canonicalQuantity(text), expected));
  it('compare by value', () => assert.ok(compareQuantities('1Gi', '1G') > 0 && compareQuantities('1000m', '1') === 0));
});

describe('times', () => {
  it('lose their fraction and their zone', () => assert.equal(canonicalTime('2024-01-01T01:00:00.5+01:00'), '2024-01-01T00:00:00Z'));
  it('of leases have exactly six digits', () => {
    assert.equal(canonicalMicroTime('2024-01-01T00:00:00.000001Z'), '2024-01-01T00:00:00.000001Z');
    assert.equal(canonicalMicroTime('2024-01-01T00:00:00.1Z'), undefined);
  });
});

describe('custom resources', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        'x-kubernetes-validations': [{ rule: '!has(oldSelf.kept) || has(self.kept)', message: 'kept may not go' }],
        properties: {
          kept: { type: 'string' },
          size: {
            type: 'integer',
            default: 3,
            'x-kubernetes-validations': [{ rule: 'self % 2 == 1', messageExpression: '"even: " + string(self)' }],
          },
        },
      },
    },
  };
  const { storage } = compileDefinition({
    spec: {
      group: 'e.x',
      scope: 'Cluster',
      names: { plural: 'ws', kind: 'W' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
    metadata: { name: 'ws.e.x' },
  } as unknown as KubeObject);

  it('get defaults and lose what is unknown', () => {
    const object: JsonObject = { apiVersion: 'e.x/v1', kind: 'W', metadata: {}, spec: { other: 1 } };
    assert.deepEqual(storage.custom?.prune(object), ['spec.other']);
    storage.custom?.applyDefaults(object);
    assert.deepEqual(object['spec'], { size: 3 });
  });

  it('are held to their rules, unless what breaks them was so before', () => {
    const even: JsonObject = { spec: { size: 2, kept: 'x' } };
    const messages = (next: JsonObject, live?: JsonObject): string[] =>
      (storage.custom?.validate(next, live, '', []) ?? []).map((error) => `${error.field}: ${error.message}`);
    assert.deepEqual(messages(even), ['spec.size: Invalid value: 2: even: 2']);
    assert.deepEqual(messages(even, even), []);
    assert.deepEqual(messages({ spec: { size: 2 } }, even), ['spec: Invalid value: kept may not go']);
  });
});
