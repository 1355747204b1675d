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
  return selects(set, node) && untolerated(podFor(set, '', ''), node) === undefined;
}

/** May a pod that runs there stay? A taint that only keeps new pods away does not end it. */
export function keepsPod(set: KubeObject, node: KubeObject): boolean {
  return selects(set, node) && untolerated(podFor(set, '', ''), node, ['NoExecute']) === undefined;
}

function selects(set: KubeObject, node: KubeObject): boolean {
  return selectsNode({ ...podFor(set, '', ''), spec: { ...fields(set, 'spec', 'template', 'spec') } }, node);
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
  const announce = { on: set };
  const byNode = groupByNode(pods);
  const surge = maxSurgeOf(set, nodes) > 0;
  const remove = (list: readonly KubeObject[]): Action[] => list.map((object) => ({ do: 'delete', object, announce }));
  const actions = nodes.flatMap((node): Action[] => {
    const here = byNode.get(nameOf(node)) ?? [];
    const wanted = wantsNode(set, node);
    if (!keepsPod(set, node)) return remove(here.filter((pod) => !isDeleting(pod)));
    const ended = here.filter((pod) => isFinished(pod) && !isDeleting(pod));
    const alive = here.filter((pod) => !isFinished(pod) && !isDeleting(pod));
    // While surging a node is never left without a pod that stays.
    const missing = wanted && (surge ? alive.length === 0 && ended.length === 0 : here.length === 0);
    return [
      ...ended.flatMap((pod) => [noteEnded(set, pod, node), ...remove([pod])]),
      ...(missing ? [{ do: 'create' as const, object: podFor(set, nameOf(node), hash), announce }] : []),
      ...remove(surge ? surplusOfSurge(set, alive, hash, now) : oldestFirst(alive).slice(1)),
    ];
  });
  // Pods on nodes that are gone are removed by the pod collector.
  if (actions.length > 0 || text(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return actions;
  return surge ? surgeUpdate({ set, nodes, pods, hash }, now) : rollingUpdate({ set, nodes, pods, hash }, now);
}

function noteEnded(set: KubeObject, pod: KubeObject, node: KubeObject): Action {
  const failed = phaseOf(pod) === 'Failed';
  const where = `daemon pod ${namespaceOf(set)}/${nameOf(pod)} on node ${nameOf(node)}`;
  const message = failed ? `Found failed ${where}, will try to kill it` : `Found succeeded ${where}, will try to delete it`;
  const reason = failed ? 'FailedDaemonPod' : 'SucceededDaemonPod';
  return { do: 'event', event: { on: set, type: failed ? 'Warning' : 'Normal', reason, message } };
}

function oldestFirst(pods: readonly KubeObject[]): KubeObject[] {
  return [...pods].sort((left, right) => createdAt(left) - createdAt(right));
}

function isUpdated(pod: KubeObject, hash: string): boolean {
  return labelsOf(pod)[HASH_LABEL] === hash;
}

function isAvailable(set: KubeObject, pod: KubeObject, now: number): boolean {
  return !isDeleting(pod) && availableIn(pod, integer(set, 'spec', 'minReadySeconds') ?? 0, now) === 0;
}

function wantedCount(set: KubeObject, nodes: readonly KubeObject[]): number {
  return nodes.filter((node) => wantsNode(set, node)).length;
}

function maxSurgeOf(set: KubeObject, nodes: readonly KubeObject[]): number {
  if (text(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return 0;
  return intOrPercent(at(set, 'spec', 'updateStrategy', 'rollingUpdate', 'maxSurge') ?? 0, wantedCount(set, nodes), 'up') ?? 0;
}

/** With surge a node may have two pods, an old one that is ready and its successor that is not available yet. Everything else goes. */
function surplusOfSurge(set: KubeObject, alive: readonly KubeObject[], hash: string, now: number): KubeObject[] {
  const [next, ...moreNew] = oldestFirst(alive.filter((pod) => isUpdated(pod, hash)));
  const [old, ...moreOld] = oldestFirst(alive.filter((pod) => !isUpdated(pod, hash)));
  const replaced = next && old && (!isReady(old) || isAvailable(set, next, now)) ? [old] : [];
  return [...moreNew, ...moreOld, ...replaced];
}

/** Old pods that make way, as many as may be unavailable; those that are not available anyway go first. */
function rollingUpdate({ set, nodes, pods, hash }: Observed, now: number): Action[] {
  const wanted = wantedCount(set, nodes);
  const configured = at(set, 'spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable') ?? 1;
  const maxUnavailable = Math.max(1, intOrPercent(configured, wanted, 'up') ?? 1);
  const old = pods.filter((pod) => !isDeleting(pod) && !isUpdated(pod, hash));
  const available = old.filter((pod) => isAvailable(set, pod, now));
  const down = old.filter((pod) => !available.includes(pod));
  const room = maxUnavailable - (wanted - pods.filter((pod) => isAvailable(set, pod, now)).length);
  const victims = [...down, ...available.slice(0, Math.max(0, room))];
  return victims.map((object) => ({ do: 'delete', object, announce: { on: set } }));
}

/** Successors beside old pods: at once where the old one is not available, else as many as the surge allows. */
function surgeUpdate({ set, nodes, pods, hash }: Observed, now: number): Action[] {
  const byNode = groupByNode(pods.filter((pod) => !isDeleting(pod)));
  const here = (node: KubeObject): readonly KubeObject[] => byNode.get(nameOf(node)) ?? [];
  const surging = nodes.filter((node) => here(node).length > 1).length;
  const behind = nodes.filter(
    (node) => wantsNode(set, node) && here(node).length === 1 && here(node).every((pod) => !isUpdated(pod, hash)),
  );
  const broken = behind.filter((node) => here(node).every((pod) => !isAvailable(set, pod, now)));
  const fine = behind.filter((node) => !broken.includes(node));
  const room = Math.max(0, maxSurgeOf(set, nodes) - surging);
  return [...broken, ...fine.slice(0, room)].map((node) => ({
    do: 'create',
    object: podFor(set, nameOf(node), hash),
    announce: { on: set },
  }));
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
    // While it surges a node counts by its newest pod's revision and by whichever pod is ready.
    const here = byNode.get(nameOf(node)) ?? [];
    const pod = here.find((one) => isReady(one)) ?? here[0];
    if (!wantsNode(set, node)) {
      if (pod) counts.misscheduled += 1;
      continue;
    }
    counts.desired += 1;
    if (!pod) continue;
    counts.current += 1;
    if (here.some((one) => isUpdated(one, hash))) counts.updated += 1;
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
