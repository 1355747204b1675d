import type { KubeObject } from '@caretaker/kube';
import { createdAt, nameOf } from '../machinery/objects.ts';
import { instant, integer, text } from '../machinery/read.ts';
import type { NodeUsage } from './node-usage.ts';

export interface Eviction {
  node: string;
  victims: readonly KubeObject[];
}

export function priorityOf(pod: KubeObject): number {
  return integer(pod, 'spec', 'priority') ?? 0;
}

export function mayPreempt(pod: KubeObject): boolean {
  return text(pod, 'spec', 'preemptionPolicy') !== 'Never';
}

/**
 * The node where taking away less important pods makes room, and the fewest that must go: of several nodes the one whose victims matter least.
 * `fits` tells whether the pod fits on a node when these of its pods are gone.
 */
export function findVictims(
  pod: KubeObject,
  nodes: readonly NodeUsage[],
  fits: (usage: NodeUsage, without: ReadonlySet<KubeObject>) => boolean,
): Eviction | undefined {
  const priority = priorityOf(pod);
  const candidates: Eviction[] = [];
  for (const usage of nodes) {
    const lesser = usage.pods.filter((other) => priorityOf(other) < priority);
    if (lesser.length === 0 || !fits(usage, new Set(lesser))) continue;
    const gone = new Set(lesser);
    // The more important, and of equals the longer running, are spared first.
    const order = [...lesser].sort((left, right) => priorityOf(right) - priorityOf(left) || startOf(left) - startOf(right));
    for (const other of order) {
      gone.delete(other);
      if (!fits(usage, gone)) gone.add(other);
    }
    candidates.push({ node: nameOf(usage.node), victims: order.filter((other) => gone.has(other)) });
  }
  return candidates.sort((left, right) => compare(rank(left), rank(right)))[0];
}

function rank({ victims }: Eviction): number[] {
  const priorities = victims.map(priorityOf);
  return [Math.max(...priorities), priorities.reduce((total, one) => total + one, 0), victims.length, -Math.min(...victims.map(startOf))];
}

function startOf(pod: KubeObject): number {
  return instant(pod, 'status', 'startTime') ?? createdAt(pod);
}

function compare(left: readonly number[], right: readonly number[]): number {
  const place = left.findIndex((value, index) => value !== right[index]);
  return place < 0 ? 0 : (left[place] ?? 0) - (right[place] ?? 0);
}
