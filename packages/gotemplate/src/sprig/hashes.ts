import { createHash } from 'node:crypto';
import { toBytes } from '../text/bytes.ts';
import { def, P } from '../value/define.ts';
import type { FunctionMap, GoFunction } from '../value/function.ts';

function hash(algorithm: 'sha1' | 'sha256' | 'sha512'): GoFunction {
  return def([P.string], (s) => createHash(algorithm).update(toBytes(s)).digest('hex'));
}

const ADLER = 65521;

/** adler32.Checksum. */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % ADLER;
    b = (b + a) % ADLER;
  }
  return b * 65536 + a;
}

/** Sprig's checksums, in lower-case hex; adler32sum is decimal. */
export const hashFunctions: FunctionMap = {
  sha1sum: hash('sha1'),
  sha256sum: hash('sha256'),
  sha512sum: hash('sha512'),
  adler32sum: def([P.string], (s) => String(adler32(toBytes(s)))),
};
