import type { KubeObject } from '@caretaker/kube';
import type { ClusterApi, ClusterController } from '../../controllers/contract.ts';
import { actOrThrow } from '../machinery/action.ts';
import { findCondition, timedCondition } from '../machinery/conditions.ts';
import type { PassContext } from '../machinery/keyed-controller.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { NODE, PERSISTENT_VOLUME_CLAIM, POD, STORAGE_CLASS } from '../machinery/kinds.ts';
import { isDeleting, keyOf, nameOf, namespaceOf, refOf, refOfKey } from '../machinery/objects.ts';
import { isFinished } from '../machinery/pods.ts';
import { fields, items, text } from '../machinery/read.ts';
import { claimNames, judgeClaims, SELECTED_NODE, selectedNode } from './claims.ts';
import { explain, place } from './decide.ts';
import { UsageBook } from './usage.ts';

/** Writes a pod's node. Throws StatusError. */
export type Bind = (pod: KubeObject, node: string) => void;

/** Assigns pods to nodes. */
export function schedulerController(bind: Bind): ClusterController {
  const book = new UsageBook();
  /** Pods that did not fit, to be tried again when something changes. */
  const waiting = new Set<string>();

  return new KeyedController({
    name: 'scheduler',
    component: 'default-scheduler',
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
          return isPending(object) ? [keyOf(object)] : [];
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
      if (!pod || !isPending(pod)) waiting.delete(key);
      else if (await schedule(pod, context, book, bind)) waiting.delete(key);
      else waiting.add(key);
      return undefined;
    },
  });
}

function isPending(pod: KubeObject): boolean {
  const scheduler = text(pod, 'spec', 'schedulerName') || 'default-scheduler';
  return text(pod, 'spec', 'nodeName') === '' && !isDeleting(pod) && !isFinished(pod) && scheduler === 'default-scheduler';
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
  if (claims.is === 'blocked') {
    const text = explain(nodes.length, new Map(), nodes.length);
    return refuse(context, pod, text.replace('available: .', `available: ${claims.reason}.`));
  }
  const placement = place(
    pod,
    nodes.map((node) => book.of(node)),
  );
  if ('unschedulable' in placement) return refuse(context, pod, placement.unschedulable);
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
  events.record({ on: pod, type: 'Normal', reason: 'Scheduled', message });
  return true;
}

async function refuse(context: PassContext, pod: KubeObject, message: string): Promise<false> {
  if (await report(context, pod, 'Unschedulable', message)) {
    context.events.record({ on: pod, type: 'Warning', reason: 'FailedScheduling', message });
  }
  return false;
}

/** Writes the condition PodScheduled; true when it changed. */
async function report({ api, events }: PassContext, pod: KubeObject, reason: string, message: string): Promise<boolean> {
  const previous = findCondition(pod, 'PodScheduled');
  if (text(previous, 'reason') === reason && text(previous, 'message') === message) return false;
  const wanted = { type: 'PodScheduled', status: 'False' as const, reason, message };
  const condition = {
    lastProbeTime: null,
    observedGeneration: pod.metadata.generation ?? 1,
    ...timedCondition(previous, wanted, api.clock.now()),
  };
  const others = items(pod, 'status', 'conditions').filter((entry) => text(entry, 'type') !== 'PodScheduled');
  const status = { ...fields(pod, 'status'), conditions: [...others, condition] };
  await actOrThrow(api, events, [{ do: 'status', object: { ...pod, status } }]);
  return true;
}

function finder(api: ClusterApi, pod: KubeObject): (name: string) => KubeObject | undefined {
  return (name) => api.peek({ ...PERSISTENT_VOLUME_CLAIM, namespace: namespaceOf(pod), name });
}

function isLate(api: ClusterApi, claim: KubeObject): boolean {
  const name = text(claim, 'spec', 'storageClassName');
  const storageClass = name === '' ? undefined : api.peek({ ...STORAGE_CLASS, name });
  return text(storageClass, 'volumeBindingMode') === 'WaitForFirstConsumer';
}
