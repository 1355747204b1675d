import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { AdmissionRequest } from '../../admission/contract.ts';
import { accessDenied } from '../../auth/access-denied.ts';
import { withConversions } from '../../conversion/ask.ts';
import type { TypeInfo } from '../../schema/contract.ts';
import { aboutType, alreadyExists, invalid, plainError } from '../answers/status-reasons.ts';
import { type ApiCore, readAs, tableOf, timeText, toStorage } from '../core.ts';
import type { WriteRequest } from '../write-request.ts';
import { fillSystemMeta, generateName, nameNewObject } from './object-meta.ts';
import { dropRepeatedOwners } from './owner-references.ts';

const NAME_ATTEMPTS = 8;

/**
 * Stores a new object: system metadata, managedFields, mutating admission, the kind's preparation, allocation, validation, validating admission, commit.
 * `object` is decoded, defaulted, and the callee's to change. `tracked` says that managedFields are already set (apply). Throws StatusError or RequestFault.
 */
export async function createObject(core: ApiCore, request: WriteRequest, object: KubeObject, tracked = false): Promise<KubeObject> {
  const { type } = request;
  const table = tableOf(core, type);
  const generated = !object.metadata.name && Boolean(object.metadata.generateName);
  nameNewObject(core, request, object);
  let next = object;
  if (generated) avoidTakenName(core, request, next);
  if (!tracked) next = trackCreate(core, request, next);
  dropRepeatedOwners(next, request.warnings, false);
  const admission = admissionRequest(request, 'CREATE', next, undefined);
  const mutating = core.admission.mutate(admission);
  if (mutating !== undefined) await mutating;
  next = admission.object ?? next;
  if (mutating !== undefined) dropRepeatedOwners(next, request.warnings, true);
  fillSystemMeta(core, next);
  core.types.prepareForCreate(type, next, writeContext(core, request));
  for (const allocator of core.allocators) if (allocator.resource === resourceKey(request)) allocator.allocate(request, next, undefined);
  validate(core, request, next, undefined);
  // who makes an object by PUT or by apply may update, which is not enough
  if (request.name !== undefined) authorizeCreate(core, request);
  admission.object = next;
  const validating = core.admission.validate(admission);
  if (validating !== undefined) await validating;
  pruneCustom(type, next);
  if (next.metadata.resourceVersion && !request.dryRun) throw plainError('resourceVersion should not be set on objects to be created');
  const name = next.metadata.name ?? '';
  core.types.settle(type, next);
  if (type.conversion !== undefined) await withConversions(core, () => toStorage(core, type, next));
  const existing = table.get(request.namespace, name);
  if (existing !== undefined) throw alreadyExists(aboutType(type), name, existing.metadata.deletionTimestamp !== undefined);
  if (request.dryRun)
    return type.conversion === undefined ? next : withConversions(core, () => readBack(core, type, toStorage(core, type, next), next));
  const context = { verb: 'create' as const, group: type.group, resource: type.plural, namespace: request.namespace, name, object: next };
  core.faults.before?.(context);
  const stored = core.store.create(table, toStorage(core, type, next));
  core.faults.after?.(context);
  if (type.conversion !== undefined) return withConversions(core, () => readBack(core, type, stored, next));
  return stored === next && type.builtin ? next : readAs(core, type, stored);
}

/** What was sent as it comes back from the storage. */
const readBack = (core: ApiCore, type: TypeInfo, stored: KubeObject, sent: KubeObject): KubeObject =>
  stored === sent ? sent : readAs(core, type, stored);

function authorizeCreate(core: ApiCore, { type, user, namespace, name }: WriteRequest): void {
  const attributes = {
    verb: 'create',
    group: type.group,
    version: type.version,
    resource: type.plural,
    ...(namespace === '' ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
  const { allowed, reason } = core.authorizer.decide(user, attributes);
  if (!allowed) throw accessDenied(user, attributes, reason);
}

/** A generated name that exists already is tried again, as the apiserver does. */
function avoidTakenName(core: ApiCore, request: WriteRequest, object: KubeObject): void {
  const table = tableOf(core, request.type);
  for (let attempt = 0; attempt < NAME_ATTEMPTS && table.get(request.namespace, object.metadata.name ?? '') !== undefined; attempt += 1) {
    object.metadata.name = generateName(core.random, object.metadata.generateName ?? '');
  }
}

function trackCreate(core: ApiCore, request: WriteRequest, next: KubeObject): KubeObject {
  return core.managedFields.update(request.type, undefined, next, managerInfo(core, request));
}

export function managerInfo(core: ApiCore, request: WriteRequest) {
  return {
    manager: request.fieldManager,
    subresource: request.subresource,
    time: timeText(core.clock.now()),
    typeOf: (apiVersion: string) => core.catalog.findKind(apiVersion, request.type.kind),
  };
}

export function writeContext(core: ApiCore, request: WriteRequest) {
  return {
    now: timeText(core.clock.now()),
    subresource: request.subresource,
    warn: (text: string): void => void request.warnings.push(text),
    user: {
      name: request.user.username,
      groups: request.user.groups,
      ...(request.user.uid === undefined ? {} : { uid: request.user.uid }),
      ...(request.user.extra === undefined ? {} : { extra: request.user.extra }),
    },
  };
}

export function resourceKey(request: WriteRequest): string {
  return `${request.type.group}/${request.type.plural}`;
}

/** A custom resource is judged as it was applied, or as webhooks made it, and stored as its schema has it. */
export function pruneCustom(type: TypeInfo, object: KubeObject): void {
  type.custom?.prune(object as unknown as JsonObject);
}

/** Throws 422 with every cause; appends warnings. */
export function validate(core: ApiCore, request: WriteRequest, next: KubeObject, live: KubeObject | undefined): void {
  const context = writeContext(core, request);
  const { errors, warnings } = core.types.validate(request.type, live === undefined ? { next, context } : { next, live, context });
  request.warnings.push(...warnings);
  if (errors.length === 0) return;
  // Kinds under two groups are refused in the name of the one that they are stored as.
  const about = core.catalog.storageType(core.catalog.tableKey(request.type)) ?? request.type;
  throw invalid(about, next.metadata.name ?? '', errors);
}

/** Reviews of a patch show the options of the create or update that it comes to. */
function reviewOptions(request: WriteRequest, operation: AdmissionRequest['operation']): Readonly<Record<string, unknown>> {
  if (request.options['kind'] !== 'PatchOptions') return request.options;
  const { force: _force, ...rest } = request.options;
  return { ...rest, kind: operation === 'CREATE' ? 'CreateOptions' : 'UpdateOptions' };
}

export function admissionRequest(
  request: WriteRequest,
  operation: AdmissionRequest['operation'],
  object: KubeObject | undefined,
  oldObject: KubeObject | undefined,
): AdmissionRequest {
  return {
    type: request.type,
    operation,
    subresource: request.subresource,
    namespace: request.namespace,
    name: request.nameless === true ? '' : (request.name ?? object?.metadata.name ?? ''),
    user: request.user,
    dryRun: request.dryRun,
    options: reviewOptions(request, operation),
    object,
    oldObject,
    warnings: request.warnings,
    ...(request.presented === undefined ? {} : { presented: request.presented }),
  };
}
