import { type Bucket, type BucketRule, fullBucket, refilled, taken, untilNextToken } from './bucket.ts';

export interface EditWarRule extends BucketRule {
  /** Refused repairs until the object is paused. */
  throttlesToPause: number;
}

export const defaultEditWarRule: EditWarRule = { capacity: 10, refillMs: 6_000, throttlesToPause: 3 };

/** A repair is contested when the one before it is no older than this (the window of the thrashing alert). */
export const contestedWithinMs = 600_000;

/** What is remembered of the repairs of one object. An object never repaired has none. Times are monotonic milliseconds. */
export interface WarState {
  readonly bucket: Bucket;
  /** Repairs that the bucket refused. They count no more once it is full again. */
  readonly throttles: number;
  readonly repairedAt: number | undefined;
  /** The object's version at the last refusal: the same change is not refused, and counted, twice. */
  readonly refusedVersion: string | undefined;
  /** We wrote the pause annotation; when it is found gone, somebody resumed. */
  readonly paused: boolean;
  /** Who the opponent was, in words, when it was paused. */
  readonly told?: string;
}

export type Verdict =
  /** Repair. `contested`: it was repaired a short while ago, and has been changed again. */
  | { type: 'repair'; contested: boolean; next: WarState }
  /** Bucket empty: leave the drift for `waitMs`. `counted`: this refusal is a new one. */
  | { type: 'throttle'; waitMs: number; counted: boolean; next: WarState }
  /** Refused too often: an edit war. Pause the object. */
  | { type: 'pause'; next: WarState };

/** Judges one wanted repair of drift. Pure: `now` is monotonic milliseconds, `version` the drifted object's resourceVersion. */
export function judge(state: WarState | undefined, rule: EditWarRule, now: number, version: string): Verdict {
  const bucket = refilled(state?.bucket ?? fullBucket(rule, now), rule, now);
  const settled = bucket.tokens >= rule.capacity;
  const before = settled ? 0 : (state?.throttles ?? 0);
  const repairedAt = state?.repairedAt;
  const rest = taken(bucket, rule, now);
  if (rest) {
    const contested = repairedAt !== undefined && now - repairedAt <= contestedWithinMs;
    return {
      type: 'repair',
      contested,
      next: { bucket: rest, throttles: before, repairedAt: now, refusedVersion: undefined, paused: false },
    };
  }
  const counted = state?.refusedVersion !== version;
  const throttles = counted ? before + 1 : before;
  const next: WarState = { bucket, throttles, repairedAt, refusedVersion: version, paused: false };
  if (throttles >= rule.throttlesToPause) return { type: 'pause', next: { ...next, paused: true } };
  return { type: 'throttle', waitMs: untilNextToken(bucket, rule, now), counted, next };
}

/** Whether a state says nothing any more, so that it can be dropped. */
export function isOver(state: WarState, rule: EditWarRule, now: number): boolean {
  if (state.paused) return false;
  const calm = state.repairedAt === undefined || now - state.repairedAt > contestedWithinMs;
  return calm && refilled(state.bucket, rule, now).tokens >= rule.capacity;
}
