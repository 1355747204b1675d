import type { KubeObject } from '@caretaker/kube';
import type { Action } from '../machinery/action.ts';
import { findCondition } from '../machinery/conditions.ts';
import { annotationsOf, isDeleting, nameOf } from '../machinery/objects.ts';
import { fields, integer, sameJson, text } from '../machinery/read.ts';
import type { Counts } from './conditions.ts';
import { availability, DeploymentConditions, deadlineIn, isComplete, judgeProgress } from './conditions.ts';
import { findNewReplicaSet, newReplicaSet, newSetAnnotations, nextRevision, revisionOf, sizeAnnotations } from './replica-sets.ts';
import type { Resize } from './scale.ts';
import { isScalingEvent, newSetSize, scaleProportionally, shrinkOldSets, surplusHistory } from './scale.ts';
import type { RolloutPolicy } from './types.ts';
import { availableOf, podsOf, policyOf, REVISION, sizeOf, sum } from './types.ts';

export interface Observed {
  deployment: KubeObject;
  /** The ReplicaSets that belong to it. */
  sets: readonly KubeObject[];
  /** True when a pod of an old ReplicaSet still runs. Only a Recreate rollout asks. */
  oldPodsRunning: boolean;
}

export interface Decision {
  actions: Action[];
  /** Milliseconds until the progress deadline must be looked at. */
  requeueAfterMs: number | undefined;
}

interface Plan {
  create: KubeObject | undefined;
  /** ReplicaSets with other sizes or annotations. */
  updates: Map<KubeObject, { replicas: number; annotations: Readonly<Record<string, string>> }>;
  remove: KubeObject[];
}

/** One step of a rollout: what to create, resize and remove now, and the status that follows from what is observed. */
export function decide({ deployment, sets, oldPodsRunning }: Observed, now: number): Decision {
  const policy = policyOf(deployment);
  const newSet = findNewReplicaSet(deployment, sets);
  const old = sets.filter((set) => set !== newSet);
  const conditions = new DeploymentConditions(deployment, now);
  const counts = countsOf(sets, newSet);
  const plan: Plan = { create: undefined, updates: new Map(), remove: [] };
  if (!isDeleting(deployment)) {
    judgePause(conditions, deployment, policy);
    const revision = Math.max(nextRevision(old), newSet ? revisionOf(newSet) : 0);
    if (policy.paused || isScalingEvent(policy, sets)) planScaling(plan, policy, newSet, old);
    else planRollout(plan, policy, deployment, newSet, old, revision, oldPodsRunning);
    if (plan.updates.size === 0 && !plan.create && (policy.paused || isComplete(deployment, policy, counts))) {
      plan.remove = surplusHistory(policy, old, revisionOf);
    }
  }
  judge(conditions, deployment, sets, newSet, plan, policy, counts, now);
  const actions = [...sizeActions(deployment, plan), ...writes(deployment, sets, newSet, plan, conditions, counts)];
  return { actions, requeueAfterMs: deadlineIn(policy, conditions.get('Progressing'), now) };
}

function countsOf(sets: readonly KubeObject[], newSet: KubeObject | undefined): Counts {
  return {
    replicas: sum(sets, podsOf),
    updatedReplicas: newSet ? podsOf(newSet) : 0,
    readyReplicas: sum(sets, (set) => integer(set, 'status', 'readyReplicas') ?? 0),
    availableReplicas: sum(sets, availableOf),
  };
}

