import { performance } from 'node:perf_hooks';
import type { Clock, Timer } from '../types/clock.ts';

/** setTimeout takes 31 bits; longer waits are made of several. */
const longestTimeout = 2 ** 31 - 1;

class SystemTimer implements Timer {
  #handle: NodeJS.Timeout | undefined;

  constructor(ms: number, fire: () => void) {
    this.#arm(ms, fire);
  }

  #arm(ms: number, fire: () => void): void {
    const step = Math.min(Math.max(ms, 0), longestTimeout);
    this.#handle = setTimeout(() => (ms > step ? this.#arm(ms - step, fire) : fire()), step);
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }
}

/** The machine's own clocks and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, fire) => new SystemTimer(ms, fire),
};
