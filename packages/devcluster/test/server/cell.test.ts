import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import fc from 'fast-check';
import { Cell } from '../../src/storage/cell.ts';
import { shareJson } from '../../src/storage/shared-json.ts';

const SETS = [
  '{"f:data":{"f:a":{}}}',
  '{"f:data":{".":{},"f:b":{}},"f:metadata":{"f:labels":{}}}',
  '{"f:spec":{"k:{\\"name\\":\\"x\\"}":{}}}',
];

/** An object whose members stand in any order, with values that look like what stands for a shared set. */
const objects: fc.Arbitrary<() => KubeObject> = fc
  .record({
    shared: fc.array(fc.integer({ min: 0, max: SETS.length }), { maxLength: 4 }),
    odd: fc.constantFrom<unknown>(Number.MIN_VALUE, '5e-324', [{ fieldsV1: Number.MIN_VALUE }], { fieldsV1: Number.MIN_VALUE }, null),
    specFirst: fc.boolean(),
    // pod templates that others have too, none, and what looks like the place of one
    template: fc.constantFrom<unknown>(
      undefined,
      { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c' }], fieldsV1: Number.MIN_VALUE } },
      { spec: { containers: [{ name: 'd' }] } },
      { spec: 2 * Number.MIN_VALUE },
      { spec: { spec: 2 * Number.MIN_VALUE } },
      { spec: { containers: [{ name: 'e' }] }, more: { spec: 2 * Number.MIN_VALUE } },
      [],
    ),
  })
  .map(({ shared, odd, specFirst, template }) => () => {
    const managedFields = shared.map((index) => ({
      manager: `m${index}`,
      // the index behind the last one is a set that nobody shares
      fieldsV1: shareJson(SETS[index] ?? `{"f:${Math.random()}":{}}`),
      subresource: 'status',
    }));
    const metadata = { name: 'x', managedFields };
    const spec = { managedFields: odd, ...(template === undefined ? {} : { template: structuredClone(template) }), fieldsV1: odd };
    return { apiVersion: 'v1', kind: 'Thing', ...(specFirst ? { spec, metadata } : { metadata, spec }) };
  });

test('an object that became text is the same object, and its text is its JSON', () => {
  for (const text of SETS) for (const _ of [1, 2]) shareJson(text);
  fc.assert(
    fc.property(objects, (make) => {
      const object = make();
      const text = JSON.stringify(object);
      const cell = new Cell(object);
      assert.equal(cell.toText(), text);
      cell.demote();
      assert.equal(cell.isYoung, false);
      assert.equal(cell.toText(), text);
      assert.equal(JSON.stringify(cell.object), text);
      cell.promote();
      assert.deepEqual(cell.object, JSON.parse(text));
    }),
    { numRuns: 300 },
  );
});
