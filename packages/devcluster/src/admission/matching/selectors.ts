import type { KubeObject } from '@caretaker/kube';
import { matchesLabels } from '../../selectors/label-selector.ts';
import { labelSelectorOf } from '../../selectors/label-selector-object.ts';
import type { Store } from '../../storage/store.ts';
import type { AdmissionRequest } from '../contract.ts';

/** The namespace that a request is in: the one being written, for namespaces themselves. */
export function namespaceOf(store: Store, request: AdmissionRequest): KubeObject | undefined {
  if (request.type.group === '' && request.type.plural === 'namespaces') return request.object ?? request.oldObject;
  return request.namespace === '' ? undefined : store.table('/namespaces').get('', request.namespace);
}

/** Cluster-scoped objects are never left out by a namespaceSelector. */
export function namespaceSelected(store: Store, selector: unknown, request: AdmissionRequest): boolean {
  const parsed = labelSelectorOf(selector);
  if (parsed === undefined || parsed.length === 0) return true;
  const namespace = namespaceOf(store, request);
  if (namespace === undefined) return request.namespace === '';
  return matchesLabels(parsed, namespace.metadata.labels);
}

/** Either of the two states of the object is enough. What has no metadata (the options of a connection) is never selected. */
export function objectSelected(selector: unknown, request: AdmissionRequest): boolean {
  const parsed = labelSelectorOf(selector);
  if (parsed === undefined || parsed.length === 0) return true;
  return [request.object, request.oldObject].some(
    (object) => object !== undefined && 'metadata' in object && matchesLabels(parsed, object.metadata.labels),
  );
}
