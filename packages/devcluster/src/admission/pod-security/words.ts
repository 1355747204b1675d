import type { PodView } from './pod-view.ts';

/** Why a pod does not fit a level. */
export interface Finding {
  readonly reason: string;
  readonly detail: string;
}

export const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`);
export const quoted = (items: readonly string[]): string => items.map((item) => `"${item}"`).join(', ');
export const sortedSet = (items: readonly string[]): string[] => [...new Set(items)].sort();

/** `container "a"`, `containers "a", "b"`. */
export const named = (word: string, names: readonly string[]): string => `${plural(word, names.length)} ${quoted(names)}`;

/** `pod and containers "a", "b"`; '' when nobody did it. */
export function setters(pod: boolean, containers: readonly string[]): string {
  return [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [named('container', containers)] : [])].join(' and ');
}

/** Names of the containers that something holds for. */
export function containersWhere({ containers }: PodView, holds: (container: PodView['containers'][number]) => boolean): string[] {
  return containers.filter(holds).map(({ name }) => name);
}
