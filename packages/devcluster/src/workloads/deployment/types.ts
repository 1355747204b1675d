import type { KubeObject } from '@caretaker/kube';
import { intOrPercent } from '../machinery/int-or-percent.ts';
import { at, flag, integer, text } from '../machinery/read.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
export const TEMPLATE_HASH = 'pod-template-hash';

/** What a Deployment asks for, with percentages resolved. */
export interface RolloutPolicy {
  replicas: number;
  recreate: boolean;
  paused: boolean;
  maxSurge: number;
  maxUnavailable: number;
  minReadySeconds: number;
  progressDeadlineSeconds: number | undefined;
  revisionHistoryLimit: number;
}

/** progressDeadlineSeconds that stands for "no deadline". */
const NO_DEADLINE = 2_147_483_647;

export function policyOf(deployment: KubeObject): RolloutPolicy {
  const replicas = integer(deployment, 'spec', 'replicas') ?? 1;
  const recreate = text(deployment, 'spec', 'strategy', 'type') === 'Recreate';
  const rolling = at(deployment, 'spec', 'strategy', 'rollingUpdate');
  const maxSurge = recreate ? 0 : (intOrPercent(at(rolling, 'maxSurge') ?? '25%', replicas, 'up') ?? 0);
  const maxUnavailable = recreate ? 0 : (intOrPercent(at(rolling, 'maxUnavailable') ?? '25%', replicas, 'down') ?? 0);
  const deadline = integer(deployment, 'spec', 'progressDeadlineSeconds');
  return {
    replicas,
    recreate,
    paused: flag(deployment, 'spec', 'paused'),
    maxSurge,
    // Both zero would make no progress; validation forbids it, but percentages of few replicas may round to it.
    maxUnavailable: Math.min(replicas, !recreate && maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable),
    minReadySeconds: integer(deployment, 'spec', 'minReadySeconds') ?? 0,
    progressDeadlineSeconds: deadline === NO_DEADLINE ? undefined : deadline,
    revisionHistoryLimit: integer(deployment, 'spec', 'revisionHistoryLimit') ?? 10,
  };
}

/** spec.replicas of a ReplicaSet. */
export function sizeOf(replicaSet: KubeObject): number {
  return integer(replicaSet, 'spec', 'replicas') ?? 1;
}

export function availableOf(replicaSet: KubeObject): number {
  return integer(replicaSet, 'status', 'availableReplicas') ?? 0;
}

export function podsOf(replicaSet: KubeObject): number {
  return integer(replicaSet, 'status', 'replicas') ?? 0;
}

export function sum(sets: readonly KubeObject[], count: (replicaSet: KubeObject) => number): number {
  return sets.reduce((total, set) => total + count(set), 0);
}
