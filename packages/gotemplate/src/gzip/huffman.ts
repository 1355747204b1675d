/** Codes by symbol: the bits in the order they are written (the first is the lowest), and how many. */
export interface HuffmanCodes {
  readonly code: Uint16Array;
  /** 0 for a symbol that does not occur. */
  readonly length: Uint8Array;
}

interface Leaf {
  readonly symbol: number;
  readonly frequency: number;
}

/** Bits that all occurrences of all symbols take. */
export function encodedBits(codes: HuffmanCodes, frequencies: Uint32Array): number {
  return frequencies.reduce((sum, f, symbol) => sum + f * (codes.length[symbol] ?? 0), 0);
}

function reverse(code: number, length: number): number {
  let out = 0;
  for (let i = 0; i < length; i++) out |= ((code >> i) & 1) << (length - 1 - i);
  return out;
}

/** The canonical codes of symbols with known lengths (RFC 1951 3.2.2). */
export function canonicalCodes(length: Uint8Array): HuffmanCodes {
  const code = new Uint16Array(length.length);
  let next = 0;
  for (let bits = 1; bits <= 15; bits++) {
    next <<= 1;
    for (let symbol = 0; symbol < length.length; symbol++) if (length[symbol] === bits) code[symbol] = reverse(next++, bits);
  }
  return { code, length };
}

/** One level of the package-merge: leaves and pairs of the level below by weight, a pair before a leaf of the same weight. */
function mergeLevel(leaves: readonly Leaf[], below: readonly number[]): { weights: number[]; isLeaf: boolean[] } {
  const weights: number[] = [];
  const isLeaf: boolean[] = [];
  const pairs = below.length >> 1;
  let leaf = 0;
  let pair = 0;
  while (leaf < leaves.length || pair < pairs) {
    const single = leaves[leaf]?.frequency ?? Infinity;
    const both = pair < pairs ? (below[2 * pair] ?? 0) + (below[2 * pair + 1] ?? 0) : Infinity;
    const takeLeaf = single < both;
    if (takeLeaf) leaf++;
    else pair++;
    weights.push(takeLeaf ? single : both);
    isLeaf.push(takeLeaf);
  }
  return { weights, isLeaf };
}

/** How many of the leaves (rarest first) are at each depth or deeper: index 0 is depth 1. By package-merge. */
function leavesByDepth(leaves: readonly Leaf[], maxBits: number): number[] {
  const levels: boolean[][] = [];
  let weights: readonly number[] = [];
  for (let level = 0; level < maxBits; level++) {
    const merged = mergeLevel(leaves, weights);
    weights = merged.weights;
    levels.push(merged.isLeaf);
  }
  let taken = 2 * leaves.length - 2;
  return levels.reverse().map((isLeaf) => {
    const count = isLeaf.slice(0, taken).filter(Boolean).length;
    taken = 2 * (taken - count);
    return count;
  });
}

/** The shortest codes of at most `maxBits` bits. Where several are equally short, those that Go's compress/flate chooses. */
export function huffmanCodes(frequencies: Uint32Array, maxBits: number): HuffmanCodes {
  const length = new Uint8Array(frequencies.length);
  const leaves: Leaf[] = [];
  frequencies.forEach((frequency, symbol) => {
    if (frequency > 0) leaves.push({ symbol, frequency });
  });
  if (leaves.length <= 2) {
    for (const { symbol } of leaves) length[symbol] = 1;
    return canonicalCodes(length);
  }
  leaves.sort((a, b) => a.frequency - b.frequency || a.symbol - b.symbol);
  const counts = leavesByDepth(leaves, Math.min(maxBits, leaves.length - 1));
  // Each depth that a leaf reaches is one more bit.
  for (const count of counts) for (const { symbol } of leaves.slice(0, count)) length[symbol] = (length[symbol] ?? 0) + 1;
  return canonicalCodes(length);
}
