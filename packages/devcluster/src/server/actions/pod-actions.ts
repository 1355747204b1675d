import type { KubeObject } from '@caretaker/kube';
import { matchesLabels } from '../../selectors/label-selector.ts';
import { labelSelectorOf } from '../../selectors/label-selector-object.ts';
import type { ResourceRequest, SubresourceHandler } from '../contract.ts';
import { type ApiCore, timeText, type WriteRequest } from '../core.ts';
import { type DeleteOptions, deleteObject } from '../delete.ts';
import { StatusError } from '../status-error.ts';
import { badRequest, conflict } from '../status-reasons.ts';

/** POST pods/<name>/eviction: a deletion that PodDisruptionBudgets may refuse with 429. */
export function evictionHandler(core: ApiCore): SubresourceHandler {
  return async (request, body, pod) => {
    const options = record(body['deleteOptions']);
    const dryRun = Array.isArray(options['dryRun']) && options['dryRun'].includes('All');
    if (isRunning(pod)) respectBudgets(core, pod);
    await deleteObject(core, evictionWrite(core, request, pod, dryRun), deleteOptions(options));
    return { status: 201, object: success() };
  };
}

/** POST pods/<name>/binding: the scheduler's word. */
export function bindingHandler(core: ApiCore): SubresourceHandler {
  return async (_request, body, pod) => {
    const target = record(body['target']);
    const node = typeof target['name'] === 'string' ? target['name'] : '';
    if (node === '') throw badRequest('target.name is required');
    const spec = record(pod['spec']);
    const name = pod.metadata.name ?? '';
    if (spec['nodeName'])
      throw conflict(
        { group: '', plural: 'pods/binding' },
        name,
        `pod ${name} is already assigned to node ${JSON.stringify(spec['nodeName'])}`,
      );
    // Written past the pod's strategy: neither generation nor managedFields change.
    core.store.replace(core.store.table('/pods'), pod, {
      ...pod,
      metadata: { ...pod.metadata },
      spec: { ...spec, nodeName: node },
      status: withScheduled(record(pod['status']), timeText(core.clock.now())),
    });
    return { status: 201, object: success() };
  };
}

function withScheduled(status: Record<string, unknown>, now: string): Record<string, unknown> {
  const conditions = Array.isArray(status['conditions'])
    ? status['conditions'].filter((each) => record(each)['type'] !== 'PodScheduled')
    : [];
  return { ...status, conditions: [...conditions, { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: now }] };
}

function evictionWrite(core: ApiCore, request: ResourceRequest, pod: KubeObject, dryRun: boolean): WriteRequest {
  const type = core.catalog.find('', 'v1', 'pods');
  if (type === undefined) throw new Error('pods are not served');
  return {
    type,
    namespace: pod.metadata.namespace ?? '',
    name: pod.metadata.name,
    subresource: '',
    user: request.user,
    fieldManager: '',
    dryRun,
    options: { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1' },
    warnings: [],
  };
}

function deleteOptions(options: Record<string, unknown>): DeleteOptions {
  const preconditions = record(options['preconditions']);
  return {
    ...(typeof options['gracePeriodSeconds'] === 'number' ? { gracePeriodSeconds: options['gracePeriodSeconds'] } : {}),
    ...(typeof preconditions['uid'] === 'string' ? { uid: preconditions['uid'] } : {}),
    ...(typeof preconditions['resourceVersion'] === 'string' ? { resourceVersion: preconditions['resourceVersion'] } : {}),
  };
}

function isRunning(pod: KubeObject): boolean {
  const phase = record(pod['status'])['phase'];
  return pod.metadata.deletionTimestamp === undefined && phase !== 'Pending' && phase !== 'Succeeded' && phase !== 'Failed';
}

/** Refuses when a budget of the pod allows no disruption now. */
function respectBudgets(core: ApiCore, pod: KubeObject): void {
  const budgets = [...core.store.table('policy/poddisruptionbudgets').values(pod.metadata.namespace ?? '')].filter((budget) => {
    const selector = labelSelectorOf(record(budget['spec'])['selector']);
    return selector !== undefined && matchesLabels(selector, pod.metadata.labels);
  });
  const [budget, second] = budgets;
  if (budget === undefined) return;
  if (second !== undefined)
    throw new StatusError(
      500,
      'InternalError',
      'Internal error occurred: This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  const status = record(budget['status']);
  if (Number(status['disruptionsAllowed'] ?? 0) > 0) return;
  const name = budget.metadata.name ?? '';
  const message = `The disruption budget ${name} needs ${Number(status['desiredHealthy'] ?? 0)} healthy pods and has ${Number(status['currentHealthy'] ?? 0)} currently`;
  throw new StatusError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message }],
  });
}

function success(): KubeObject {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } as unknown as KubeObject;
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
