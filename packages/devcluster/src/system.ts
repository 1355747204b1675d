import { randomBytes } from 'node:crypto';
import type { Clock, Logger, Random } from '@caretaker/kube';

/** The real clock, for whoever gives none. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, fire) {
    const handle = setTimeout(fire, Math.min(ms, 2 ** 31 - 1));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Bytes are drawn so many at a time: a call for 16 costs about as much as one for 4,096. */
const POOL_SIZE = 4096;
let pool = Buffer.alloc(0);
let used = 0;

function draw(count: number): Buffer {
  if (count > POOL_SIZE) return randomBytes(count);
  if (used + count > pool.length) {
    pool = randomBytes(POOL_SIZE);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}

/** Real randomness, for whoever gives none. */
export const systemRandom: Random = {
  next: () => draw(6).readUIntBE(0, 6) / 2 ** 48,
  bytes: (count) => new Uint8Array(draw(count)),
};

/** Says nothing. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  with: () => silentLogger,
};
