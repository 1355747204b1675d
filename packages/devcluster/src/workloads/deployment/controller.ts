import type { KubeObject } from '@caretaker/kube';
import type { ClusterController } from '../../controllers/contract.ts';
import { act, actOrThrow, hasReason } from '../machinery/action.ts';
import { claim } from '../machinery/claim.ts';
import type { PassContext } from '../machinery/keyed-controller.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { DEPLOYMENT, POD, REPLICA_SET } from '../machinery/kinds.ts';
import { LabelIndex } from '../machinery/label-index.ts';
import { controllerKey, controllerOf, isDeleting, keyOf, labelsOf, namespaceOf, refOfKey, uidOf } from '../machinery/objects.ts';
import { isFinished } from '../machinery/pods.ts';
import { fields, integer, strings, text } from '../machinery/read.ts';
import { labelSelector } from '../machinery/selector.ts';
import type { Decision } from './decide.ts';
import { decide } from './decide.ts';
import { findNewReplicaSet } from './replica-sets.ts';

/** Rolls Deployments out over ReplicaSets. */
export function deploymentController(): ClusterController {
  const orphans = new LabelIndex();
  const deployments = new LabelIndex();

  const adopters = (set: KubeObject): string[] =>
    deployments
      .select(namespaceOf(set), {}, () => true)
      .filter((deployment) => labelSelector(fields(deployment, 'spec', 'selector'))(labelsOf(set)))
      .map(keyOf);

  let sets: ((key: string) => KubeObject | undefined) | undefined;

  return new KeyedController({
    name: 'deployment',
    component: 'deployment-controller',
    begin: ({ api }) => {
      sets = (key) => api.peek(refOfKey(REPLICA_SET, key));
    },
    watches: [
      {
        kind: DEPLOYMENT,
        keys: (event) => {
          deployments.handle(event);
          return event.type === 'DELETED' ? [] : [keyOf(event.object)];
        },
      },
      {
        kind: REPLICA_SET,
        keys: (event) => {
          const orphan = controllerOf(event.object) === undefined && event.type !== 'DELETED';
          orphans.handle(orphan ? event : { type: 'DELETED', object: event.object });
          const owners = [controllerKey(event.object, DEPLOYMENT), event.previous && controllerKey(event.previous, DEPLOYMENT)];
          return orphan && !isDeleting(event.object) ? [...owners, ...adopters(event.object)] : owners;
        },
      },
      {
        // A Recreate rollout waits for the last old pod, whose end may change nothing in its ReplicaSet's counts.
        kind: POD,
        keys: ({ type, object }) => {
          const setKey = type === 'DELETED' || isFinished(object) ? controllerKey(object, REPLICA_SET) : undefined;
          const set = setKey === undefined ? undefined : sets?.(setKey);
          return set ? [controllerKey(set, DEPLOYMENT)] : [];
        },
      },
    ],
    reconcile: (key, context) => reconcile(key, context, orphans),
  });
}

async function reconcile(key: string, context: PassContext, orphans: LabelIndex): Promise<number | undefined> {
  const { api, events } = context;
  const deployment = api.peek(refOfKey(DEPLOYMENT, key));
  if (!deployment) return undefined;
  const matches = labelSelector(fields(deployment, 'spec', 'selector'));
  const selected = orphans.select(namespaceOf(deployment), strings(deployment, 'spec', 'selector', 'matchLabels'), matches);
  const claimed = claim(deployment, api.ownedBy(uidOf(deployment), REPLICA_SET), selected, matches);
  if (claimed.actions.length > 0) {
    await actOrThrow(api, events, claimed.actions);
    return 0;
  }
  const recreate = text(deployment, 'spec', 'strategy', 'type') === 'Recreate';
  const oldPodsRunning = recreate && hasOldPods(context, deployment, claimed.owned);
  const decision = decide({ deployment, sets: claimed.owned, oldPodsRunning }, api.clock.now());
  await carryOut(context, deployment, decision);
  return decision.requeueAfterMs;
}

function hasOldPods({ api }: PassContext, deployment: KubeObject, sets: readonly KubeObject[]): boolean {
  const newSet = findNewReplicaSet(deployment, sets);
  return sets.some((set) => set !== newSet && api.ownedBy(uidOf(set), POD).some((pod) => !isFinished(pod)));
}

async function carryOut({ api, events }: PassContext, deployment: KubeObject, decision: Decision): Promise<void> {
  const failure = await act(api, events, decision.actions);
  if (!failure) return;
  if (failure.action.do === 'create' && hasReason(failure.error, 'AlreadyExists')) {
    // Another object has the name: hash again with a count, as the real controller does.
    const status = { ...fields(deployment, 'status'), collisionCount: (integer(deployment, 'status', 'collisionCount') ?? 0) + 1 };
    await api.update({ ...deployment, status }, { subresource: 'status' });
  }
  throw failure.error;
}
