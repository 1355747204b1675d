import type { GroupVersionKind, JsonObject, KubeObject } from '@caretaker/kube';
import { member, textOf } from '../../admission/json-members.ts';
import { apiVersionOf } from '../../schema/type-names.ts';
import { StatusError } from '../../server/answers/status-error.ts';
import { type ApiCore, tableOf, timeText } from '../../server/core.ts';
import type { ClusterApi, ClusterController } from '../contract.ts';
import { KeyedWorker } from '../keyed-worker.ts';

const KIND = { apiVersion: 'v1', kind: 'Namespace' };
/** How long a namespace is left alone while finalizers hold its contents. */
const RECHECK_MS = 500;

/** What is left in a namespace, by resource. */
interface Remaining {
  readonly resource: string;
  readonly count: number;
  readonly finalizers: readonly string[];
}

/** Empties terminating namespaces, then lets them go. */
export function namespaceController(core: ApiCore): ClusterController {
  let stop: () => void = () => {};
  return {
    name: 'namespace-controller',
    start(api) {
      const worker = new KeyedWorker(api, (name) => terminate(core, api, worker, name));
      const unwatch = api.watch(KIND, ({ type, object }) => {
        if (type !== 'DELETED' && object.metadata.deletionTimestamp !== undefined) worker.add(object.metadata.name ?? '');
      });
      // An object that goes may be the last one.
      const unlisten = core.store.onCommit((_table, event) => {
        if (event.type !== 'DELETED' || event.namespace === '') return;
        if (core.store.table('/namespaces').get('', event.namespace)?.metadata.deletionTimestamp !== undefined) worker.add(event.namespace);
      });
      stop = () => {
        unwatch();
        unlisten();
        worker.stop();
      };
    },
    stop: () => stop(),
  };
}

async function terminate(core: ApiCore, api: ClusterApi, worker: KeyedWorker, name: string): Promise<void> {
  const namespace = api.peek({ ...KIND, name });
  if (namespace === undefined || namespace.metadata.deletionTimestamp === undefined) return;
  if (specFinalizers(namespace).includes('kubernetes')) {
    const refusals = await deleteContents(core, api, name, isPods);
    // pods that stay keep everything else, and the conditions do not speak of them
    const podsRemain = remainingIn(core, name).some((each) => each.resource === PODS);
    if (podsRemain && !refusals.has(PODS) && isOverdue(core, namespace))
      refusals.set(PODS, `unexpected items still remain in namespace: ${name} for gvr: /v1, Resource=pods`);
    if (!podsRemain) for (const each of await deleteContents(core, api, name, (resource) => !isPods(resource))) refusals.set(...each);
    const remaining = remainingIn(core, name);
    const told = podsRemain ? [] : remaining.filter(({ resource }) => !refusals.has(resource));
    await reportConditions(api, name, told, [...refusals.values()]);
    if (remaining.length > 0) {
      worker.addAfter(name, RECHECK_MS);
      return;
    }
    await finalize(api, name);
  }
  await api.delete({ ...KIND, name }).catch(ignoreMissing);
}

const PODS = 'pods.';
const isPods = (resource: string): boolean => resource === PODS;

/** Nothing holds the pods, and since the namespace was deleted the longest of their grace periods has passed. */
function isOverdue(core: ApiCore, namespace: KubeObject): boolean {
  const pods = [...core.store.table('/pods').values(namespace.metadata.name ?? '')];
  if (pods.some((pod) => (pod.metadata.finalizers ?? []).length > 0)) return false;
  const running = pods.filter((pod) => !['Succeeded', 'Failed'].includes(textOf(member(pod, 'status')['phase'])));
  const grace = Math.max(0, ...running.map((pod) => Number(member(pod, 'spec')['terminationGracePeriodSeconds'] ?? 0)));
  return core.clock.now() - Date.parse(namespace.metadata.deletionTimestamp ?? '') >= grace * 1000;
}

/** Deletes what is not being deleted yet, of some resources. Returns what was refused: messages by resource. */
async function deleteContents(
  core: ApiCore,
  api: ClusterApi,
  namespace: string,
  wanted: (resource: string) => boolean,
): Promise<Map<string, string>> {
  const refusals = new Map<string, string>();
  for (const { kind, resource, objects } of contentsOf(core, namespace)) {
    if (!wanted(resource)) continue;
    try {
      for (const object of objects) {
        if (object.metadata.deletionTimestamp !== undefined) continue;
        const ref = { ...kind, namespace, name: object.metadata.name ?? '' };
        await api.delete(ref, { propagationPolicy: 'Background', nameless: true }).catch(ignoreMissing);
      }
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      refusals.set(resource, error.message);
    }
  }
  return refusals;
}

