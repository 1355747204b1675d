import type { KubeObject } from '@caretaker/kube';
import { canonicalJson, templateHash } from '../machinery/hash.ts';
import { annotationsOf, controllerReference, createdAt, labelsOf, nameOf, namespaceOf } from '../machinery/objects.ts';
import { fields, integer, strings } from '../machinery/read.ts';

export function revisionNumber(revision: KubeObject): number {
  return integer(revision, 'revision') ?? 0;
}

/** The pod template that a ControllerRevision holds. */
export function templateOf(revision: KubeObject): Record<string, unknown> {
  const { $patch: _directive, ...template } = fields(revision, 'data', 'spec', 'template');
  return template;
}

export interface RevisionPlan {
  /** Oldest first, without the one to create. */
  history: KubeObject[];
  /** The revision of the current template, as it is or as it is to be created. */
  update: KubeObject;
  create: boolean;
  /** An old revision that becomes the newest again (a rollback). */
  renumber: number | undefined;
}

/**
 * The ControllerRevisions of a workload for its current template. `hashLabel` is the label that carries the hash: DaemonSets and StatefulSets use
 * different ones.
 */
export function planRevisions(owner: KubeObject, owned: readonly KubeObject[], hashLabel: string): RevisionPlan {
  const history = [...owned].sort((left, right) => revisionNumber(left) - revisionNumber(right) || createdAt(left) - createdAt(right));
  const template = fields(owner, 'spec', 'template');
  const text = canonicalJson(template);
  const newest = history.at(-1);
  const equal = history.filter((revision) => canonicalJson(templateOf(revision)) === text).at(-1);
  const next = (newest ? revisionNumber(newest) : 0) + 1;
  if (equal) return { history, update: equal, create: false, renumber: equal === newest ? undefined : next };
  const hash = templateHash(template, integer(owner, 'status', 'collisionCount'));
  const update: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${nameOf(owner)}-${hash}`,
      namespace: namespaceOf(owner),
      labels: { ...strings(template, 'metadata', 'labels'), [hashLabel]: hash },
      annotations: { ...annotationsOf(owner) },
      ownerReferences: [controllerReference(owner)],
    },
    data: { spec: { template: { ...structuredClone(template), $patch: 'replace' } } },
    revision: next,
  };
  return { history, update, create: true, renumber: undefined };
}

/** Old revisions beyond the history limit that no pod uses. */
export function surplusRevisions(plan: RevisionPlan, limit: number, inUse: (revision: KubeObject) => boolean): KubeObject[] {
  const idle = plan.history.filter((revision) => revision !== plan.update && !inUse(revision));
  return idle.slice(0, Math.max(0, idle.length - limit));
}

export function hashOf(revision: KubeObject, hashLabel: string): string {
  return labelsOf(revision)[hashLabel] ?? '';
}
