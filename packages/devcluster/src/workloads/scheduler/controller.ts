import type { KubeObject } from '@caretaker/kube';
import type { ClusterApi, ClusterController } from '../../controllers/contract.ts';
import { actOrThrow } from '../machinery/action.ts';
import { findCondition, timedCondition } from '../machinery/conditions.ts';
import type { PassContext } from '../machinery/keyed-controller.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import {
  NAMESPACE,
  NODE,
  PERSISTENT_VOLUME,
  PERSISTENT_VOLUME_CLAIM,
  POD,
  POD_DISRUPTION_BUDGET,
  STORAGE_CLASS,
} from '../machinery/kinds.ts';
import { isDeleting, keyOf, labelsOf, nameOf, namespaceOf, refOf, refOfKey, uidOf } from '../machinery/objects.ts';
import { isFinished } from '../machinery/pods.ts';
import type { Fields } from '../machinery/read.ts';
import { at, fields, items, text } from '../machinery/read.ts';
import { claimNames, judgeClaims, SELECTED_NODE, selectedNode } from './claims.ts';
import { explainBlocked, place } from './decide.ts';
import type { Eviction } from './preemption.ts';
import { UsageBook } from './usage.ts';

const NOTHING: KubeObject = { apiVersion: '', kind: '', metadata: {} };

/** Writes a pod's node. Throws StatusError. */
export type Bind = (pod: KubeObject, node: string) => void;

/** Assigns pods to nodes. */
export function schedulerController(bind: Bind): ClusterController {
  const book = new UsageBook();
  /** Pods that did not fit, to be tried again when something changes. */
  const waiting = new Set<string>();
  /** Those of them whose place depends on where other pods are. */
  const social = new Set<string>();

  return new KeyedController({
    name: 'scheduler',
    component: 'default-scheduler',
    modernEvents: true,
    watches: [
      {
        kind: POD,
        keys: (event) => {
          book.handle(event);
          const { type, object } = event;
          if (type === 'DELETED' || isFinished(object)) {
            waiting.delete(keyOf(object));
            return waiting;
          }
          // Company may have come for pods that want some.
          const placed = text(object, 'spec', 'nodeName') !== '' && text(event.previous, 'spec', 'nodeName') === '';
          return isPending(object) ? [keyOf(object)] : placed ? social : [];
        },
      },
      { kind: NODE, keys: () => waiting },
      {
        kind: PERSISTENT_VOLUME_CLAIM,
        keys: ({ object }) => [...waiting].filter((key) => key.startsWith(`${namespaceOf(object)}/`)),
      },
    ],
    reconcile: async (key, context) => {
      const pod = context.api.peek(refOfKey(POD, key));
      social.delete(key);
      if (!pod || !isPending(pod)) waiting.delete(key);
      else if (await schedule(pod, context, book, bind)) waiting.delete(key);
      else {
        waiting.add(key);
        if (isSocial(pod)) social.add(key);
      }
      return undefined;
    },
  });
}

function isPending(pod: KubeObject): boolean {
  const scheduler = text(pod, 'spec', 'schedulerName') || 'default-scheduler';
  return text(pod, 'spec', 'nodeName') === '' && !isDeleting(pod) && !isFinished(pod) && scheduler === 'default-scheduler';
}

function isSocial(pod: KubeObject): boolean {
  return at(pod, 'spec', 'affinity', 'podAffinity') !== undefined || items(pod, 'spec', 'topologySpreadConstraints').length > 0;
}

/** True when the pod got its node. */
async function schedule(pod: KubeObject, context: PassContext, book: UsageBook, bind: Bind): Promise<boolean> {
  const { api, events } = context;
  if (items(pod, 'spec', 'schedulingGates').length > 0) {
    await report(context, pod, 'SchedulingGated', 'Scheduling is blocked due to non-empty scheduling gates');
    return false;
  }
  const nodes = api.list(NODE).filter((node) => !isDeleting(node));
  const claims =
    claimNames(pod).length === 0 ? { is: 'bound' as const } : judgeClaims(pod, finder(api, pod), (claim) => isLate(api, claim));
  if (claims.is === 'blocked') return refuse(context, pod, explainBlocked(nodes.length, claims.reason));
  const placement = place(
    pod,
    nodes.map((node) => book.of(node)),
    {
      namespaces: (name) => labelsOf(api.peek({ ...NAMESPACE, name }) ?? NOTHING),
      volumes: volumeAffinities(api, pod),
      budgets: () => api.list(POD_DISRUPTION_BUDGET),
    },
  );
  if ('unschedulable' in placement) {
    const nominated = placement.eviction ? { nominatedNodeName: placement.eviction.node } : {};
    await refuse(context, pod, placement.unschedulable, nominated);
    if (placement.eviction) await evict(context, pod, placement.eviction);
    return false;
  }
  if (claims.is === 'wait-for-node') {
    for (const claim of claims.claims) {
      if (selectedNode(claim) !== undefined) continue;
      const body = { metadata: { annotations: { [SELECTED_NODE]: placement.node } } };
      await actOrThrow(api, events, [{ do: 'patch', ref: refOf(claim), patch: { type: 'merge', body } }]);
    }
    return false;
  }
  bind(pod, placement.node);
  book.assume(pod, placement.node);
  const message = `Successfully assigned ${namespaceOf(pod)}/${nameOf(pod)} to ${placement.node}`;
  events.record({ on: pod, type: 'Normal', reason: 'Scheduled', message, action: 'Binding' });
  return true;
}

