import type { KubeObject } from '@caretaker/kube';
import { canonicalJson, templateHash } from '../machinery/hash.ts';
import { annotationsOf, controllerReference, createdAt, nameOf, namespaceOf } from '../machinery/objects.ts';
import { fields, integer, strings } from '../machinery/read.ts';
import type { RolloutPolicy } from './types.ts';
import { DESIRED_REPLICAS, MAX_REPLICAS, REVISION, REVISION_HISTORY, TEMPLATE_HASH } from './types.ts';

/** Annotations of a Deployment that its ReplicaSets do not copy. */
const OWN_ANNOTATIONS = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
]);

/** A template as text, without the label that the controller adds, for comparison. */
function templateText(owner: KubeObject): string {
  const template = fields(owner, 'spec', 'template');
  const { [TEMPLATE_HASH]: _hash, ...labels } = strings(template, 'metadata', 'labels');
  return canonicalJson({ ...template, metadata: { ...fields(template, 'metadata'), labels } });
}

/** The ReplicaSet with the Deployment's current template: of several the oldest. */
export function findNewReplicaSet(deployment: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  const wanted = templateText(deployment);
  return sets
    .filter((set) => templateText(set) === wanted)
    .sort((left, right) => createdAt(left) - createdAt(right) || (nameOf(left) < nameOf(right) ? -1 : 1))[0];
}

export function revisionOf(object: KubeObject): number {
  return Number.parseInt(annotationsOf(object)[REVISION] ?? '0', 10) || 0;
}

export function nextRevision(old: readonly KubeObject[]): number {
  return Math.max(0, ...old.map(revisionOf)) + 1;
}

/** Annotations that tell a ReplicaSet's own controller nothing, but kubectl and a later proportional scaling much. */
export function sizeAnnotations(policy: RolloutPolicy): Record<string, string> {
  return { [DESIRED_REPLICAS]: String(policy.replicas), [MAX_REPLICAS]: String(policy.replicas + policy.maxSurge) };
}

/** Annotations of the new ReplicaSet: those of the Deployment, the revision, its history and the sizes. */
export function newSetAnnotations(
  deployment: KubeObject,
  live: KubeObject | undefined,
  revision: number,
  policy: RolloutPolicy,
): Record<string, string> {
  const current = live ? annotationsOf(live) : {};
  const copied = Object.entries(annotationsOf(deployment)).filter(([key]) => !OWN_ANNOTATIONS.has(key));
  const result: Record<string, string> = { ...current, ...Object.fromEntries(copied), ...sizeAnnotations(policy) };
  const before = live ? revisionOf(live) : 0;
  if (before < revision) {
    result[REVISION] = String(revision);
    if (before > 0) {
      const history = current[REVISION_HISTORY];
      result[REVISION_HISTORY] = history ? `${history},${before}` : String(before);
    }
  }
  return result;
}

export function newReplicaSet(deployment: KubeObject, replicas: number, revision: number, policy: RolloutPolicy): KubeObject {
  const template = structuredClone(fields(deployment, 'spec', 'template'));
  const hash = templateHash(template, integer(deployment, 'status', 'collisionCount'));
  const selector = fields(deployment, 'spec', 'selector');
  const labels = { ...strings(template, 'metadata', 'labels'), [TEMPLATE_HASH]: hash };
  const minReadySeconds = policy.minReadySeconds > 0 ? { minReadySeconds: policy.minReadySeconds } : {};
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${nameOf(deployment)}-${hash}`,
      namespace: namespaceOf(deployment),
      labels,
      annotations: newSetAnnotations(deployment, undefined, revision, policy),
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...minReadySeconds,
      selector: { ...structuredClone(selector), matchLabels: { ...strings(selector, 'matchLabels'), [TEMPLATE_HASH]: hash } },
      template: { ...template, metadata: { ...fields(template, 'metadata'), labels } },
    },
  };
}
