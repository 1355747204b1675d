import type { KubeObject } from '@caretaker/kube';
import { fields, integer, items, text } from '../machinery/read.ts';

/** A change of size that the autoscaler made. */
export interface SizeChange {
  at: number;
  /** Replicas added; negative when some were taken away. */
  by: number;
}

/** A wish for a size, at a time. */
export interface Wish {
  at: number;
  replicas: number;
}

const DOWN_WINDOW_SECONDS = 300;

/** Longest time that a change or a wish matters, in milliseconds (the API allows an hour for windows, half an hour for periods). */
export const MEMORY_MS = 3_600_000;

export function hasBehavior(autoscaler: KubeObject): boolean {
  return Object.keys(fields(autoscaler, 'spec', 'behavior')).length > 0;
}

/**
 * A wish held against those of the stabilization window before it: the size shrinks only as far as none of them was higher, and with `behavior` grows only
 * as far as none of them was lower.
 */
export function stabilize(autoscaler: KubeObject, current: number, wish: number, earlier: readonly Wish[], now: number): number {
  const within = (rule: 'scaleUp' | 'scaleDown', fallback: number): number[] => {
    const seconds = integer(autoscaler, 'spec', 'behavior', rule, 'stabilizationWindowSeconds') ?? fallback;
    return earlier.filter(({ at }) => now - at < seconds * 1000).map(({ replicas }) => replicas);
  };
  const highest = Math.max(wish, ...within('scaleDown', DOWN_WINDOW_SECONDS));
  if (!hasBehavior(autoscaler)) return highest;
  const lowest = Math.min(wish, ...within('scaleUp', 0));
  return Math.min(Math.max(current, lowest), highest);
}

/** The sizes between which the autoscaler may move now. Without `behavior` it may double, or grow to four, and shrink at will. */
export function rateLimits(
  autoscaler: KubeObject,
  current: number,
  changes: readonly SizeChange[],
  now: number,
): { least: number; most: number } {
  if (!hasBehavior(autoscaler)) return { least: 0, most: Math.max(2 * current, 4) };
  const limit = (rule: 'scaleUp' | 'scaleDown'): number => {
    const spec = fields(autoscaler, 'spec', 'behavior', rule);
    if (spec['selectPolicy'] === 'Disabled') return current;
    const sign = rule === 'scaleUp' ? 1 : -1;
    const sizes = items(spec, 'policies').map((policy) => {
      const period = (integer(policy, 'periodSeconds') ?? 15) * 1000;
      const before = changes.filter(({ at }) => now - at < period).reduce((size, { by }) => size - by, current);
      const value = integer(policy, 'value') ?? 0;
      const size = text(policy, 'type') === 'Pods' ? before + sign * value : before * (1 + (sign * value) / 100);
      return sign > 0 ? Math.ceil(size) : Math.trunc(size);
    });
    const farthest = spec['selectPolicy'] !== 'Min';
    return farthest === sign > 0 ? Math.max(...sizes) : Math.min(...sizes);
  };
  return { least: Math.min(current, limit('scaleDown')), most: Math.max(current, limit('scaleUp')) };
}
