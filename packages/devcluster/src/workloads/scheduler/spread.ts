import type { KubeObject } from '@caretaker/kube';
import { isDeleting, labelsOf, namespaceOf } from '../machinery/objects.ts';
import { at, integer, items, text } from '../machinery/read.ts';
import { type LabelTest, labelSelector } from '../machinery/selector.ts';
import { selectsNode, untolerated } from './affinity.ts';
import { withPodLabels } from './inter-pod.ts';
import type { NodeUsage } from './node-usage.ts';

interface Constraint {
  key: string;
  maxSkew: number;
  matches: LabelTest;
  /** Pods in each place that counts. */
  places: Map<string, number>;
  /** The least that any place has; 0 while there are fewer places than wanted. */
  least: number;
}

function constraintsOf(pod: KubeObject, nodes: readonly NodeUsage[], action: 'DoNotSchedule' | 'ScheduleAnyway'): Constraint[] {
  const all = items(pod, 'spec', 'topologySpreadConstraints').filter((one) => text(one, 'whenUnsatisfiable') === action);
  const keys = all.map((one) => text(one, 'topologyKey'));
  return all.map((one) => {
    const key = text(one, 'topologyKey');
    const matches = withPodLabels(pod, one, labelSelector(at(one, 'labelSelector')));
    const places = new Map<string, number>();
    for (const { node, pods } of nodes) {
      const place = labelsOf(node)[key];
      if (place === undefined || keys.some((other) => !(other in labelsOf(node))) || !counts(pod, node, one)) continue;
      const here = pods.filter((other) => namespaceOf(other) === namespaceOf(pod) && !isDeleting(other) && matches(labelsOf(other)));
      places.set(place, (places.get(place) ?? 0) + here.length);
    }
    const enough = places.size >= (integer(one, 'minDomains') ?? 1);
    return { key, matches, places, maxSkew: integer(one, 'maxSkew') ?? 1, least: enough ? Math.min(...places.values()) : 0 };
  });
}

/** Nodes that the pod could not be on anyway do not count, by the policies of a constraint. */
function counts(pod: KubeObject, node: KubeObject, constraint: unknown): boolean {
  if (text(constraint, 'nodeAffinityPolicy') !== 'Ignore' && !selectsNode(pod, node)) return false;
  return text(constraint, 'nodeTaintsPolicy') !== 'Honor' || untolerated(pod, node) === undefined;
}

export type SpreadMisfit = { reason: string; resolvable: boolean } | undefined;

/** The pod's hard topologySpreadConstraints against all nodes: why a node does not do. Undefined when the pod has none. */
export function spreadRules(pod: KubeObject, nodes: readonly NodeUsage[]): ((usage: NodeUsage) => SpreadMisfit) | undefined {
  const constraints = constraintsOf(pod, nodes, 'DoNotSchedule');
  if (constraints.length === 0) return undefined;
  const words = "node(s) didn't match pod topology spread constraints";
  return ({ node }) => {
    for (const { key, maxSkew, matches, places, least } of constraints) {
      const place = labelsOf(node)[key];
      if (place === undefined) return { reason: `${words} (missing required label)`, resolvable: false };
      const self = matches(labelsOf(pod)) ? 1 : 0;
      if ((places.get(place) ?? 0) + self - least > maxSkew) return { reason: words, resolvable: true };
    }
    return undefined;
  };
}

/** How crowded a node's places are by the soft constraints. */
export function spreadCrowd(pod: KubeObject, nodes: readonly NodeUsage[]): (usage: NodeUsage) => number {
  const constraints = constraintsOf(pod, nodes, 'ScheduleAnyway');
  return ({ node }) => constraints.reduce((total, { key, places }) => total + (places.get(labelsOf(node)[key] ?? '\0') ?? 0), 0);
}
