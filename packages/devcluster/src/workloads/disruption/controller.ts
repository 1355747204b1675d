import type { KubeObject } from '@caretaker/kube';
import type { ClusterApi, ClusterController } from '../../controllers/contract.ts';
import { actOrThrow } from '../machinery/action.ts';
import { KeyedController } from '../machinery/keyed-controller.ts';
import { POD, POD_DISRUPTION_BUDGET } from '../machinery/kinds.ts';
import { LabelIndex } from '../machinery/label-index.ts';
import { controllerOf, keyOf, labelsOf, namespaceOf, refOfKey } from '../machinery/objects.ts';
import { fields, integer, items, strings, text } from '../machinery/read.ts';
import { labelSelector } from '../machinery/selector.ts';
import type { WantedEvent } from '../machinery/wanted-event.ts';
import { decideBudget, needsScale } from './decide.ts';

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
      const expected = expectedReplicas(api, selected);
      for (const event of warnings(budget, selected, expected)) events.record(event);
      const update = decideBudget(budget, selected, expected.replicas, api.clock.now());
      if (update) await actOrThrow(api, events, [{ do: 'status', object: update }]);
      return undefined;
    },
  });
}

interface Expected {
  /** Undefined when a controller has no scale. */
  replicas: number | undefined;
  /** A pod that nobody controls. */
  unmanaged: boolean;
}

function warnings(budget: KubeObject, pods: readonly KubeObject[], expected: Expected): WantedEvent[] {
  const event = (type: 'Normal' | 'Warning', reason: string, message: string): WantedEvent[] => [{ on: budget, type, reason, message }];
  if (pods.length === 0) return event('Normal', 'NoPods', 'No matching pods found');
  if (!needsScale(budget) || !expected.unmanaged) return [];
  const message =
    `Pods selected by this PodDisruptionBudget (selector: ${goSelector(fields(budget, 'spec', 'selector'))}) were found to be unmanaged. As a result, ` +
    'the status of the PDB cannot be calculated correctly, which may result in undefined behavior. ' +
    'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.';
  return event('Warning', 'UnmanagedPods', message);
}

/** A LabelSelector as Go prints it. */
function goSelector(selector: unknown): string {
  const labels = Object.entries(strings(selector, 'matchLabels')).sort(([left], [right]) => (left < right ? -1 : 1));
  const expressions = items(selector, 'matchExpressions').map(
    (one) =>
      `LabelSelectorRequirement{Key:${text(one, 'key')},Operator:${text(one, 'operator')},Values:[${items(one, 'values').join(' ')}],},`,
  );
  const pairs = labels.map(([key, value]) => `${key}: ${value},`).join('');
  return `&LabelSelector{MatchLabels:map[string]string{${pairs}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}

/** Sum of spec.replicas over the controllers of these pods (a ReplicaSet's Deployment counts in its place). Pods of nobody count for nothing. */
function expectedReplicas(api: ClusterApi, pods: readonly KubeObject[]): Expected {
  const controllers = new Map<string, number>();
  let unmanaged = false;
  for (const pod of pods) {
    let owner = controllerOf(pod);
    if (!owner) {
      unmanaged = true;
      continue;
    }
    let object = owner && api.peek({ apiVersion: owner.apiVersion, kind: owner.kind, namespace: namespaceOf(pod), name: owner.name });
    const above = object && controllerOf(object);
    if (object && above) {
      const parent = api.peek({ apiVersion: above.apiVersion, kind: above.kind, namespace: namespaceOf(pod), name: above.name });
      if (parent && integer(parent, 'spec', 'replicas') !== undefined) [owner, object] = [above, parent];
    }
    const replicas = object && integer(object, 'spec', 'replicas');
    if (replicas === undefined) return { replicas: undefined, unmanaged };
    controllers.set(owner.uid, replicas);
  }
  return { replicas: [...controllers.values()].reduce((total, replicas) => total + replicas, 0), unmanaged };
}