/** What is in a namespace, by resource: objects that two groups show (events) are there twice. */
function* contentsOf(core: ApiCore, namespace: string): Generator<{ kind: GroupVersionKind; resource: string; objects: KubeObject[] }> {
  const seen = new Set<string>();
  for (const type of core.catalog.all()) {
    const resource = `${type.plural}.${type.group}`;
    if (!type.namespaced || type.virtual || seen.has(resource)) continue;
    seen.add(resource);
    const storage = core.catalog.storageType(core.catalog.tableKey(type));
    const objects = [...tableOf(core, type).values(namespace)];
    if (storage !== undefined && objects.length > 0)
      yield { kind: { apiVersion: apiVersionOf(storage), kind: storage.kind }, resource, objects };
  }
}

function remainingIn(core: ApiCore, namespace: string): Remaining[] {
  return [...contentsOf(core, namespace)].map(({ resource, objects }) => ({
    resource,
    count: objects.length,
    finalizers: objects.flatMap((object) => object.metadata.finalizers ?? []),
  }));
}

function specFinalizers(namespace: KubeObject): string[] {
  const spec = namespace['spec'];
  if (spec === null || typeof spec !== 'object' || !('finalizers' in spec) || !Array.isArray(spec.finalizers)) return [];
  return spec.finalizers.map(String);
}

async function finalize(api: ClusterApi, name: string): Promise<void> {
  const namespace = api.peek({ ...KIND, name });
  if (namespace === undefined) return;
  const finalizers = specFinalizers(namespace).filter((finalizer) => finalizer !== 'kubernetes');
  await api.update({ ...structuredClone(namespace), spec: { finalizers } }, { subresource: 'finalize' }).catch(ignoreMissing);
}

/** The five conditions that tell what a namespace waits for. */
export function deletionConditions(remaining: readonly Remaining[], refusals: readonly string[], now: string): JsonObject[] {
  const condition = (type: string, failing: boolean, reason: string, message: string): JsonObject => ({
    type,
    status: failing ? 'True' : 'False',
    lastTransitionTime: now,
    reason,
    message,
  });
  const resources = remaining.map(({ resource, count }) => `${resource} has ${count} resource instances`);
  const finalizers = new Map<string, number>();
  for (const each of remaining) for (const finalizer of each.finalizers) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
  const held = [...finalizers].sort().map(([finalizer, count]) => `${finalizer} in ${count} resource instances`);
  const failed = `Failed to delete all resource types, ${refusals.length} remaining: ${[...refusals].sort().join(', ')}`;
  return [
    condition('NamespaceDeletionDiscoveryFailure', false, 'ResourcesDiscovered', 'All resources successfully discovered'),
    condition('NamespaceDeletionGroupVersionParsingFailure', false, 'ParsedGroupVersions', 'All legacy kube types successfully parsed'),
    refusals.length > 0
      ? condition('NamespaceDeletionContentFailure', true, 'ContentDeletionFailed', failed)
      : condition(
          'NamespaceDeletionContentFailure',
          false,
          'ContentDeleted',
          'All content successfully deleted, may be waiting on finalization',
        ),
    remaining.length > 0
      ? condition('NamespaceContentRemaining', true, 'SomeResourcesRemain', `Some resources are remaining: ${resources.sort().join(', ')}`)
      : condition('NamespaceContentRemaining', false, 'ContentRemoved', 'All content successfully removed'),
    held.length > 0
      ? condition(
          'NamespaceFinalizersRemaining',
          true,
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${held.join(', ')}`,
        )
      : condition('NamespaceFinalizersRemaining', false, 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'),
  ];
}

async function reportConditions(
  api: ClusterApi,
  name: string,
  remaining: readonly Remaining[],
  refusals: readonly string[],
): Promise<void> {
  const namespace = api.peek({ ...KIND, name });
  if (namespace === undefined) return;
  const status = namespace['status'] !== null && typeof namespace['status'] === 'object' ? namespace['status'] : {};
  const current = 'conditions' in status && Array.isArray(status.conditions) ? (status.conditions as JsonObject[]) : [];
  const wanted = deletionConditions(remaining, refusals, timeText(api.clock.now())).map((condition) => {
    const known = current.find((each) => each['type'] === condition['type']);
    return known !== undefined && known['status'] === condition['status']
      ? { ...condition, lastTransitionTime: known['lastTransitionTime'] ?? null }
      : condition;
  });
  if (JSON.stringify(wanted.map(withoutTime)) === JSON.stringify(current.map(withoutTime))) return;
  await api
    .update({ ...structuredClone(namespace), status: { ...status, conditions: wanted } }, { subresource: 'status' })
    .catch(ignoreMissing);
}

function withoutTime(condition: JsonObject): unknown[] {
  return [condition['type'], condition['status'], condition['reason'], condition['message']];
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof StatusError && (error.reason === 'NotFound' || error.reason === 'Conflict'))) throw error;
}
