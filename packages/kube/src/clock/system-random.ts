import { randomBytes } from 'node:crypto';
import type { Random } from '../types/clock.ts';

/** Chance from the operating system for bytes; Math.random for jitter, where nobody gains by guessing. */
export const systemRandom: Random = {
  next: () => Math.random(),
  bytes: (count) => randomBytes(count),
};
