import type { Priority } from '../types/controller.ts';

/** From first to last. */
export const priorities: readonly Priority[] = ['user', 'change', 'drift', 'resync'];

const rank: Readonly<Record<Priority, number>> = { user: 0, change: 1, drift: 2, resync: 3 };

export function rankOf(priority: Priority): number {
  return rank[priority];
}

/** The one that goes first. */
export function sooner(a: Priority, b: Priority): Priority {
  return rank[a] <= rank[b] ? a : b;
}
