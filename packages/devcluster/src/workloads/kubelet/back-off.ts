import type { KubeObject } from '@caretaker/kube';
import { goSeconds } from '../machinery/duration.ts';
import { nameOf, namespaceOf, uidOf } from '../machinery/objects.ts';

/** Restarts of a crashing container (pod lifecycle documentation): at once, then 10 s doubling to 5 minutes; forgotten after 10 minutes of running. */
const FIRST_MS = 10_000;
const MOST_MS = 300_000;
const FORGET_MS = 600_000;

export interface CrashBackOff {
  /** Delay of the restart after the next crash. */
  nextDelayMs: number;
}

export function crashDelay(backOff: CrashBackOff | undefined, ranForMs: number): { delayMs: number; next: CrashBackOff } {
  if (!backOff || ranForMs >= FORGET_MS) return { delayMs: 0, next: { nextDelayMs: FIRST_MS } };
  return { delayMs: backOff.nextDelayMs, next: { nextDelayMs: Math.min(backOff.nextDelayMs * 2, MOST_MS) } };
}

/** Delay before the next try to pull an image, `attempt` counted from 0. */
export function pullDelay(attempt: number): number {
  return Math.min(FIRST_MS * 2 ** attempt, MOST_MS);
}

/** How a node tells that it waits before the next restart: in the container's state, and as an event. */
export function crashWords(pod: KubeObject, container: string, delayMs: number): { state: string; event: string } {
  const subject = `${nameOf(pod)}_${namespaceOf(pod)}(${uidOf(pod)})`;
  return {
    state: `back-off ${goSeconds(delayMs)} restarting failed container=${container} pod=${subject}`,
    event: `Back-off restarting failed container ${container} in pod ${subject}`,
  };
}
