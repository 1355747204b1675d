import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineDecoder } from '../../src/client/line-decoder.ts';

const line = fc
  .string({ unit: 'grapheme' })
  .map((text) => text.replace(/\s/g, '_'))
  .filter((text) => text !== '');

test('however a stream is cut into chunks, the same lines come out', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.array(fc.nat(200), { maxLength: 12 }), fc.boolean(), (lines, cuts, endsOpen) => {
      const bytes = Buffer.from(
        lines
          .map((text) => `${text}\n`)
          .join('')
          .slice(0, endsOpen ? -1 : undefined),
      );
      const decoder = new LineDecoder();
      const seen: string[] = [];
      let start = 0;
      for (const end of [...cuts.filter((cut) => cut <= bytes.length).sort((a, b) => a - b), bytes.length]) {
        // A copy whose memory is overwritten afterwards, as a transport may do.
        const chunk = Uint8Array.from(bytes.subarray(start, end));
        seen.push(...decoder.push(chunk));
        chunk.fill(0);
        start = end;
      }
      const rest = decoder.rest();
      assert.deepEqual(rest === '' ? seen : [...seen, rest], lines);
    }),
  );
});
