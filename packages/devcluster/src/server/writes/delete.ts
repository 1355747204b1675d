import type { KubeObject, ObjectMeta } from '@caretaker/kube';
import { withConversions } from '../../conversion/ask.ts';
import type { TypeInfo } from '../../schema/contract.ts';
import { internalGroup } from '../../schema/internal-group.ts';
import { aboutType, conflict, forbidden, notFound } from '../answers/status-reasons.ts';
import { type ApiCore, isCurrent, readAs, tableOf, timeText, toStorage } from '../core.ts';
import type { WriteRequest } from '../write-request.ts';
import { admissionRequest } from './create.ts';
import { beginTermination, DEFINITIONS } from './definition-state.ts';

/** meta/v1 DeleteOptions, checked. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagation?: 'Foreground' | 'Background' | 'Orphan';
  readonly orphanDependents?: boolean;
  /** Admission has been asked about what leads to this. */
  readonly admitted?: boolean;
}

export interface DeleteResult {
  /** The object as it was removed, or as it waits for its finalizers or its grace period. */
  readonly object: KubeObject;
  /** It is gone. */
  readonly gone: boolean;
}

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** DELETE of one object. Throws StatusError. */
export async function deleteObject(core: ApiCore, request: WriteRequest, options: DeleteOptions): Promise<DeleteResult> {
  const { type, namespace } = request;
  const name = request.name ?? '';
  const table = tableOf(core, type);
  for (;;) {
    const stored = table.get(namespace, name);
    if (stored === undefined) throw notFound(aboutType(type), name);
    const live = type.conversion === undefined ? readAs(core, type, stored) : await withConversions(core, () => readAs(core, type, stored));
    checkPreconditions(request, options, live);
    checkSystemClass(request, name);
    if (options.admitted !== true) {
      const admission = admissionRequest(request, 'DELETE', undefined, live);
      const mutating = core.admission.mutate(admission);
      if (mutating !== undefined) await mutating;
      const validating = core.admission.validate(admission);
      if (validating !== undefined) await validating;
    }
    if (!isCurrent(core, type, stored)) continue;
    return removeOrMark(core, request, options, stored, live);
  }
}

/** The two classes that every cluster has. */
function checkSystemClass({ type }: WriteRequest, name: string): void {
  if (type.group !== 'scheduling.k8s.io' || type.plural !== 'priorityclasses' || !/^system-(node|cluster)-critical$/.test(name)) return;
  throw forbidden(aboutType(type), name, 'this is a system priority class and cannot be deleted');
}

function removeOrMark(core: ApiCore, request: WriteRequest, options: DeleteOptions, stored: KubeObject, live: KubeObject): DeleteResult {
  const { type } = request;
  if (`${type.group}/${type.plural}` === DEFINITIONS && live.metadata.deletionTimestamp === undefined)
    return terminateDefinition(core, request, stored);
  const finalizers = finalizersFor(request, options, live);
  const grace = graceFor(request, options, live);
  const held = finalizers.length > 0 || grace > 0 || holdsContents(type.group, type.plural, live);
  if (!held) {
    // A graceful kind is always marked before it goes, also when it is given no time.
    const marked = type.strategy.gracefulDelete ? mark(core, request, live, finalizers, 0) : undefined;
    if (request.dryRun) return { object: marked ?? live, gone: true };
    const context = faultContext(request, live);
    core.faults.before?.(context);
    const table = tableOf(core, type);
    const last = marked === undefined ? stored : core.store.replace(table, stored, storedAs(core, type, stored, marked));
    const removed = core.store.remove(table, last);
    core.faults.after?.(context);
    return { object: leftOf(core, type, removed, marked ?? live), gone: true };
  }
  const next = mark(core, request, live, finalizers, grace);
  if (next === undefined) return { object: live, gone: false };
  if (request.dryRun) return { object: next, gone: false };
  const written = core.store.replace(tableOf(core, type), stored, storedAs(core, type, stored, next));
  return { object: leftOf(core, type, written, next), gone: false };
}

/** What is stored of an object that was marked. Nothing but metadata changes, so that no webhook has to be asked. */
function storedAs(core: ApiCore, type: TypeInfo, stored: KubeObject, marked: KubeObject): KubeObject {
  if (type.conversion === undefined) return toStorage(core, type, marked);
  return withMetadata(stored, { ...marked.metadata, ...only(stored.metadata, ['labels', 'annotations']) });
}

/** What is answered of an object that was marked or removed. */
function leftOf(core: ApiCore, type: TypeInfo, written: KubeObject, last: KubeObject): KubeObject {
  if (type.conversion === undefined) return readAs(core, type, written);
  return withMetadata(last, { ...last.metadata, ...only(written.metadata, ['resourceVersion']) });
}

const withMetadata = (object: KubeObject, metadata: ObjectMeta): KubeObject => ({ ...object, metadata });

/** These fields as they are there; undefined ones are not written. */
const only = (metadata: ObjectMeta, fields: readonly (keyof ObjectMeta)[]): ObjectMeta =>
  Object.fromEntries(fields.map((field) => [field, metadata[field]]));

/** A definition first waits for its instances to go. */
function terminateDefinition(core: ApiCore, request: WriteRequest, stored: KubeObject): DeleteResult {
  const next = beginTermination(stored, timeText(core.clock.now()));
  if (request.dryRun) return { object: next, gone: false };
  return { object: core.store.replace(tableOf(core, request.type), stored, next), gone: false };
}