function judgePause(conditions: DeploymentConditions, deployment: KubeObject, policy: RolloutPolicy): void {
  if (policy.progressDeadlineSeconds === undefined) return;
  const reason = text(findCondition(deployment, 'Progressing'), 'reason');
  if (policy.paused && reason !== 'DeploymentPaused' && reason !== 'ProgressDeadlineExceeded') {
    conditions.set({ type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' });
  } else if (!policy.paused && reason === 'DeploymentPaused') {
    conditions.set({ type: 'Progressing', status: 'Unknown', reason: 'DeploymentResumed', message: 'Deployment is resumed' });
  }
}

function planScaling(plan: Plan, policy: RolloutPolicy, newSet: KubeObject | undefined, old: readonly KubeObject[]): void {
  for (const resize of scaleProportionally(policy, newSet, old)) planResize(plan, policy, resize);
}

function planResize(plan: Plan, policy: RolloutPolicy, { set, replicas }: Resize): void {
  const annotations = { ...annotationsOf(set), ...sizeAnnotations(policy) };
  if (replicas !== sizeOf(set) || !sameJson(annotations, annotationsOf(set))) plan.updates.set(set, { replicas, annotations });
}

function planRollout(
  plan: Plan,
  policy: RolloutPolicy,
  deployment: KubeObject,
  newSet: KubeObject | undefined,
  old: readonly KubeObject[],
  revision: number,
  oldPodsRunning: boolean,
): void {
  if (policy.recreate && (oldPodsRunning || sum(old, sizeOf) > 0)) {
    for (const set of old) if (sizeOf(set) > 0) planResize(plan, policy, { set, replicas: 0 });
    return;
  }
  const all = newSet ? [...old, newSet] : [...old];
  const size = newSetSize(policy, newSet, all);
  if (!newSet) {
    plan.create = newReplicaSet(deployment, size, revision, policy);
    return;
  }
  const annotations = newSetAnnotations(deployment, newSet, revision, policy);
  if (size !== sizeOf(newSet) || !sameJson(annotations, annotationsOf(newSet))) plan.updates.set(newSet, { replicas: size, annotations });
  if (size !== sizeOf(newSet)) return;
  for (const resize of shrinkOldSets(policy, newSet, old)) planResize(plan, policy, resize);
}

function judge(
  conditions: DeploymentConditions,
  deployment: KubeObject,
  sets: readonly KubeObject[],
  newSet: KubeObject | undefined,
  plan: Plan,
  policy: RolloutPolicy,
  counts: Counts,
  now: number,
): void {
  if (policy.progressDeadlineSeconds !== undefined && !isDeleting(deployment)) {
    if (plan.create) {
      const message = `Created new replica set "${nameOf(plan.create)}"`;
      conditions.set({ type: 'Progressing', status: 'True', reason: 'NewReplicaSetCreated', message });
    } else if (newSet && !conditions.get('Progressing')) {
      const message = `Found new replica set "${nameOf(newSet)}"`;
      conditions.set({ type: 'Progressing', status: 'True', reason: 'FoundNewReplicaSet', message });
    }
  }
  conditions.set(availability(policy, counts));
  if (!policy.paused) judgeProgress(conditions, deployment, newSet, policy, counts, now);
  const failure = [newSet, ...sets].map((set) => set && findCondition(set, 'ReplicaFailure')).find((condition) => condition !== undefined);
  if (failure) {
    const { reason, message } = { reason: text(failure, 'reason'), message: text(failure, 'message') };
    conditions.set({ type: 'ReplicaFailure', status: 'True', reason, message });
  } else conditions.remove('ReplicaFailure');
}

function sizeActions(deployment: KubeObject, plan: Plan): Action[] {
  const actions: Action[] = [];
  const scaled = (set: KubeObject, from: number, to: number): void => {
    if (from === to) return;
    const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${nameOf(set)} from ${from} to ${to}`;
    actions.push({ do: 'event', event: { on: deployment, type: 'Normal', reason: 'ScalingReplicaSet', message } });
  };
  if (plan.create) {
    actions.push({ do: 'create', object: plan.create });
    scaled(plan.create, 0, sizeOf(plan.create));
  }
  for (const [set, { replicas, annotations }] of plan.updates) {
    const metadata = { ...set.metadata, annotations: { ...annotations } };
    actions.push({ do: 'update', object: { ...set, metadata, spec: { ...fields(set, 'spec'), replicas } } });
    scaled(set, sizeOf(set), replicas);
  }
  for (const set of plan.remove) actions.push({ do: 'delete', object: set });
  return actions;
}

/** The Deployment's own revision annotation, and its status. */
function writes(
  deployment: KubeObject,
  sets: readonly KubeObject[],
  newSet: KubeObject | undefined,
  plan: Plan,
  conditions: DeploymentConditions,
  counts: Counts,
): Action[] {
  const current = plan.create ?? newSet;
  const planned = newSet && plan.updates.get(newSet)?.annotations;
  const revision = current && (planned ?? annotationsOf(current))[REVISION];
  const annotate = revision !== undefined && !isDeleting(deployment) && annotationsOf(deployment)[REVISION] !== revision;
  const unavailable = Math.max(0, sum(sets, sizeOf) - counts.availableReplicas);
  const collisions = integer(deployment, 'status', 'collisionCount');
  const numbers = Object.entries({ ...counts, unavailableReplicas: unavailable }).filter(([, count]) => count > 0);
  const status = {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...Object.fromEntries(numbers),
    terminatingReplicas: sum(sets, (set) => integer(set, 'status', 'terminatingReplicas') ?? 0),
    ...(collisions === undefined ? {} : { collisionCount: collisions }),
    conditions: conditions.list,
  };
  if (!annotate && sameJson(status, fields(deployment, 'status'))) return [];
  // The annotation goes with the status, for a write of the object itself would count a new generation.
  const annotations = annotate ? { ...annotationsOf(deployment), [REVISION]: revision } : deployment.metadata.annotations;
  const metadata = { ...deployment.metadata, ...(annotations ? { annotations } : {}) };
  return [{ do: 'status', object: { ...deployment, metadata, status } }];
}
