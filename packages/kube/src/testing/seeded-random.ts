import type { Random } from '../types/clock.ts';

/** The same seed gives the same chance: a 32-bit state stepped by a constant and mixed (SplitMix32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const word = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  return {
    next: () => word() / 2 ** 32,
    bytes: (count) => Uint8Array.from({ length: count }, () => word() >>> 24),
  };
}
