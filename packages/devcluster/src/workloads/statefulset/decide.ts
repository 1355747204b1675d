import type { KubeObject } from '@caretaker/kube';
import type { Action, Announcement } from '../machinery/action.ts';
import { controllerReference, isDeleting, labelsOf, nameOf, uidOf } from '../machinery/objects.ts';
import { availableIn, isFinished, isReady, phaseOf } from '../machinery/pods.ts';
import { fields, integer, sameJson, text } from '../machinery/read.ts';
import type { RevisionPlan } from '../revision/revisions.ts';
import { templateOf } from '../revision/revisions.ts';
import { firstOrdinal, newClaims, newPod, ordinalOf, podName, REVISION_LABEL } from './pods.ts';

export interface Observed {
  set: KubeObject;
  pods: readonly KubeObject[];
  revisions: RevisionPlan;
  hasClaim: (name: string) => boolean;
}

export interface Decision {
  actions: Action[];
  requeueAfterMs: number | undefined;
}

interface Rollout {
  set: KubeObject;
  ordered: boolean;
  minReadySeconds: number;
  start: number;
  end: number;
  current: KubeObject;
  update: KubeObject;
  now: number;
}

/** The next step of a StatefulSet: create, replace or remove pods in order of their numbers, one at a time unless they are managed in parallel. */
export function decidePods({ set, pods, revisions, hasClaim }: Observed, now: number): Action[] {
  if (isDeleting(set)) return [];
  const rollout = rolloutOf(set, revisions, now);
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod), pod]));
  const actions: Action[] = [];
  for (let ordinal = rollout.start; ordinal < rollout.end; ordinal += 1) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) actions.push(...createActions(rollout, ordinal, hasClaim));
    else if (isFinished(pod) && !isDeleting(pod)) actions.push(remove(rollout, pod));
    else if (isHealthy(rollout, pod)) continue;
    // An unhealthy pod holds up everything behind it.
    if (rollout.ordered) return actions;
  }
  const condemned = pods
    .filter((pod) => ordinalOf(pod) < rollout.start || ordinalOf(pod) >= rollout.end)
    .sort((left, right) => ordinalOf(right) - ordinalOf(left));
  for (const pod of condemned) {
    if (!isDeleting(pod)) actions.push(remove(rollout, pod));
    if (rollout.ordered) return actions;
  }
  if (actions.length > 0 || text(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return actions;
  return [...actions, ...updateActions(rollout, byOrdinal)];
}

function rolloutOf(set: KubeObject, revisions: RevisionPlan, now: number): Rollout {
  const start = firstOrdinal(set);
  const currentName = text(set, 'status', 'currentRevision');
  return {
    set,
    ordered: text(set, 'spec', 'podManagementPolicy') !== 'Parallel',
    minReadySeconds: integer(set, 'spec', 'minReadySeconds') ?? 0,
    start,
    end: start + (integer(set, 'spec', 'replicas') ?? 1),
    current: revisions.history.find((revision) => nameOf(revision) === currentName) ?? revisions.update,
    update: revisions.update,
    now,
  };
}

function isHealthy(rollout: Rollout, pod: KubeObject): boolean {
  return !isDeleting(pod) && phaseOf(pod) === 'Running' && availableIn(pod, rollout.minReadySeconds, rollout.now) === 0;
}

function partitionOf(set: KubeObject): number {
  return integer(set, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
}

/** A pod below the partition, or one that the rollout has not reached, comes back at the revision it had. */
function revisionFor({ set, current, update, start }: Rollout, ordinal: number): KubeObject {
  if (current === update || text(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return update;
  const partition = partitionOf(set);
  const kept = partition > 0 ? partition : (integer(set, 'status', 'currentReplicas') ?? 0);
  return ordinal < start + kept ? current : update;
}

function createActions(rollout: Rollout, ordinal: number, hasClaim: (name: string) => boolean): Action[] {
  const { set } = rollout;
  const revision = revisionFor(rollout, ordinal);
  const pod = podName(set, ordinal);
  const claims = newClaims(set, ordinal).filter((claim) => !hasClaim(nameOf(claim)));
  return [
    ...claims.map((object): Action => {
      const announce: Announcement = {
        on: set,
        success: `Create Claim ${nameOf(object)} Pod ${pod} in StatefulSet ${nameOf(set)} success`,
        failure: `create Claim ${nameOf(object)} for Pod ${pod} in StatefulSet ${nameOf(set)} failed error`,
      };
      return { do: 'create', object, announce };
    }),
    {
      do: 'create',
      object: newPod(set, ordinal, nameOf(revision), templateOf(revision)),
      announce: {
        on: set,
        success: `Create Pod ${pod} in StatefulSet ${nameOf(set)} successful`,
        failure: `create Pod ${pod} in StatefulSet ${nameOf(set)} failed error`,
      },
    },
  ];
}

function remove({ set }: Rollout, pod: KubeObject): Action {
  return {
    do: 'delete',
    object: pod,
    announce: {
      on: set,
      success: `Delete Pod ${nameOf(pod)} in StatefulSet ${nameOf(set)} successful`,
      failure: `delete Pod ${nameOf(pod)} in StatefulSet ${nameOf(set)} failed error`,
    },
  };
}

/** One pod at a time, from the highest number down to the partition. */
function updateActions(rollout: Rollout, byOrdinal: ReadonlyMap<number, KubeObject>): Action[] {
  const { set, update, start, end } = rollout;
  for (let ordinal = end - 1; ordinal >= start + partitionOf(set); ordinal -= 1) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) return [];
    if (labelsOf(pod)[REVISION_LABEL] !== nameOf(update) && !isDeleting(pod)) return [remove(rollout, pod)];
    if (!isHealthy(rollout, pod)) return [];
  }
  return [];
}

/** Claims of the pods that are wanted belong to the StatefulSet while they are to go with it. */
export function decideClaimOwners(set: KubeObject, claimOf: (name: string) => KubeObject | undefined): Action[] {
  if (isDeleting(set)) return [];
  const dies = text(set, 'spec', 'persistentVolumeClaimRetentionPolicy', 'whenDeleted') === 'Delete';
  const start = firstOrdinal(set);
  const ordinals = Array.from({ length: integer(set, 'spec', 'replicas') ?? 1 }, (_, index) => start + index);
  return ordinals
    .flatMap((ordinal) => newClaims(set, ordinal))
    .flatMap((wanted): Action[] => {
      const claim = claimOf(nameOf(wanted));
      if (!claim || isDeleting(claim)) return [];
      const owners = claim.metadata.ownerReferences ?? [];
      if (owners.some(({ uid }) => uid === uidOf(set)) === dies) return [];
      const others = owners.filter(({ uid }) => uid !== uidOf(set));
      const { ownerReferences: _old, ...metadata } = claim.metadata;
      const next = dies ? [...others, controllerReference(set)] : others;
      return [{ do: 'update', object: { ...claim, metadata: next.length > 0 ? { ...metadata, ownerReferences: next } : metadata } }];
    });
}

/** Claims of pods that were scaled away, when the retention policy lets them go. */
export function decideClaims(set: KubeObject, pods: readonly KubeObject[], claims: readonly KubeObject[]): Action[] {
  if (text(set, 'spec', 'persistentVolumeClaimRetentionPolicy', 'whenScaled') !== 'Delete' || isDeleting(set)) return [];
  const start = firstOrdinal(set);
  const end = start + (integer(set, 'spec', 'replicas') ?? 1);
  const templates = newClaims(set, 0).map((claim) => nameOf(claim).replace(/-0$/, '-'));
  return claims
    .filter((claim) => {
      const ordinal = ordinalOf(claim);
      const ours = templates.some((prefix) => nameOf(claim) === `${prefix}${ordinal}`);
      const used = pods.some((pod) => ordinalOf(pod) === ordinal);
      return ours && !used && !isDeleting(claim) && (ordinal < start || ordinal >= end);
    })
    .map((object) => ({ do: 'delete', object }));
}

/** The status that follows from the pods; undefined when it stands there already. */
export function decideStatus(
  { set, pods, revisions }: Omit<Observed, 'hasClaim'>,
  now: number,
): { update: KubeObject | undefined; availableIn: number | undefined } {
  const minReadySeconds = integer(set, 'spec', 'minReadySeconds') ?? 0;
  const replicas = integer(set, 'spec', 'replicas') ?? 1;
  const created = pods.filter((pod) => phaseOf(pod) !== '' && !isFinished(pod));
  const update = nameOf(revisions.update);
  let current = text(set, 'status', 'currentRevision') || update;
  const at = (revision: string): number => created.filter((pod) => !isDeleting(pod) && labelsOf(pod)[REVISION_LABEL] === revision).length;
  const updatedReplicas = at(update);
  // As in the real controller a terminating pod is ready until it is not.
  const readyReplicas = created.filter(isReady).length;
  if (updatedReplicas === replicas && created.length === replicas && readyReplicas === replicas) current = update;
  const waits = created.map((pod) => availableIn(pod, minReadySeconds, now));
  const pending = waits.flatMap((wait) => (wait !== undefined && wait > 0 ? [wait] : []));
  const counts = {
    replicas: created.length,
    readyReplicas,
    currentReplicas: at(current),
    updatedReplicas,
    availableReplicas: waits.filter((wait) => wait === 0).length,
  };
  const { replicas: total, availableReplicas, ...optional } = counts;
  const status = {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: total,
    availableReplicas,
    ...Object.fromEntries(Object.entries(optional).filter(([, count]) => count > 0)),
    currentRevision: current,
    updateRevision: update,
    collisionCount: integer(set, 'status', 'collisionCount') ?? 0,
  };
  const changed = !sameJson(status, fields(set, 'status'));
  return { update: changed ? { ...set, status } : undefined, availableIn: pending.length > 0 ? Math.min(...pending) : undefined };
}