function faultContext(request: WriteRequest, live: KubeObject) {
  const { type, namespace } = request;
  return { verb: 'delete' as const, group: type.group, resource: type.plural, namespace, name: request.name ?? '', object: live };
}

/** The object marked for deletion; undefined when it is marked already and nothing changes. */
function mark(
  core: ApiCore,
  request: WriteRequest,
  live: KubeObject,
  finalizers: readonly string[],
  grace: number,
): KubeObject | undefined {
  const metadata = { ...live.metadata };
  const first = metadata.deletionTimestamp === undefined;
  const isNamespace = request.type.group === '' && request.type.plural === 'namespaces';
  const sameFinalizers = finalizers.join() === (live.metadata.finalizers ?? []).join();
  if (!first && sameFinalizers && (isNamespace || grace >= (metadata.deletionGracePeriodSeconds ?? 0))) return undefined;
  if (finalizers.length > 0) metadata.finalizers = [...finalizers];
  else delete metadata.finalizers;
  if (first || grace < (metadata.deletionGracePeriodSeconds ?? 0)) {
    metadata.deletionTimestamp = timeText(core.clock.now() + grace * 1000);
    if (!isNamespace) metadata.deletionGracePeriodSeconds = grace;
  }
  const definition = request.type.group === 'apiextensions.k8s.io';
  if (first && typeof metadata.generation === 'number' && metadata.generation > 0 && !definition) metadata.generation += 1;
  const next: KubeObject = { ...live, metadata };
  if (isNamespace) next['status'] = { ...objectAt(live, 'status'), phase: 'Terminating' };
  return next;
}

/** A namespace waits for its contents, whatever its finalizers. */
function holdsContents(group: string, plural: string, live: KubeObject): boolean {
  if (group !== '' || plural !== 'namespaces') return false;
  const finalizers = objectAt(live, 'spec')['finalizers'];
  return Array.isArray(finalizers) && finalizers.length > 0;
}

/** Finalizers that carry out the propagation policy. */
function finalizersFor(request: WriteRequest, options: DeleteOptions, live: KubeObject): string[] {
  const current = live.metadata.finalizers ?? [];
  const wanted = propagationOf(request, options, current);
  const kept = current.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND);
  if (wanted === 'Orphan') return [...kept, ORPHAN];
  if (wanted === 'Foreground') return [...kept, FOREGROUND];
  return kept;
}

/** Said by the options, else by a finalizer that is there already, else by the kind. */
function propagationOf(request: WriteRequest, options: DeleteOptions, current: readonly string[]): DeleteOptions['propagation'] {
  if (!request.type.strategy.collectsDependents) return 'Background';
  if (options.propagation !== undefined) return options.propagation;
  if (options.orphanDependents !== undefined) return options.orphanDependents ? 'Orphan' : 'Background';
  if (current.includes(ORPHAN)) return 'Orphan';
  if (current.includes(FOREGROUND)) return 'Foreground';
  return request.type.strategy.defaultPropagation === 'orphan' ? 'Orphan' : 'Background';
}

/** Seconds that a pod is given. Only a scheduled, running pod gets any. */
function graceFor(request: WriteRequest, options: DeleteOptions, live: KubeObject): number {
  if (!request.type.strategy.gracefulDelete) return 0;
  const spec = objectAt(live, 'spec');
  const status = objectAt(live, 'status');
  const own = typeof spec['terminationGracePeriodSeconds'] === 'number' ? spec['terminationGracePeriodSeconds'] : 30;
  const asked = options.gracePeriodSeconds ?? own;
  if (!spec['nodeName'] || status['phase'] === 'Failed' || status['phase'] === 'Succeeded') return 0;
  // A negative period means one second, so that the node still hears of it.
  return asked < 0 ? 1 : asked;
}

function objectAt(object: KubeObject, key: string): Record<string, unknown> {
  const value = object[key];
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** Kinds that wait for what they hold, whose storage looks at preconditions first. */
const OWN_PRECONDITIONS = new Set(['/namespaces', DEFINITIONS]);

const PRECONDITIONS = [
  ['uid', 'UID'],
  ['resourceVersion', 'ResourceVersion'],
] as const;

function checkPreconditions(request: WriteRequest, options: DeleteOptions, live: KubeObject): void {
  const { type } = request;
  const about = { group: internalGroup(type.group, type.kind), plural: type.kind };
  if (OWN_PRECONDITIONS.has(`${type.group}/${type.plural}`)) {
    for (const [key, field] of PRECONDITIONS) {
      const wanted = options[key];
      const found = live.metadata[key] ?? '';
      if (wanted === undefined || wanted === found) continue;
      const words = `Precondition failed: ${field} in precondition: ${wanted}, ${field} in object meta: ${found}`;
      throw conflict(aboutType(type), request.name ?? '', words);
    }
    return;
  }
  if (options.uid !== undefined && options.uid !== live.metadata.uid) {
    throw conflict(
      about,
      request.name ?? '',
      `the UID in the precondition (${options.uid}) does not match the UID in record (${live.metadata.uid ?? ''}). The object might have been deleted and then recreated`,
    );
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== live.metadata.resourceVersion) {
    throw conflict(
      about,
      request.name ?? '',
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${live.metadata.resourceVersion ?? ''}). The object might have been modified`,
    );
  }
}
