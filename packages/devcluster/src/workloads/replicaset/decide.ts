import type { KubeObject } from '@caretaker/kube';
import type { Action } from '../machinery/action.ts';
import { findCondition, timedCondition } from '../machinery/conditions.ts';
import { controllerReference, isDeleting, labelsOf, nameOf, namespaceOf } from '../machinery/objects.ts';
import { availableIn, deletionOrder, isActive, isReady, podFromTemplate } from '../machinery/pods.ts';
import { fields, integer, items, sameJson, strings } from '../machinery/read.ts';

/** Pods that one pass creates or deletes at most. */
const BURST_REPLICAS = 500;

/** Pods to create or delete, so that as many are active as wanted. */
export function decideReplicas(replicaSet: KubeObject, pods: readonly KubeObject[]): Action[] {
  if (isDeleting(replicaSet)) return [];
  const active = pods.filter(isActive);
  const wanted = integer(replicaSet, 'spec', 'replicas') ?? 1;
  const missing = wanted - active.length;
  if (missing > 0) {
    return Array.from({ length: Math.min(missing, BURST_REPLICAS) }, () => ({
      do: 'create' as const,
      object: newPod(replicaSet),
      announce: { on: replicaSet },
    }));
  }
  // Most passes find as many as wanted: ranking them all for nothing would make a large set slow.
  if (missing === 0) return [];
  return deletionOrder(active)
    .slice(0, Math.min(-missing, BURST_REPLICAS))
    .map((object) => ({ do: 'delete', object, announce: { on: replicaSet } }));
}

function newPod(replicaSet: KubeObject): KubeObject {
  const pod = podFromTemplate(fields(replicaSet, 'spec', 'template'), namespaceOf(replicaSet));
  pod.metadata.generateName = `${nameOf(replicaSet)}-`;
  pod.metadata.ownerReferences = [controllerReference(replicaSet)];
  return pod;
}

export interface ReplicaFailure {
  reason: 'FailedCreate' | 'FailedDelete';
  message: string;
}

export interface StatusDecision {
  /** The ReplicaSet with its new status; undefined when nothing changes. */
  update: KubeObject | undefined;
  /** Milliseconds until a ready pod becomes available. */
  availableIn: number | undefined;
}

export function decideStatus(
  replicaSet: KubeObject,
  pods: readonly KubeObject[],
  failure: ReplicaFailure | undefined,
  now: number,
): StatusDecision {
  const minReadySeconds = integer(replicaSet, 'spec', 'minReadySeconds') ?? 0;
  const templateLabels = Object.entries(strings(replicaSet, 'spec', 'template', 'metadata', 'labels'));
  const active = pods.filter(isActive);
  const waits = active.map((pod) => availableIn(pod, minReadySeconds, now));
  const pending = waits.filter((wait) => wait !== undefined && wait > 0).map((wait) => wait ?? 0);
  const counts = {
    fullyLabeledReplicas: active.filter((pod) => templateLabels.every(([key, value]) => labelsOf(pod)[key] === value)).length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: waits.filter((wait) => wait === 0).length,
  };
  const status: Record<string, unknown> = {
    replicas: active.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    terminatingReplicas: pods.filter(isDeleting).length,
    observedGeneration: replicaSet.metadata.generation ?? 0,
  };
  const known = findCondition(replicaSet, 'ReplicaFailure');
  const conditions = [...items(replicaSet, 'status', 'conditions').filter((entry) => fields(entry)['type'] !== 'ReplicaFailure')];
  // The first message stays: later ones differ by the generated name of the pod alone, and would be a write each time.
  if (failure) conditions.push(known ?? timedCondition(undefined, { type: 'ReplicaFailure', status: 'True', ...failure }, now));
  if (conditions.length > 0) status['conditions'] = conditions;
  const update = sameJson(status, fields(replicaSet, 'status')) ? undefined : { ...replicaSet, status };
  return { update, availableIn: pending.length > 0 ? Math.min(...pending) : undefined };
}
