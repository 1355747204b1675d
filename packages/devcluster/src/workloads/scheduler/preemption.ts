import type { KubeObject } from '@caretaker/kube';
import { createdAt, nameOf } from '../machinery/objects.ts';
import { instant, integer, text } from '../machinery/read.ts';
import type { NodeUsage } from './node-usage.ts';

export interface Eviction {
  node: string;
  victims: readonly KubeObject[];
}

interface Candidate extends Eviction {
  /** Victims that go against the word of a PodDisruptionBudget. */
  violations: number;
}

export function priorityOf(pod: KubeObject): number {
  return integer(pod, 'spec', 'priority') ?? 0;
}

export function mayPreempt(pod: KubeObject): boolean {
  return text(pod, 'spec', 'preemptionPolicy') !== 'Never';
}

/**
 * The node where taking away less important pods makes room, and the fewest that must go: of several nodes the one whose victims matter least.
 * `fits` tells whether the pod fits on a node when these of its pods are gone. `guarded` picks those of a list of pods, the most important first, that
 * budgets would not let go.
 */
export function findVictims(
  pod: KubeObject,
  nodes: readonly NodeUsage[],
  fits: (usage: NodeUsage, without: ReadonlySet<KubeObject>) => boolean,
  guarded: (pods: readonly KubeObject[]) => ReadonlySet<KubeObject> = () => new Set(),
): Eviction | undefined {
  const priority = priorityOf(pod);
  const candidates: Candidate[] = [];
  for (const usage of nodes) {
    const lesser = usage.pods.filter((other) => priorityOf(other) < priority);
    if (lesser.length === 0 || !fits(usage, new Set(lesser))) continue;
    const gone = new Set(lesser);
    // Those that budgets guard are spared first, then the more important, and of equals the longer running.
    const order = [...lesser].sort((left, right) => priorityOf(right) - priorityOf(left) || startOf(left) - startOf(right));
    const held = guarded(order);
    for (const other of [...order.filter((one) => held.has(one)), ...order.filter((one) => !held.has(one))]) {
      gone.delete(other);
      if (!fits(usage, gone)) gone.add(other);
    }
    const victims = order.filter((other) => gone.has(other));
    candidates.push({ node: nameOf(usage.node), victims, violations: victims.filter((other) => held.has(other)).length });
  }
  return candidates.sort((left, right) => compare(rank(left), rank(right)))[0];
}

/** Makes every priority positive, so that one victim of a negative priority is better than two. */
const LIFT = 2 ** 31;

function rank({ victims, violations }: Candidate): number[] {
  const priorities = victims.map(priorityOf);
  const highest = Math.max(...priorities);
  const sum = priorities.reduce((total, one) => total + one + LIFT, 0);
  const starts = victims.filter((one) => priorityOf(one) === highest).map(startOf);
  return [violations, highest, sum, victims.length, -Math.min(...starts)];
}

function startOf(pod: KubeObject): number {
  return instant(pod, 'status', 'startTime') ?? createdAt(pod);
}

function compare(left: readonly number[], right: readonly number[]): number {
  const place = left.findIndex((value, index) => value !== right[index]);
  return place < 0 ? 0 : (left[place] ?? 0) - (right[place] ?? 0);
}
