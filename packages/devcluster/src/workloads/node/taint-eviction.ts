import type { KubeObject } from '@caretaker/kube';
import type { ClusterController } from '../../controllers/contract.ts';
import { actOrThrow } from '../machinery/action.ts';
import { findCondition, timedCondition } from '../machinery/conditions.ts';
import type { PassContext } from '../machinery/keyed-controller.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { NODE, POD } from '../machinery/kinds.ts';
import { isDeleting, keyOf, nameOf, namespaceOf, refOfKey } from '../machinery/objects.ts';
import { isFinished } from '../machinery/pods.ts';
import { fields, integer, items, sameJson, text } from '../machinery/read.ts';
import { tolerates } from '../scheduler/affinity.ts';

/** Ends pods on nodes whose NoExecute taints they do not bear, or do not bear any longer. */
export function taintEvictionController(): ClusterController {
  /** Since when a pod has borne its node's taints for a time. */
  const since = new Map<string, number>();
  return new KeyedController({
    name: 'taint-eviction-controller',
    component: 'taint-eviction-controller',
    watches: [
      {
        kind: POD,
        keys: ({ type, object, previous }) => {
          if (type === 'DELETED') since.delete(keyOf(object));
          const moved = text(object, 'spec', 'nodeName') !== text(previous, 'spec', 'nodeName');
          return type !== 'DELETED' && (moved || !sameJson(tolerationsOf(object), tolerationsOf(previous))) ? [keyOf(object)] : [];
        },
      },
      {
        kind: NODE,
        keys: ({ type, object, previous }) =>
          type === 'DELETED' || sameJson(expelling(object), expelling(previous)) ? [] : [` ${nameOf(object)}`],
      },
    ],
    reconcile: async (key, context) => {
      if (!key.startsWith(' ')) return reconcile(key, context, since);
      for (const pod of context.api.list(POD)) if (text(pod, 'spec', 'nodeName') === key.slice(1)) context.enqueue(keyOf(pod));
      return undefined;
    },
  });
}

function tolerationsOf(pod: unknown): readonly unknown[] {
  return items(pod, 'spec', 'tolerations');
}

function expelling(node: unknown): readonly unknown[] {
  return items(node, 'spec', 'taints').filter((taint) => text(taint, 'effect') === 'NoExecute');
}

async function reconcile(key: string, { api, events }: PassContext, since: Map<string, number>): Promise<number | undefined> {
  const pod = api.peek(refOfKey(POD, key));
  if (!pod || isDeleting(pod) || isFinished(pod)) return undefined;
  const node = api.peek({ ...NODE, name: text(pod, 'spec', 'nodeName') });
  const staysMs = timeToStay(pod, expelling(node));
  const now = api.clock.now();
  if (staysMs === undefined) {
    if (since.delete(key)) {
      const message = `Cancelling deletion of Pod ${namespaceOf(pod)}/${nameOf(pod)}`;
      events.record({ on: pod, type: 'Normal', reason: 'TaintManagerEviction', message });
    }
    return undefined;
  }
  const began = since.get(key) ?? now;
  if (began + staysMs > now) {
    since.set(key, began);
    return began + staysMs - now;
  }
  since.delete(key);
  const wanted = {
    type: 'DisruptionTarget',
    status: 'True' as const,
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
  };
  const others = items(pod, 'status', 'conditions').filter((condition) => text(condition, 'type') !== 'DisruptionTarget');
  const condition = { lastProbeTime: null, ...timedCondition(findCondition(pod, 'DisruptionTarget'), wanted, now) };
  const message = `Marking for deletion Pod ${namespaceOf(pod)}/${nameOf(pod)}`;
  await actOrThrow(api, events, [
    { do: 'event', event: { on: pod, type: 'Normal', reason: 'TaintManagerEviction', message } },
    { do: 'status', object: { ...pod, status: { ...fields(pod, 'status'), conditions: [...others, condition] } } },
    { do: 'delete', object: pod },
  ]);
  return undefined;
}

/** Milliseconds that a pod may stay under these taints: 0 when it does not bear one, undefined when it bears all of them for ever. */
export function timeToStay(pod: KubeObject, taints: readonly unknown[]): number | undefined {
  const times: number[] = [];
  for (const taint of taints) {
    const bearing = tolerationsOf(pod).filter((toleration) => tolerates([toleration], taint));
    if (bearing.length === 0) return 0;
    times.push(...bearing.flatMap((toleration) => integer(toleration, 'tolerationSeconds') ?? []));
  }
  return times.length === 0 ? undefined : Math.max(0, Math.min(...times)) * 1000;
}
