import type { KubeObject } from '@caretaker/kube';
import { withConversions } from '../../conversion/ask.ts';
import type { TypeInfo } from '../../schema/contract.ts';
import { aboutType, conflict, invalid, MODIFIED, notFound, plainError } from '../answers/status-reasons.ts';
import { type ApiCore, isCurrent, readAs, tableOf, toStorage } from '../core.ts';
import { uintFault } from '../options/list-options.ts';
import type { WriteRequest } from '../write-request.ts';
import { admissionRequest, createObject, pruneCustom, resourceKey, validate, writeContext } from './create.ts';
import { deepEqual } from './deep-equal.ts';
import { carrySystemMeta } from './object-meta.ts';
import { dropRepeatedOwners } from './owner-references.ts';
import { uidMismatch } from './storage-keys.ts';

export interface UpdatePlan {
  /**
   * The new object from the live one (in the request's version; never changed), decoded, defaulted and with managedFields. Called again when somebody else
   * wrote in between. `live` is undefined when the object is to be created.
   */
  transform(live: KubeObject | undefined): KubeObject;
  /** The object was sent whole, not as a patch. */
  readonly put?: true;
  /** managedFields are settled by `transform` (apply), also for a create. */
  readonly tracked: boolean;
  /** A name that does not exist is created. */
  readonly createIfMissing: boolean;
  /** The uid that a PUT names must be the object's. */
  readonly uid?: string;
  /** A version in the new object is checked: always but for objects whose version comes from `live` anyhow. */
  readonly unconditional: boolean;
}

export interface UpdateResult {
  readonly object: KubeObject;
  readonly created: boolean;
}

/** A patch is given up after so many races, as in the apiserver. */
const ATTEMPTS = 5;

