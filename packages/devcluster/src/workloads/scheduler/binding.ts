import type { KubeObject } from '@caretaker/kube';
import { StatusError } from '../../server/answers/status-error.ts';
import { badRequest, plainError } from '../../server/answers/status-reasons.ts';
import type { SubresourceHandler } from '../../server/contract.ts';
import { type ApiCore, isCurrent, tableOf } from '../../server/core.ts';
import { findCondition, timedCondition } from '../machinery/conditions.ts';
import { isDeleting, nameOf } from '../machinery/objects.ts';
import { fields, items, text } from '../machinery/read.ts';

/** Gives a pod its node: the one way to set spec.nodeName of a pod that exists. As in the real server it leaves no entry in managedFields. */
export function bindPod(core: ApiCore, pod: KubeObject, node: string, given?: KubeObject['metadata']): void {
  const refuse = (message: string): never => {
    const detail = `Operation cannot be fulfilled on pods/binding "${nameOf(pod)}": ${message}`;
    throw new StatusError(409, 'Conflict', detail, { name: nameOf(pod), kind: 'pods/binding' });
  };
  const taken = text(pod, 'spec', 'nodeName');
  if (isDeleting(pod)) refuse(`pod ${nameOf(pod)} is being deleted, cannot be assigned to a host`);
  const gates = items(pod, 'spec', 'schedulingGates').length;
  if (gates > 0) refuse(`pod ${nameOf(pod)} has non-empty .spec.schedulingGates`);
  if (taken !== '') refuse(`pod ${nameOf(pod)} is already assigned to node "${taken}"`);
  const type = core.catalog.findKind('v1', 'Pod');
  if (type === undefined) throw new StatusError(404, 'NotFound', 'the server could not find the requested resource');
  const table = tableOf(core, type);
  if (!isCurrent(core, type, pod)) {
    refuse('the object has been modified; please apply your changes to the latest version and try again');
  }
  core.store.replace(table, pod, bound(pod, node, core.clock.now(), given));
}

/** POST pods/NAME/binding. */
export function podBinding(core: ApiCore): SubresourceHandler {
  return async (request, body, pod) => {
    const { uid } = body.metadata;
    if (uid && uid !== pod.metadata.uid) {
      const message = `Operation cannot be fulfilled on pods/binding "${nameOf(pod)}": uid in precondition: ${uid}, UID in object meta: ${pod.metadata.uid ?? ''}`;
      throw new StatusError(409, 'Conflict', message, { name: nameOf(pod), kind: 'pods/binding' });
    }
    checkBinding(body, pod);
    if (!request.query.getAll('dryRun').includes('All')) bindPod(core, pod, text(body, 'target', 'name'), body.metadata);
    return { status: 201, object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
  };
}

/** The binding is judged after decoding, without the usual frame of a refusal. */
function checkBinding(body: KubeObject, pod: KubeObject): void {
  const { name = '' } = body.metadata;
  if (name !== nameOf(pod)) throw badRequest('name in URL does not match name in Binding object');
  const kind = text(body, 'target', 'kind');
  const causes: string[] = [];
  if (kind !== '' && kind !== 'Node')
    causes.push(`target.kind: Unsupported value: ${JSON.stringify(kind)}: supported values: "Node", "<empty>"`);
  if (text(body, 'target', 'name') === '') causes.push('target.name: Required value');
  if (causes.length > 0) throw plainError(causes.length === 1 ? (causes[0] ?? '') : `[${causes.join(', ')}]`);
}

function bound(pod: KubeObject, node: string, now: number, given: KubeObject['metadata'] = {}): KubeObject {
  const wanted = { type: 'PodScheduled', status: 'True' as const };
  const condition = { lastProbeTime: null, ...timedCondition(findCondition(pod, 'PodScheduled'), wanted, now) };
  const others = items(pod, 'status', 'conditions').filter((entry) => text(entry, 'type') !== 'PodScheduled');
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(given.labels === undefined ? {} : { labels: { ...pod.metadata.labels, ...given.labels } }),
      ...(given.annotations === undefined ? {} : { annotations: { ...pod.metadata.annotations, ...given.annotations } }),
    },
    spec: { ...fields(pod, 'spec'), nodeName: node },
    status: { ...fields(pod, 'status'), conditions: [...others, condition] },
  };
}
