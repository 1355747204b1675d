import type { ClusterController } from '../../controllers/contract.ts';
import { actOrThrow } from '../machinery/action.ts';
import { claim } from '../machinery/claim.ts';
import type { PassContext } from '../machinery/keyed-controller.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { CONTROLLER_REVISION, DAEMON_SET, NODE, POD } from '../machinery/kinds.ts';
import { controllerKey, isDeleting, keyOf, labelsOf, refOfKey, uidOf } from '../machinery/objects.ts';
import { fields, integer, sameJson } from '../machinery/read.ts';
import { labelSelector } from '../machinery/selector.ts';
import { hashOf, planRevisions, surplusRevisions } from '../revision/revisions.ts';
import { decidePods, decideStatus, HASH_LABEL } from './decide.ts';

/** Runs DaemonSets: one pod on every node that they select. */
export function daemonSetController(): ClusterController {
  const keys = new Set<string>();
  return new KeyedController({
    name: 'daemonset',
    component: 'daemonset-controller',
    watches: [
      {
        kind: DAEMON_SET,
        keys: ({ type, object }) => {
          if (type === 'DELETED') keys.delete(keyOf(object));
          else keys.add(keyOf(object));
          return type === 'DELETED' ? [] : [keyOf(object)];
        },
      },
      { kind: POD, keys: ({ object, previous }) => [controllerKey(object, DAEMON_SET), previous && controllerKey(previous, DAEMON_SET)] },
      {
        kind: NODE,
        keys: ({ object, previous }) => {
          const same = previous && sameJson(previous['spec'], object['spec']) && sameJson(previous.metadata.labels, object.metadata.labels);
          return same ? [] : keys;
        },
      },
    ],
    reconcile,
  });
}

async function reconcile(key: string, { api, events }: PassContext): Promise<number | undefined> {
  const ref = refOfKey(DAEMON_SET, key);
  const set = api.peek(ref);
  if (!set) return undefined;
  const revisions = planRevisions(set, api.ownedBy(uidOf(set), CONTROLLER_REVISION), HASH_LABEL);
  if (!isDeleting(set)) {
    if (revisions.create) await actOrThrow(api, events, [{ do: 'create', object: revisions.update }]);
    else if (revisions.renumber !== undefined) {
      await actOrThrow(api, events, [{ do: 'update', object: { ...revisions.update, revision: revisions.renumber } }]);
    }
  }
  const matches = labelSelector(fields(set, 'spec', 'selector'));
  const hash = hashOf(revisions.update, HASH_LABEL);
  const nodes = api.list(NODE).filter((node) => !isDeleting(node));
  const { owned, actions } = claim(set, api.ownedBy(uidOf(set), POD), [], matches);
  let failure: unknown;
  try {
    await actOrThrow(api, events, [...actions, ...decidePods({ set, nodes, pods: owned, hash }, api.clock.now())]);
  } catch (error) {
    failure = error;
  }

  const live = api.peek(ref);
  if (!live || uidOf(live) !== uidOf(set)) return undefined;
  const pods = api.ownedBy(uidOf(live), POD).filter((pod) => matches(labelsOf(pod)));
  const status = decideStatus({ set: live, nodes, pods, hash }, api.clock.now());
  if (status.update) await actOrThrow(api, events, [{ do: 'status', object: status.update }]);
  if (failure !== undefined) throw failure;
  const used = new Set(pods.map((pod) => labelsOf(pod)[HASH_LABEL]));
  const limit = integer(live, 'spec', 'revisionHistoryLimit') ?? 10;
  const surplus = surplusRevisions(revisions, limit, (one) => used.has(hashOf(one, HASH_LABEL)));
  await actOrThrow(
    api,
    events,
    surplus.map((object) => ({ do: 'delete', object })),
  );
  return status.availableIn;
}
