import type { BitWriter } from './bit-writer.ts';
import type { HuffmanCodes } from './huffman.ts';
import { encodedBits, huffmanCodes } from './huffman.ts';
import { CODE_LENGTH_ORDER } from './symbols.ts';

/** A code length, or a run: 16 repeats the one before, 17 and 18 repeat zero; `extra` says how often. */
interface Run {
  readonly symbol: number;
  readonly extra: number;
}

const EXTRA_BITS: Readonly<Record<number, number>> = { 16: 2, 17: 3, 18: 7 };

/** The runs for `count` times the same length. */
function runsOf(length: number, count: number): Run[] {
  const out: Run[] = [];
  let left = count;
  const repeat = (symbol: number, least: number, most: number): void => {
    while (left >= least) {
      const n = Math.min(left, most);
      out.push({ symbol, extra: n - least });
      left -= n;
    }
  };
  const single = (): void => {
    out.push({ symbol: length, extra: 0 });
    left--;
  };
  if (length === 0) {
    repeat(18, 11, 138);
    repeat(17, 3, 10);
  } else {
    single();
    repeat(16, 3, 6);
  }
  while (left > 0) single();
  return out;
}

function runLengths(lengths: readonly number[]): Run[] {
  const out: Run[] = [];
  for (let i = 0; i < lengths.length; ) {
    let end = i + 1;
    while (end < lengths.length && lengths[end] === lengths[i]) end++;
    out.push(...runsOf(lengths[i] ?? 0, end - i));
    i = end;
  }
  return out;
}

/** The head of a block with codes of its own: the lengths of those codes, themselves packed (RFC 1951 3.2.7). */
export class CodeLengths {
  /** Bits of the head. */
  readonly size: number;
  readonly #runs: readonly Run[];
  readonly #codes: HuffmanCodes;
  readonly #written: number;
  readonly #literals: number;
  readonly #offsets: number;

  /** For so many literal and offset codes, the unused ones at the end left out. */
  constructor(literals: HuffmanCodes, literalCount: number, offsets: HuffmanCodes, offsetCount: number) {
    this.#literals = literalCount;
    this.#offsets = offsetCount;
    // A run may go from the literals over to the offsets.
    this.#runs = runLengths([...literals.length.subarray(0, literalCount), ...offsets.length.subarray(0, offsetCount)]);
    const frequencies = new Uint32Array(CODE_LENGTH_ORDER.length);
    for (const { symbol } of this.#runs) frequencies[symbol] = (frequencies[symbol] ?? 0) + 1;
    this.#codes = huffmanCodes(frequencies, 7);
    let written = CODE_LENGTH_ORDER.length;
    while (written > 4 && frequencies[CODE_LENGTH_ORDER[written - 1] ?? 0] === 0) written--;
    this.#written = written;
    const extra = this.#runs.reduce((sum, { symbol }) => sum + (EXTRA_BITS[symbol] ?? 0), 0);
    this.size = 3 + 5 + 5 + 4 + 3 * written + encodedBits(this.#codes, frequencies) + extra;
  }

  write(out: BitWriter): void {
    out.bits(4, 3);
    out.bits(this.#literals - 257, 5);
    out.bits(this.#offsets - 1, 5);
    out.bits(this.#written - 4, 4);
    for (const symbol of CODE_LENGTH_ORDER.slice(0, this.#written)) out.bits(this.#codes.length[symbol] ?? 0, 3);
    for (const { symbol, extra } of this.#runs) {
      out.bits(this.#codes.code[symbol] ?? 0, this.#codes.length[symbol] ?? 0);
      out.bits(extra, EXTRA_BITS[symbol] ?? 0);
    }
  }
}
