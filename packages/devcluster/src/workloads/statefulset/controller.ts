import type { KubeObject } from '@caretaker/kube';
import type { ClusterController } from '../../controllers/contract.ts';
import { actOrThrow } from '../machinery/action.ts';
import { claim } from '../machinery/claim.ts';
import type { PassContext } from '../machinery/keyed-controller.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { CONTROLLER_REVISION, PERSISTENT_VOLUME_CLAIM, POD, STATEFUL_SET } from '../machinery/kinds.ts';
import { controllerKey, isDeleting, keyOf, labelsOf, nameOf, namespaceOf, refOfKey, uidOf } from '../machinery/objects.ts';
import { fields, integer, items, text } from '../machinery/read.ts';
import { labelSelector } from '../machinery/selector.ts';
import { planRevisions, surplusRevisions } from '../revision/revisions.ts';
import { decideClaimOwners, decideClaims, decidePods, decideStatus } from './decide.ts';
import { REVISION_LABEL } from './pods.ts';

const HASH_LABEL = 'controller.kubernetes.io/hash';

/** Runs StatefulSets: numbered pods, in order, each with claims of its own. */
export function statefulSetController(): ClusterController {
  return new KeyedController({
    name: 'statefulset',
    component: 'statefulset-controller',
    watches: [
      { kind: STATEFUL_SET, keys: ({ type, object }) => (type === 'DELETED' ? [] : [keyOf(object)]) },
      {
        kind: POD,
        keys: ({ object, previous }) => [controllerKey(object, STATEFUL_SET), previous && controllerKey(previous, STATEFUL_SET)],
      },
    ],
    reconcile,
  });
}

async function reconcile(key: string, { api, events }: PassContext): Promise<number | undefined> {
  const ref = refOfKey(STATEFUL_SET, key);
  const set = api.peek(ref);
  if (!set) return undefined;
  const matches = labelSelector(fields(set, 'spec', 'selector'));
  const revisions = planRevisions(set, api.ownedBy(uidOf(set), CONTROLLER_REVISION), HASH_LABEL);
  if (!isDeleting(set)) {
    if (revisions.create) await actOrThrow(api, events, [{ do: 'create', object: revisions.update }]);
    else if (revisions.renumber !== undefined) {
      await actOrThrow(api, events, [{ do: 'update', object: { ...revisions.update, revision: revisions.renumber } }]);
    }
  }
  const { owned: pods, actions: released } = claim(set, api.ownedBy(uidOf(set), POD), [], matches);
  const claimOf = (name: string): KubeObject | undefined => api.peek({ ...PERSISTENT_VOLUME_CLAIM, namespace: namespaceOf(set), name });
  const steps = decidePods({ set, pods, revisions, hasClaim: (name) => claimOf(name) !== undefined }, api.clock.now());
  const claims =
    items(set, 'spec', 'volumeClaimTemplates').length > 0 ? api.list(PERSISTENT_VOLUME_CLAIM, { namespace: namespaceOf(set) }) : [];
  let failure: unknown;
  try {
    await actOrThrow(api, events, [...released, ...steps, ...decideClaims(set, pods, claims), ...decideClaimOwners(set, claimOf)]);
  } catch (error) {
    failure = error;
  }

  const live = api.peek(ref);
  if (!live || uidOf(live) !== uidOf(set)) return undefined;
  const after = api.ownedBy(uidOf(live), POD).filter((pod) => matches(labelsOf(pod)));
  const status = decideStatus({ set: live, pods: after, revisions }, api.clock.now());
  if (status.update) await actOrThrow(api, events, [{ do: 'status', object: status.update }]);
  if (failure !== undefined) throw failure;
  const used = new Set(after.map((pod) => labelsOf(pod)[REVISION_LABEL]));
  const current = text(status.update ?? live, 'status', 'currentRevision');
  const surplus = surplusRevisions(
    revisions,
    integer(live, 'spec', 'revisionHistoryLimit') ?? 10,
    (one) => used.has(nameOf(one)) || nameOf(one) === current,
  );
  await actOrThrow(
    api,
    events,
    surplus.map((object) => ({ do: 'delete', object })),
  );
  return status.availableIn;
}
