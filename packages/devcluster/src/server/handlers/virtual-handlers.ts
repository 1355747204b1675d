import type { KubeObject } from '@caretaker/kube';
import { matchesLabels, parseLabelSelector } from '../../selectors/label-selector.ts';
import { type Answer, jsonAnswer } from '../answers/answer.ts';
import { methodNotAllowed, notFound } from '../answers/status-reasons.ts';
import type { AuthorizedRequest } from '../api-request.ts';
import type { VirtualResource } from '../contract.ts';
import type { ApiCore } from '../core.ts';

/** GET of a computed resource (metrics.k8s.io): one object or a list, in plain JSON. */
export function answerVirtual(core: ApiCore, resource: VirtualResource, request: AuthorizedRequest): Answer {
  if (request.method !== 'GET') throw methodNotAllowed();
  const { name, namespace } = request.target;
  const apiVersion = `${resource.group}/${resource.version}`;
  const shown = (object: KubeObject): KubeObject => ({ ...object, kind: resource.kind, apiVersion });
  if (name !== undefined) {
    const object = resource.get(namespace, name);
    if (object === undefined) throw notFound(resource, name);
    return jsonAnswer(200, shown(object));
  }
  const labels = parseLabelSelector(request.query.get('labelSelector') ?? '');
  const items = resource.list(namespace).filter((object) => matchesLabels(labels, object.metadata.labels));
  return jsonAnswer(200, {
    kind: `${resource.kind}List`,
    apiVersion,
    metadata: { resourceVersion: String(core.store.revision) },
    items: items.map(shown),
  });
}
