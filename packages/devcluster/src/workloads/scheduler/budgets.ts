import type { KubeObject } from '@caretaker/kube';
import { matchesLabels } from '../../selectors/label-selector.ts';
import { labelSelectorOf } from '../../selectors/label-selector-object.ts';
import { labelsOf, nameOf, namespaceOf } from '../machinery/objects.ts';
import { at, fields, integer } from '../machinery/read.ts';

/** Those of the pods, in their order, for which a PodDisruptionBudget allows no further disruption when all before them are disrupted. */
export function guardedBy(budgets: readonly KubeObject[], pods: readonly KubeObject[]): ReadonlySet<KubeObject> {
  const guarded = new Set<KubeObject>();
  for (const budget of budgets) {
    const wanted = labelSelectorOf(at(budget, 'spec', 'selector')) ?? [];
    // Here an empty selector selects nothing.
    if (wanted.length === 0) continue;
    const disrupted = fields(budget, 'status', 'disruptedPods');
    let allowed = integer(budget, 'status', 'disruptionsAllowed') ?? 0;
    for (const pod of pods) {
      if (namespaceOf(pod) !== namespaceOf(budget) || !matchesLabels(wanted, labelsOf(pod)) || nameOf(pod) in disrupted) continue;
      allowed -= 1;
      if (allowed < 0) guarded.add(pod);
    }
  }
  return guarded;
}
