import type { KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { type FieldSelector, matchesFields, parseFieldSelector, requiredValue } from '../selectors/field-selector.ts';
import { type LabelSelector, matchesLabels, parseLabelSelector } from '../selectors/label-selector.ts';

/** Which objects of a kind a list or watch is about. */
export interface Selection {
  /** undefined: all namespaces. */
  readonly namespace: string | undefined;
  /** Only this name, when the field selector demands it. */
  readonly name: string | undefined;
  readonly labels: LabelSelector;
  readonly fields: FieldSelector;
  /** There is no selector at all. */
  readonly everything: boolean;
}

/** Throws SelectorSyntaxError or FieldSelectorError. */
export function selectionOf(type: TypeInfo, namespace: string | undefined, labelSelector: string, fieldSelector: string): Selection {
  const labels = parseLabelSelector(labelSelector);
  const fields = parseFieldSelector(fieldSelector, type);
  return {
    namespace: namespace ?? (type.namespaced ? requiredValue(fields, 'metadata.namespace') : undefined),
    name: requiredValue(fields, 'metadata.name'),
    labels,
    fields,
    everything: labels.length === 0 && fields.length === 0,
  };
}

export function selects(selection: Selection, object: KubeObject): boolean {
  if (selection.everything) return true;
  return matchesLabels(selection.labels, object.metadata.labels) && matchesFields(selection.fields, object);
}
