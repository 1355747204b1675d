import type { BitWriter } from './bit-writer.ts';
import { CodeLengths } from './code-lengths.ts';
import type { HuffmanCodes } from './huffman.ts';
import { encodedBits, huffmanCodes } from './huffman.ts';
import type { Alphabet } from './symbols.ts';
import { DISTANCES, END_OF_BLOCK, FIRST_LENGTH, FIXED_LITERALS, FIXED_OFFSETS, LENGTHS, LITERALS, OFFSETS } from './symbols.ts';

/** A literal byte, or a match: bytes to take again (length 3 to 258) from some distance back. */
export type Token = number | { readonly length: number; readonly distance: number };

const MAX_STORED = 65_535;

function add(frequencies: Uint32Array, symbol: number): void {
  frequencies[symbol] = (frequencies[symbol] ?? 0) + 1;
}

/** Symbols up to the last that occurs. */
function used(frequencies: Uint32Array): number {
  return frequencies.findLastIndex((f) => f > 0) + 1;
}

function extraBits(frequencies: Uint32Array, from: number, { extraBits: bits }: Alphabet): number {
  return bits.reduce((sum, b, i) => sum + b * (frequencies[from + i] ?? 0), 0);
}

function writeCode(out: BitWriter, codes: HuffmanCodes, symbol: number): void {
  out.bits(codes.code[symbol] ?? 0, codes.length[symbol] ?? 0);
}

function writeTokens(out: BitWriter, tokens: readonly Token[], literals: HuffmanCodes, offsets: HuffmanCodes): void {
  const value = (n: number, codes: HuffmanCodes, from: number, { base, extraBits: bits, codeOf }: Alphabet): void => {
    const code = codeOf(n);
    writeCode(out, codes, from + code);
    out.bits(n - (base[code] ?? 0), bits[code] ?? 0);
  };
  for (const token of tokens) {
    if (typeof token === 'number') writeCode(out, literals, token);
    else {
      value(token.length - 3, literals, FIRST_LENGTH, LENGTHS);
      value(token.distance - 1, offsets, 0, DISTANCES);
    }
  }
  writeCode(out, literals, END_OF_BLOCK);
}

/** The head of a stored block. */
export function writeStoredHead(out: BitWriter, length: number, last: boolean): void {
  out.bits(last ? 1 : 0, 3);
  out.align();
  out.bits(length, 16);
  out.bits(~length & 0xffff, 16);
}

/** Tokens as one block in the shortest of the three ways; `input` is what they stand for, if it is still at hand. */
export function writeBlock(out: BitWriter, tokens: readonly Token[], input: Uint8Array | undefined): void {
  const literalCounts = new Uint32Array(LITERALS);
  const offsetCounts = new Uint32Array(OFFSETS);
  for (const token of tokens) {
    if (typeof token === 'number') add(literalCounts, token);
    else {
      add(literalCounts, FIRST_LENGTH + LENGTHS.codeOf(token.length - 3));
      add(offsetCounts, DISTANCES.codeOf(token.distance - 1));
    }
  }
  add(literalCounts, END_OF_BLOCK);
  // One offset code must be there, and Go counts it in all its sums.
  if (used(offsetCounts) === 0) offsetCounts[0] = 1;
  const literals = huffmanCodes(literalCounts, 15);
  const offsets = huffmanCodes(offsetCounts, 15);
  const head = new CodeLengths(literals, used(literalCounts), offsets, used(offsetCounts));
  const extra = extraBits(literalCounts, FIRST_LENGTH, LENGTHS) + extraBits(offsetCounts, 0, DISTANCES);
  const fixed = 3 + encodedBits(FIXED_LITERALS, literalCounts) + encodedBits(FIXED_OFFSETS, offsetCounts) + extra;
  const dynamic = head.size + encodedBits(literals, literalCounts) + encodedBits(offsets, offsetCounts) + extra;
  if (input !== undefined && input.length <= MAX_STORED && (input.length + 5) * 8 < Math.min(fixed, dynamic)) {
    writeStoredHead(out, input.length, false);
    out.bytes(input);
  } else if (dynamic < fixed) {
    head.write(out);
    writeTokens(out, tokens, literals, offsets);
  } else {
    out.bits(2, 3);
    writeTokens(out, tokens, FIXED_LITERALS, FIXED_OFFSETS);
  }
}
