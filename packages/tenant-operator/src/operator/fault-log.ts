/** Tells a lasting fault when it changes and then at growing intervals with its count, so that logs stay readable (DESIGN §5). */
import type { Clock } from '@caretaker/kube';

interface Entry {
  text: string;
  count: number;
  interval: number;
  next: number;
}

const firstIntervalMs = 60_000;
const longestIntervalMs = 3_600_000;

export interface FaultLog {
  /** How often the fault has been met since it appeared, when it should be told now; undefined when it should not. */
  tell(key: string, text: string): number | undefined;
  /** The fault is over. True when there was one. */
  clear(key: string): boolean;
}

export function faultLog(clock: Clock): FaultLog {
  const entries = new Map<string, Entry>();
  return {
    tell(key, text) {
      const now = clock.monotonic();
      const entry = entries.get(key);
      if (!entry || entry.text !== text) {
        entries.set(key, { text, count: 1, interval: firstIntervalMs, next: now + firstIntervalMs });
        return 1;
      }
      entry.count += 1;
      if (now < entry.next) return undefined;
      entry.interval = Math.min(entry.interval * 2, longestIntervalMs);
      entry.next = now + entry.interval;
      return entry.count;
    },
    clear: (key) => entries.delete(key),
  };
}
