import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { gzip } from '../src/gzip/gzip.ts';

/** Bytes that look like text with repeats near and far, the same on every run. */
function sample(length: number): Uint8Array {
  const out = new Uint8Array(length);
  let state = 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const r = state >>> 16;
    const back = i > 40_000 && r % 7 < 5 ? 33_000 - (r % 3) * 11_000 : 0;
    out[i] = back > 0 ? (out[i - back] ?? 0) : 97 + (r % (i % 5_000 < 2_500 ? 3 : 26));
  }
  return out;
}

test('packs to the bytes of Go, across windows and blocks', () => {
  const hash = (length: number): string =>
    createHash('sha256')
      .update(gzip(sample(length)))
      .digest('hex');
  // By compress/gzip of Go 1.26.
  assert.deepEqual([20_000, 65_536, 300_000].map(hash), [
    '9e7b9df3ba23b4b27a05dbb6d00e4e18c5c81f6ca7e8d09ba0b2bbc70ce7842b',
    '8442a392d83ecf11dc4c5458d9913c47e987e1a42ad81ce110401b5ec2893826',
    'c7b5b232aeb3e08dba4ea8ff09c79ac88dafc1238ff4f82b8ad5fb51710b00c8',
  ]);
});

test('what is packed unpacks to the same', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 5_000, size: 'max' }),
    fc.array(fc.constantFrom(0, 1, 255), { maxLength: 2_000, size: 'max' }).map((a) => Uint8Array.from(a)),
  );
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: 30 }), (part, times) => {
      const data = Buffer.concat(Array.from({ length: times }, () => part));
      assert.deepEqual(gunzipSync(gzip(data)), data);
    }),
    { numRuns: 60 },
  );
});
