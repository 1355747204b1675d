import type { KubeObject } from '@caretaker/kube';
import { findCondition, timedCondition } from '../machinery/conditions.ts';
import { intOrPercent } from '../machinery/int-or-percent.ts';
import { isDeleting } from '../machinery/objects.ts';
import { isFinished, isReady } from '../machinery/pods.ts';
import { at, fields, sameJson } from '../machinery/read.ts';

/**
 * Status of a PodDisruptionBudget; undefined when it stands there already. `expected`: replicas that the pods' controllers want, or undefined when
 * one of them has no scale (then maxUnavailable and percentages cannot be honoured).
 */
export function decideBudget(
  budget: KubeObject,
  pods: readonly KubeObject[],
  expected: number | undefined,
  now: number,
): KubeObject | undefined {
  const counted = pods.filter((pod) => !isFinished(pod));
  const currentHealthy = counted.filter((pod) => isReady(pod) && !isDeleting(pod)).length;
  const minAvailable = at(budget, 'spec', 'minAvailable');
  const maxUnavailable = at(budget, 'spec', 'maxUnavailable');
  const expectedPods = needsScale(budget) ? (expected ?? counted.length) : counted.length;
  const desiredHealthy =
    maxUnavailable === undefined
      ? (intOrPercent(minAvailable ?? 1, expectedPods, 'up') ?? 0)
      : Math.max(0, expectedPods - (intOrPercent(maxUnavailable, expectedPods, 'up') ?? 0));
  const disruptionsAllowed = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0;
  const allowed = disruptionsAllowed > 0;
  const generation = budget.metadata.generation ?? 0;
  const condition = timedCondition(
    findCondition(budget, 'DisruptionAllowed'),
    { type: 'DisruptionAllowed', status: allowed ? 'True' : 'False', reason: allowed ? 'SufficientPods' : 'InsufficientPods' },
    now,
  );
  const status = {
    ...('disruptedPods' in fields(budget, 'status') ? { disruptedPods: fields(budget, 'status')['disruptedPods'] } : {}),
    conditions: [{ ...condition, message: '', observedGeneration: generation }],
    currentHealthy,
    desiredHealthy,
    disruptionsAllowed,
    expectedPods,
    observedGeneration: generation,
  };
  return sameJson(status, fields(budget, 'status')) ? undefined : { ...budget, status };
}

/** A percentage, or a number that may be missing, is of the replicas that the pods' controllers want. */
export function needsScale(budget: KubeObject): boolean {
  return at(budget, 'spec', 'maxUnavailable') !== undefined || typeof at(budget, 'spec', 'minAvailable') === 'string';
}
