import type { Clock } from '../types/clock.ts';

export interface Deadline {
  readonly signal: AbortSignal;
  /** Ends the deadline early; its signal will not abort any more. Always call it, or `clearTimer`. */
  clear(): void;
  /** Ends the deadline early; its signal still follows the parent (for a body that streams on). */
  clearTimer(): void;
}

/** A signal that aborts with `reason()` after `ms` milliseconds, or with the parent's reason when the parent aborts. */
export function deadline(clock: Clock, ms: number, reason: () => Error, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  if (parent?.aborted) {
    controller.abort(parent.reason);
    return { signal: controller.signal, clear: () => undefined, clearTimer: () => undefined };
  }
  const onAbort = (): void => controller.abort(parent?.reason);
  const timer = clock.after(ms, () => controller.abort(reason()));
  parent?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    clearTimer: () => timer.cancel(),
    clear: () => {
      timer.cancel();
      parent?.removeEventListener('abort', onAbort);
    },
  };
}
