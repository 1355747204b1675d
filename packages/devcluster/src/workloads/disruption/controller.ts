import type { KubeObject } from '@caretaker/kube';
import type { ClusterApi, ClusterController } from '../../controllers/contract.ts';
import { actOrThrow } from '../machinery/action.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { POD, POD_DISRUPTION_BUDGET } from '../machinery/kinds.ts';
import { LabelIndex } from '../machinery/label-index.ts';
import { controllerOf, keyOf, labelsOf, namespaceOf, refOfKey } from '../machinery/objects.ts';
import { fields, integer, strings } from '../machinery/read.ts';
import { labelSelector } from '../machinery/selector.ts';
import { decideBudget } from './decide.ts';

/** Keeps the counts of PodDisruptionBudgets. */
export function disruptionController(): ClusterController {
  const pods = new LabelIndex();
  const budgets = new LabelIndex();
  const covering = (pod: KubeObject): string[] =>
    budgets
      .select(namespaceOf(pod), {}, () => true)
      .filter((budget) => labelSelector(fields(budget, 'spec', 'selector'))(labelsOf(pod)))
      .map(keyOf);

  return new KeyedController({
    name: 'disruption',
    component: 'controllermanager',
    watches: [
      {
        kind: POD_DISRUPTION_BUDGET,
        keys: (event) => {
          budgets.handle(event);
          return event.type === 'DELETED' ? [] : [keyOf(event.object)];
        },
      },
      {
        kind: POD,
        keys: (event) => {
          pods.handle(event);
          return covering(event.object);
        },
      },
    ],
    reconcile: async (key, { api, events }) => {
      const budget = api.peek(refOfKey(POD_DISRUPTION_BUDGET, key));
      if (!budget) return undefined;
      const selector = fields(budget, 'spec', 'selector');
      const selected = pods.select(namespaceOf(budget), strings(selector, 'matchLabels'), labelSelector(selector));
      const update = decideBudget(budget, selected, expectedReplicas(api, selected), api.clock.now());
      if (update) await actOrThrow(api, events, [{ do: 'status', object: update }]);
      return undefined;
    },
  });
}

/** Sum of spec.replicas over the controllers of these pods (a ReplicaSet's Deployment counts in its place). */
function expectedReplicas(api: ClusterApi, pods: readonly KubeObject[]): number | undefined {
  const controllers = new Map<string, number>();
  for (const pod of pods) {
    let owner = controllerOf(pod);
    let object = owner && api.peek({ apiVersion: owner.apiVersion, kind: owner.kind, namespace: namespaceOf(pod), name: owner.name });
    const above = object && controllerOf(object);
    if (object && above) {
      const parent = api.peek({ apiVersion: above.apiVersion, kind: above.kind, namespace: namespaceOf(pod), name: above.name });
      if (parent && integer(parent, 'spec', 'replicas') !== undefined) [owner, object] = [above, parent];
    }
    const replicas = object && integer(object, 'spec', 'replicas');
    if (!owner || replicas === undefined) return undefined;
    controllers.set(owner.uid, replicas);
  }
  return [...controllers.values()].reduce((total, replicas) => total + replicas, 0);
}