/** PUT, PATCH and apply of an object or a subresource. Throws StatusError or RequestFault. */
export async function updateObject(core: ApiCore, request: WriteRequest, plan: UpdatePlan): Promise<UpdateResult> {
  const { type, namespace } = request;
  const name = request.name ?? '';
  const table = tableOf(core, type);
  for (let attempt = 1; ; attempt += 1) {
    const stored = table.get(namespace, name);
    if (stored === undefined) {
      if (!plan.createIfMissing) throw notFound(aboutType(type), name);
      const fresh = plan.transform(undefined);
      const { uid = '' } = fresh.metadata;
      if (uid !== '') {
        throw conflict(aboutType(type), name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
      }
      delete fresh.metadata.resourceVersion;
      return { object: await createObject(core, request, fresh, plan.tracked), created: true };
    }
    const live = type.conversion === undefined ? readAs(core, type, stored) : await withConversions(core, () => readAs(core, type, stored));
    const outcome = await attemptUpdate(core, request, plan, live);
    if (type.conversion !== undefined) await withConversions(core, () => toStorage(core, type, settled(core, type, outcome, live)));
    if (!isCurrent(core, type, stored)) {
      if (attempt < ATTEMPTS) continue;
      throw conflict(aboutType(type), name, MODIFIED);
    }
    const written = commit(core, request, stored, live, outcome);
    if (type.conversion === undefined || written === live) return { object: written, created: false };
    // what is answered went to the storage and back
    const last = written === outcome && request.dryRun ? toStorage(core, type, outcome) : written;
    return { object: last === outcome ? outcome : await withConversions(core, () => readAs(core, type, last)), created: false };
  }
}

async function attemptUpdate(core: ApiCore, request: WriteRequest, plan: UpdatePlan, live: KubeObject): Promise<KubeObject> {
  checkUid(request, plan, live);
  let next = request.type.conversion === undefined ? plan.transform(live) : await withConversions(core, () => plan.transform(live));
  if (plan.put === true) dropRepeatedOwners(next, request.warnings, false);
  const admission = admissionRequest(request, 'UPDATE', next, live);
  const mutating = core.admission.mutate(admission);
  if (mutating !== undefined) await mutating;
  next = admission.object ?? next;
  dropRepeatedOwners(next, request.warnings, true);
  checkVersion(request, plan, next, live);
  carrySystemMeta(next, live);
  core.types.prepareForUpdate(request.type, next, live, writeContext(core, request));
  for (const allocator of core.allocators) if (allocator.resource === resourceKey(request)) allocator.allocate(request, next, live);
  validate(core, request, next, live);
  admission.object = next;
  const validating = core.admission.validate(admission);
  if (validating !== undefined) await validating;
  pruneCustom(request.type, next);
  return next;
}

/** The object as it is committed, but for its version. */
function settled(core: ApiCore, type: TypeInfo, next: KubeObject, live: KubeObject): KubeObject {
  core.types.settle(type, next);
  core.managedFields.settle(live, next);
  return next;
}

/** Answers a stored object where a webhook converts, for it has to be asked before it is read; else the object as the type. */
function commit(core: ApiCore, request: WriteRequest, stored: KubeObject, live: KubeObject, next: KubeObject): KubeObject {
  const { type } = request;
  const table = tableOf(core, type);
  settled(core, type, next, live);
  const version = live.metadata.resourceVersion;
  if (version === undefined) delete next.metadata.resourceVersion;
  else next.metadata.resourceVersion = version;
  if (isReleased(type.plural, type.group, next, live)) {
    if (!request.dryRun) core.store.remove(table, stored);
    return next;
  }
  if (deepEqual(next, live) && isStoredForm(core, type, next, stored)) return live;
  if (request.dryRun) return next;
  const context = {
    verb: 'update' as const,
    group: type.group,
    resource: type.plural,
    namespace: request.namespace,
    name: request.name ?? '',
    object: next,
  };
  core.faults.before?.(context);
  const written = core.store.replace(table, stored, toStorage(core, type, next));
  core.faults.after?.(context);
  return written === next || type.conversion !== undefined ? written : readAs(core, type, written);
}

/** A custom object that is read with defaults its stored form lacks is written with them, though nothing else changes. */
function isStoredForm(core: ApiCore, type: TypeInfo, next: KubeObject, stored: KubeObject): boolean {
  return type.builtin || type.conversion !== undefined || deepEqual(toStorage(core, type, next), stored);
}

/** The last finalizer of an object that waits for its deletion is gone. */
function isReleased(plural: string, group: string, next: KubeObject, live: KubeObject): boolean {
  if (live.metadata.deletionTimestamp === undefined) return false;
  if ((next.metadata.finalizers?.length ?? 0) > 0) return false;
  if (group === '' && plural === 'namespaces') return namespaceIsEmpty(next);
  return (live.metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

function namespaceIsEmpty(namespace: KubeObject): boolean {
  const spec = namespace['spec'];
  if (spec === null || typeof spec !== 'object' || !('finalizers' in spec)) return true;
  return !Array.isArray(spec.finalizers) || spec.finalizers.length === 0;
}

function checkUid(request: WriteRequest, plan: UpdatePlan, live: KubeObject): void {
  if (plan.uid === undefined || plan.uid === live.metadata.uid) return;
  throw conflict(aboutType(request.type), request.name ?? '', uidMismatch(request, plan.uid, live));
}

function checkVersion(request: WriteRequest, plan: UpdatePlan, next: KubeObject, live: KubeObject): void {
  const version = next.metadata.resourceVersion ?? '';
  const fault = version === '' ? undefined : uintFault(version);
  if (fault !== undefined) throw plainError(fault);
  if (version === '' || version === '0') {
    if (plan.unconditional) {
      Object.assign(next.metadata, { resourceVersion: live.metadata.resourceVersion });
      return;
    }
    // The storage layer words this one, and knows only the resource.
    throw invalid({ group: request.type.group, kind: request.type.plural }, request.name ?? '', [
      { reason: 'FieldValueInvalid', message: 'Invalid value: 0: must be specified for an update', field: 'metadata.resourceVersion' },
    ]);
  }
  if (version !== live.metadata.resourceVersion) throw conflict(aboutType(request.type), request.name ?? '', MODIFIED);
}
