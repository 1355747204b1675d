import type { Clock } from '../types/clock.ts';
import type { Logger } from '../types/logger.ts';

/** A request that takes longer than this is told, seconds. */
const slowSeconds = 2;
const tellEveryMs = 10_000;

export type SlowRequestLog = (method: string, path: string, status: number | undefined, seconds: number) => void;

/** Tells of slow answers, at most one in ten seconds with the number of those that were left out: the runbooks grep for `request took` and `duration`. */
export function slowRequestLog(logger: Logger, clock: Clock): SlowRequestLog {
  let toldAt = Number.NEGATIVE_INFINITY;
  let leftOut = 0;
  return (method, path, status, seconds) => {
    if (seconds < slowSeconds) return;
    const now = clock.monotonic();
    if (now - toldAt < tellEveryMs) {
      leftOut++;
      return;
    }
    logger.warn('API request took long', {
      verb: method,
      path: path.split('?')[0],
      status,
      durationSeconds: Math.round(seconds * 1000) / 1000,
      others: leftOut === 0 ? undefined : leftOut,
    });
    toldAt = now;
    leftOut = 0;
  };
}
