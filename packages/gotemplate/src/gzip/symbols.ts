import type { HuffmanCodes } from './huffman.ts';
import { canonicalCodes } from './huffman.ts';

/** The alphabets of a deflate block (RFC 1951 3.2.5): a value is a code and some bits added to the code's base. */
export interface Alphabet {
  readonly base: readonly number[];
  readonly extraBits: readonly number[];
  /** The code of a value. */
  codeOf(value: number): number;
}

export const LITERALS = 286;
export const END_OF_BLOCK = 256;
export const FIRST_LENGTH = 257;
export const OFFSETS = 30;

function alphabet(extraBits: readonly number[], lastBase?: number): Alphabet {
  const base: number[] = [];
  let next = 0;
  for (const bits of extraBits) {
    base.push(next);
    next += 1 << bits;
  }
  if (lastBase !== undefined) base[base.length - 1] = lastBase;
  const codes = new Uint8Array(next);
  base.forEach((from, code) => {
    codes.fill(code, from);
  });
  return { base, extraBits, codeOf: (value) => codes[value] ?? 0 };
}

/** Match lengths less 3: the code of the longest, 258, has no extra bits. */
export const LENGTHS = alphabet([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0], 255);

/** Match distances less 1. */
export const DISTANCES = alphabet([0, 0, 0, 0, ...Array.from({ length: 26 }, (_, i) => 1 + (i >> 1))]);

/** The order in which the lengths of the code length codes are written. */
export const CODE_LENGTH_ORDER: readonly number[] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** The codes that a block with fixed codes uses (RFC 1951 3.2.6). */
export const FIXED_LITERALS: HuffmanCodes = canonicalCodes(
  Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)),
);
export const FIXED_OFFSETS: HuffmanCodes = canonicalCodes(new Uint8Array(32).fill(5));
