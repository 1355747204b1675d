import type { KubeObject } from '@caretaker/kube';
import type { ClusterController } from '../../controllers/contract.ts';
import { act, actOrThrow, messageOf } from '../machinery/action.ts';
import { claim } from '../machinery/claim.ts';
import type { PassContext } from '../machinery/keyed-controller.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { POD, REPLICA_SET } from '../machinery/kinds.ts';
import { LabelIndex } from '../machinery/label-index.ts';
import { controllerKey, controllerOf, isDeleting, keyOf, labelsOf, namespaceOf, refOfKey, uidOf } from '../machinery/objects.ts';
import { fields, strings } from '../machinery/read.ts';
import { labelSelector } from '../machinery/selector.ts';
import { decideReplicas, decideStatus } from './decide.ts';

/** Keeps as many pods of a ReplicaSet as it wants. */
export function replicaSetController(): ClusterController {
  const orphans = new LabelIndex();
  const sets = new LabelIndex();

  /** ReplicaSets that might adopt this pod: those whose template carries the same labels. */
  const adopters = (pod: KubeObject): string[] =>
    sets
      .select(namespaceOf(pod), {}, () => true)
      .filter((set) => labelSelector(fields(set, 'spec', 'selector'))(labelsOf(pod)))
      .map(keyOf);

  return new KeyedController({
    name: 'replicaset',
    component: 'replicaset-controller',
    watches: [
      {
        kind: REPLICA_SET,
        keys: (event) => {
          sets.handle(event);
          return event.type === 'DELETED' ? [] : [keyOf(event.object)];
        },
      },
      {
        kind: POD,
        keys: (event) => {
          const orphan = controllerOf(event.object) === undefined && event.type !== 'DELETED';
          orphans.handle(orphan ? event : { type: 'DELETED', object: event.object });
          const owners = [controllerKey(event.object, REPLICA_SET), event.previous && controllerKey(event.previous, REPLICA_SET)];
          return orphan && !isDeleting(event.object) ? [...owners, ...adopters(event.object)] : owners;
        },
      },
    ],
    reconcile: (key, context) => reconcile(key, context, orphans),
  });
}

async function reconcile(key: string, { api, events }: PassContext, orphans: LabelIndex): Promise<number | undefined> {
  const ref = refOfKey(REPLICA_SET, key);
  const replicaSet = api.peek(ref);
  if (!replicaSet) return undefined;
  const matches = labelSelector(fields(replicaSet, 'spec', 'selector'));
  const selected = orphans.select(namespaceOf(replicaSet), strings(replicaSet, 'spec', 'selector', 'matchLabels'), matches);
  const claimed = claim(replicaSet, api.ownedBy(uidOf(replicaSet), POD), selected, matches);
  if (claimed.actions.length > 0) {
    await actOrThrow(api, events, claimed.actions);
    return 0;
  }
  const failure = await act(api, events, decideReplicas(replicaSet, claimed.owned));

  const now = api.peek(ref);
  if (!now || uidOf(now) !== uidOf(replicaSet)) return undefined;
  const pods = api.ownedBy(uidOf(now), POD).filter((pod) => matches(labelsOf(pod)));
  const reason = failure?.action.do === 'delete' ? 'FailedDelete' : 'FailedCreate';
  const status = decideStatus(now, pods, failure && { reason, message: messageOf(failure.error) }, api.clock.now());
  if (status.update) await actOrThrow(api, events, [{ do: 'status', object: status.update }]);
  if (failure) throw failure.error;
  return status.availableIn;
}
