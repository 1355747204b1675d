import type { KubeObject } from '@caretaker/kube';
import { conditionIs, findCondition } from './conditions.ts';
import { annotationsOf, createdAt, isDeleting, nameOf } from './objects.ts';
import { fields, instant, integer, items, strings, text } from './read.ts';

export function phaseOf(pod: KubeObject): string {
  return text(pod, 'status', 'phase');
}

export function isFinished(pod: KubeObject): boolean {
  const phase = phaseOf(pod);
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Neither finished nor going away: what a controller counts as a replica. */
export function isActive(pod: KubeObject): boolean {
  return !isFinished(pod) && !isDeleting(pod);
}

export function isReady(pod: KubeObject): boolean {
  return conditionIs(pod, 'Ready');
}

/** Milliseconds until a ready pod counts as available; 0 when it does; undefined when it is not ready. */
export function availableIn(pod: KubeObject, minReadySeconds: number, now: number): number | undefined {
  const ready = findCondition(pod, 'Ready');
  if (text(ready, 'status') !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  const since = instant(ready, 'lastTransitionTime') ?? now;
  return Math.max(0, since + minReadySeconds * 1000 - now);
}

export function isAvailable(pod: KubeObject, minReadySeconds: number, now: number): boolean {
  return availableIn(pod, minReadySeconds, now) === 0;
}

export function restartCount(pod: KubeObject): number {
  const counts = items(pod, 'status', 'containerStatuses').map((status) => integer(status, 'restartCount') ?? 0);
  return Math.max(0, ...counts);
}

const PHASE_RANK: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * The order in which surplus pods go (first goes first), as the real controllers rank them: not assigned, Pending, not ready, cheap by annotation,
 * on a crowded node, ready for a shorter time, more restarts, younger.
 */
export function deletionOrder(pods: readonly KubeObject[]): KubeObject[] {
  const perNode = new Map<string, number>();
  for (const pod of pods) {
    const node = text(pod, 'spec', 'nodeName');
    perNode.set(node, (perNode.get(node) ?? 0) + 1);
  }
  const rank = (pod: KubeObject): readonly number[] => [
    text(pod, 'spec', 'nodeName') === '' ? 0 : 1,
    PHASE_RANK[phaseOf(pod)] ?? 1,
    isReady(pod) ? 1 : 0,
    Number(annotationsOf(pod)['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0,
    -(perNode.get(text(pod, 'spec', 'nodeName')) ?? 0),
    -(instant(findCondition(pod, 'Ready'), 'lastTransitionTime') ?? 0),
    -restartCount(pod),
    -createdAt(pod),
  ];
  return pods
    .map((pod) => ({ pod, rank: rank(pod) }))
    .sort((left, right) => compare(left.rank, right.rank) || (nameOf(left.pod) < nameOf(right.pod) ? -1 : 1))
    .map((entry) => entry.pod);
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (const [index, value] of left.entries()) {
    const other = right[index] ?? 0;
    if (value !== other) return value - other;
  }
  return 0;
}

/** A pod from a template: labels, annotations and spec of the template, the owner's namespace. The caller adds name and owner. */
export function podFromTemplate(template: unknown, namespace: string): KubeObject {
  const annotations = strings(template, 'metadata', 'annotations');
  const finalizers = items(template, 'metadata', 'finalizers').filter((entry) => typeof entry === 'string');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      labels: strings(template, 'metadata', 'labels'),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      ...(finalizers.length > 0 ? { finalizers } : {}),
    },
    spec: structuredClone(fields(template, 'spec')),
  };
}
