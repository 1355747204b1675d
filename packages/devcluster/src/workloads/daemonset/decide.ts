import type { KubeObject } from '@caretaker/kube';
import type { Action } from '../machinery/action.ts';
import { intOrPercent } from '../machinery/int-or-percent.ts';
import { controllerReference, createdAt, isDeleting, labelsOf, nameOf, namespaceOf } from '../machinery/objects.ts';
import { availableIn, isFinished, isReady, phaseOf, podFromTemplate } from '../machinery/pods.ts';
import { at, fields, integer, items, sameJson, text } from '../machinery/read.ts';
import { selectsNode, untolerated } from '../scheduler/affinity.ts';

export const HASH_LABEL = 'controller-revision-hash';
const GENERATION = 'deprecated.daemonset.template.generation';

/** Taints that pods of a DaemonSet always bear (DaemonSet documentation). */
const TOLERATIONS = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];

export interface Observed {
  set: KubeObject;
  nodes: readonly KubeObject[];
  pods: readonly KubeObject[];
  /** Hash of the current template's revision. */
  hash: string;
}

/** The node that a pod is on, or is meant for while it waits to be scheduled. */
export function targetNode(pod: KubeObject): string {
  const assigned = text(pod, 'spec', 'nodeName');
  if (assigned !== '') return assigned;
  const terms = items(pod, 'spec', 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');
  const field = items(terms[0], 'matchFields').find((one) => text(one, 'key') === 'metadata.name');
  return text(items(field, 'values'), 0);
}

/** Is a pod of this set to run on this node? */
export function wantsNode(set: KubeObject, node: KubeObject): boolean {
  const template = podFor(set, '', '');
  return (
    selectsNode({ ...template, spec: { ...fields(set, 'spec', 'template', 'spec') } }, node) && untolerated(template, node) === undefined
  );
}

function podFor(set: KubeObject, node: string, hash: string): KubeObject {
  const pod = podFromTemplate(fields(set, 'spec', 'template'), namespaceOf(set));
  const generation = Number(set.metadata.annotations?.[GENERATION] ?? set.metadata.generation ?? 1);
  pod.metadata.generateName = `${nameOf(set)}-`;
  pod.metadata.ownerReferences = [controllerReference(set)];
  pod.metadata.labels = { ...labelsOf(pod), [HASH_LABEL]: hash, 'pod-template-generation': String(generation) };
  const spec = fields(pod, 'spec');
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }];
  pod['spec'] = {
    ...spec,
    affinity: {
      ...fields(spec, 'affinity'),
      nodeAffinity: {
        ...fields(spec, 'affinity', 'nodeAffinity'),
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
      },
    },
    tolerations: [...items(spec, 'tolerations'), ...TOLERATIONS],
  };
  return pod;
}

/** Pods to create and delete: one on each wanted node, none elsewhere; then the next of a rolling update. */
export function decidePods({ set, nodes, pods, hash }: Observed, now: number): Action[] {
  if (isDeleting(set)) return [];
  const actions: Action[] = [];
  const announce = { on: set };
  const byNode = groupByNode(pods);
  for (const node of nodes) {
    const here = byNode.get(nameOf(node)) ?? [];
    byNode.delete(nameOf(node));
    if (!wantsNode(set, node)) {
      for (const object of here) if (!isDeleting(object)) actions.push({ do: 'delete', object, announce });
      continue;
    }
    const failed = here.filter((pod) => isFinished(pod) && !isDeleting(pod));
    for (const object of failed) {
      const message = `Found failed daemon pod ${namespaceOf(set)}/${nameOf(object)} on node ${nameOf(node)}, will try to kill it`;
      actions.push({ do: 'event', event: { on: set, type: 'Warning', reason: 'FailedDaemonPod', message } });
      actions.push({ do: 'delete', object, announce });
    }
    const alive = here.filter((pod) => !isFinished(pod) && !isDeleting(pod));
    if (here.length === 0) actions.push({ do: 'create', object: podFor(set, nameOf(node), hash), announce });
    const extra = [...alive].sort((left, right) => createdAt(left) - createdAt(right)).slice(1);
    for (const object of extra) actions.push({ do: 'delete', object, announce });
  }
  // Pods on nodes that are gone are removed by the pod collector.
  if (actions.length > 0 || text(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return actions;
  return rollingUpdate({ set, nodes, pods, hash }, now);
}

function rollingUpdate({ set, nodes, pods, hash }: Observed, now: number): Action[] {
  const wanted = nodes.filter((node) => wantsNode(set, node)).length;
  const configured = at(set, 'spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable') ?? 1;
  const maxUnavailable = Math.max(1, intOrPercent(configured, wanted, 'up') ?? 1);
  const minReadySeconds = integer(set, 'spec', 'minReadySeconds') ?? 0;
  const available = (pod: KubeObject): boolean => !isDeleting(pod) && availableIn(pod, minReadySeconds, now) === 0;
  const old = pods.filter((pod) => !isDeleting(pod) && labelsOf(pod)[HASH_LABEL] !== hash);
  const down = old.filter((pod) => !available(pod));
  let room = maxUnavailable - (wanted - pods.filter(available).length);
  const victims = [...down];
  for (const pod of old) {
    if (!available(pod)) continue;
    if (room <= 0) break;
    victims.push(pod);
    room -= 1;
  }
  return victims.map((object) => ({ do: 'delete', object, announce: { on: set } }));
}

function groupByNode(pods: readonly KubeObject[]): Map<string, KubeObject[]> {
  const groups = new Map<string, KubeObject[]>();
  for (const pod of pods) {
    const node = targetNode(pod);
    groups.set(node, [...(groups.get(node) ?? []), pod]);
  }
  return groups;
}

export function decideStatus(
  { set, nodes, pods, hash }: Observed,
  now: number,
): { update: KubeObject | undefined; availableIn: number | undefined } {
  const minReadySeconds = integer(set, 'spec', 'minReadySeconds') ?? 0;
  const byNode = groupByNode(pods.filter((pod) => !isDeleting(pod)));
  const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, available: 0, updated: 0 };
  const pending: number[] = [];
  for (const node of nodes) {
    const [pod] = byNode.get(nameOf(node)) ?? [];
    if (!wantsNode(set, node)) {
      if (pod) counts.misscheduled += 1;
      continue;
    }
    counts.desired += 1;
    if (!pod) continue;
    counts.current += 1;
    if (labelsOf(pod)[HASH_LABEL] === hash) counts.updated += 1;
    if (!isReady(pod) || phaseOf(pod) !== 'Running') continue;
    counts.ready += 1;
    const wait = availableIn(pod, minReadySeconds, now) ?? 0;
    if (wait === 0) counts.available += 1;
    else pending.push(wait);
  }
  const optional = {
    numberAvailable: counts.available,
    numberUnavailable: counts.desired - counts.available,
    updatedNumberScheduled: counts.updated,
  };
  const status = {
    currentNumberScheduled: counts.current,
    desiredNumberScheduled: counts.desired,
    numberMisscheduled: counts.misscheduled,
    numberReady: counts.ready,
    observedGeneration: set.metadata.generation ?? 0,
    ...Object.fromEntries(Object.entries(optional).filter(([, count]) => count > 0)),
  };
  const update = sameJson(status, fields(set, 'status')) ? undefined : { ...set, status };
  return { update, availableIn: pending.length > 0 ? Math.min(...pending) : undefined };
}