async function refuse(context: PassContext, pod: KubeObject, message: string, more: Fields = {}): Promise<false> {
  if (await report(context, pod, 'Unschedulable', message, more)) {
    context.events.record({ on: pod, type: 'Warning', reason: 'FailedScheduling', message, action: 'Scheduling' });
  }
  return false;
}

/** Makes room for a pod that matters more. */
async function evict({ api, events }: PassContext, pod: KubeObject, { node, victims }: Eviction): Promise<void> {
  for (const victim of victims) {
    if (isDeleting(victim)) continue;
    const wanted = {
      type: 'DisruptionTarget',
      status: 'True' as const,
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    };
    const live = api.peek(refOf(victim));
    if (!live) continue;
    const others = items(live, 'status', 'conditions').filter((entry) => text(entry, 'type') !== 'DisruptionTarget');
    const condition = { lastProbeTime: null, ...timedCondition(findCondition(live, 'DisruptionTarget'), wanted, api.clock.now()) };
    const status = { ...fields(live, 'status'), conditions: [...others, condition] };
    const message = `Preempted by pod ${uidOf(pod)} on node ${node}`;
    await actOrThrow(api, events, [
      { do: 'status', object: { ...live, status } },
      { do: 'delete', object: live },
      { do: 'event', event: { on: live, type: 'Normal', reason: 'Preempted', message, action: 'Preempting' } },
    ]);
  }
}

/** Node affinities of the volumes that a pod's claims are bound to. */
function volumeAffinities(api: ClusterApi, pod: KubeObject): unknown[] {
  const find = finder(api, pod);
  return claimNames(pod).flatMap((name) => {
    const claim = find(name);
    const volume = claim && api.peek({ ...PERSISTENT_VOLUME, name: text(claim, 'spec', 'volumeName') });
    const required = at(volume, 'spec', 'nodeAffinity', 'required');
    return required === undefined ? [] : [required];
  });
}

/** Writes the condition PodScheduled; true when it changed. */
async function report({ api, events }: PassContext, pod: KubeObject, reason: string, message: string, more: Fields = {}): Promise<boolean> {
  const previous = findCondition(pod, 'PodScheduled');
  const told = text(previous, 'reason') === reason && text(previous, 'message') === message;
  if (told && text(previous, 'lastTransitionTime') !== '' && Object.keys(more).every((name) => text(pod, 'status', name) === more[name]))
    return false;
  const wanted = { type: 'PodScheduled', status: 'False' as const, reason, message };
  const condition = {
    lastProbeTime: null,
    observedGeneration: pod.metadata.generation ?? 1,
    ...timedCondition(previous, wanted, api.clock.now()),
  };
  const others = items(pod, 'status', 'conditions').filter((entry) => text(entry, 'type') !== 'PodScheduled');
  const status = { ...fields(pod, 'status'), ...more, conditions: [...others, condition] };
  await actOrThrow(api, events, [{ do: 'status', object: { ...pod, status } }]);
  return !told;
}

function finder(api: ClusterApi, pod: KubeObject): (name: string) => KubeObject | undefined {
  return (name) => api.peek({ ...PERSISTENT_VOLUME_CLAIM, namespace: namespaceOf(pod), name });
}

function isLate(api: ClusterApi, claim: KubeObject): boolean {
  const name = text(claim, 'spec', 'storageClassName');
  const storageClass = name === '' ? undefined : api.peek({ ...STORAGE_CLASS, name });
  return text(storageClass, 'volumeBindingMode') === 'WaitForFirstConsumer';
}
