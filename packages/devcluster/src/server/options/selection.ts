import type { KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../../schema/contract.ts';
import { type FieldSelector, matchesFields, parseFieldSelector, requiredValue } from '../../selectors/field-selector.ts';
import { type LabelSelector, matchesLabels, parseLabelSelector } from '../../selectors/label-selector.ts';
import type { Cell } from '../../storage/cell.ts';

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
  /** What the text of every object that is selected contains. */
  readonly pieces: readonly string[];
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
    pieces: labels.flatMap(piecesOf),
  };
}

/** A label that must be there is in the text, and so is its value when only one will do. */
function piecesOf({ key, operator, values }: LabelSelector[number]): string[] {
  if (operator === '!' || operator === 'notin') return [];
  const [only, ...others] = values;
  return [`${JSON.stringify(key)}:${operator === 'in' && only !== undefined && others.length === 0 ? JSON.stringify(only) : ''}`];
}

/** False when a stored object is not selected; true when it has to be looked at. */
export function maySelect(selection: Selection, cell: Cell): boolean {
  return selection.pieces.every((piece) => cell.mayContain(piece));
}

export function selects(selection: Selection, object: KubeObject): boolean {
  if (selection.everything) return true;
  return matchesLabels(selection.labels, object.metadata.labels) && matchesFields(selection.fields, object);
}
