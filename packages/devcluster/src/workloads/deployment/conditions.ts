import type { KubeObject } from '@caretaker/kube';
import type { WantedCondition } from '../machinery/conditions.ts';
import { nameOf } from '../machinery/objects.ts';
import type { Fields } from '../machinery/read.ts';
import { fields, instant, items, rfc3339, text } from '../machinery/read.ts';
import type { RolloutPolicy } from './types.ts';

export interface Counts {
  replicas: number;
  updatedReplicas: number;
  readyReplicas: number;
  availableReplicas: number;
}

/** The conditions of a Deployment while a pass works on them. A condition that changes moves to the end, as in the real controller. */
export class DeploymentConditions {
  #list: Fields[];
  readonly #now: number;

  constructor(deployment: KubeObject, now: number) {
    this.#list = items(deployment, 'status', 'conditions').map((condition) => fields(condition));
    this.#now = now;
  }

  get list(): readonly Fields[] {
    return this.#list;
  }

  get(type: string): Fields | undefined {
    return this.#list.find((condition) => condition['type'] === type);
  }

  remove(type: string): void {
    this.#list = this.#list.filter((condition) => condition['type'] !== type);
  }

  /** Sets a condition. The same status and reason leave it as it is, unless `touch`: then lastUpdateTime moves (progress was made). */
  set(wanted: WantedCondition, touch = false): void {
    const current = this.get(wanted.type);
    const same = current !== undefined && current['status'] === wanted.status;
    if (same && text(current, 'reason') === wanted.reason && !touch) return;
    const now = rfc3339(this.#now);
    const next: Fields = {
      type: wanted.type,
      status: wanted.status,
      lastUpdateTime: now,
      lastTransitionTime: same ? current['lastTransitionTime'] : now,
      reason: wanted.reason ?? '',
      message: wanted.message ?? '',
    };
    this.remove(wanted.type);
    this.#list.push(next);
  }
}

export function availability(policy: RolloutPolicy, counts: Counts): WantedCondition {
  return counts.availableReplicas >= policy.replicas - policy.maxUnavailable
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

export function isComplete(deployment: KubeObject, policy: RolloutPolicy, counts: Counts): boolean {
  const { replicas } = policy;
  const observed = Number(fields(deployment, 'status')['observedGeneration'] ?? 0);
  return (
    counts.updatedReplicas === replicas &&
    counts.replicas === replicas &&
    counts.availableReplicas === replicas &&
    observed >= (deployment.metadata.generation ?? 0)
  );
}

function made(before: unknown, counts: Counts): boolean {
  const count = (member: keyof Counts): number => Number(fields(before)[member] ?? 0);
  return (
    counts.updatedReplicas > count('updatedReplicas') ||
    counts.replicas - counts.updatedReplicas < count('replicas') - count('updatedReplicas') ||
    counts.readyReplicas > count('readyReplicas') ||
    counts.availableReplicas > count('availableReplicas')
  );
}

/** Milliseconds until the progress deadline passes; undefined when no deadline runs. */
export function deadlineIn(policy: RolloutPolicy, progressing: Fields | undefined, now: number): number | undefined {
  if (policy.progressDeadlineSeconds === undefined || !progressing || policy.paused) return undefined;
  const reason = text(progressing, 'reason');
  if (reason === 'NewReplicaSetAvailable' || reason === 'ProgressDeadlineExceeded') return undefined;
  const since = instant(progressing, 'lastUpdateTime') ?? now;
  return Math.max(0, since + policy.progressDeadlineSeconds * 1000 - now);
}

/** The condition Progressing after a pass: complete, progressing or out of time. */
export function judgeProgress(
  conditions: DeploymentConditions,
  deployment: KubeObject,
  newSet: KubeObject | undefined,
  policy: RolloutPolicy,
  counts: Counts,
  now: number,
): void {
  if (policy.progressDeadlineSeconds === undefined) {
    conditions.remove('Progressing');
    return;
  }
  const current = conditions.get('Progressing');
  if (counts.replicas === counts.updatedReplicas && text(current, 'reason') === 'NewReplicaSetAvailable') return;
  const subject = newSet ? `ReplicaSet "${nameOf(newSet)}"` : `Deployment "${nameOf(deployment)}"`;
  // The pass that writes observedGeneration may complete too: what it observed is this generation.
  const observed = { ...deployment, status: { observedGeneration: deployment.metadata.generation } };
  if (isComplete(observed, policy, counts)) {
    const message = `${subject} has successfully progressed.`;
    conditions.set({ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message });
  } else if (made(deployment['status'], counts)) {
    conditions.set({ type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message: `${subject} is progressing.` }, true);
  } else if (deadlineIn(policy, current, now) === 0) {
    const message = `${subject} has timed out progressing.`;
    conditions.set({ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message });
  }
}
