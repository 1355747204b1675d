/** managedFields of requests: the field manager of the API server, as pure functions over objects. */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { converted } from '../conversion/known.ts';
import { carryEmpties } from '../decode/given-empty.ts';
import { GoDecodeError } from '../decode/place.ts';
import { type ManagedFieldsOperations, type ManagerInfo, RequestFault, type TypeInfo } from '../schema/contract.ts';
import { convertObject } from '../schema/conversion.ts';
import { applyTypeDefaults, converterFaultOf, decodeMetadata, emptyObject, readObject } from '../schema/objects.ts';
import { apiVersionOf, printKind } from '../schema/type-names.ts';
import { ApplyConflicts, type Conflict, conflictFault } from './conflict.ts';
import { EMPTY_SET, FieldSet } from './field-set.ts';
import { buildLastApplied, fieldsFromLastApplied, LAST_APPLIED } from './last-applied.ts';
import { capUpdateManagers, decodeManaged, encodeManaged, identityKey, isReset, type Managed, nobody } from './managers.ts';
import { fieldElement, ListItemError } from './path-element.ts';
import { joinTypedErrors, validateTyped } from './typed-validate.ts';
import { equalValues } from './typed-view.ts';
import { applyConfiguration, type Typed, UnfitForVersion, updateOwners, type Versions, withoutManagedFields } from './updater.ts';

const path = (...names: string[]): string[] => names.map(fieldElement);

/** Fields that nobody owns: the server's own. */
const SERVER_FIELDS = FieldSet.of(
  path('apiVersion'),
  path('kind'),
  path('metadata'),
  path('metadata', 'name'),
  path('metadata', 'namespace'),
  path('metadata', 'creationTimestamp'),
  path('metadata', 'selfLink'),
  path('metadata', 'uid'),
  path('metadata', 'clusterName'),
  path('metadata', 'generation'),
  path('metadata', 'managedFields'),
  path('metadata', 'resourceVersion'),
);

const BEFORE_FIRST_APPLY = 'before-first-apply';
const CURRENT_OPERATION = 'current-operation';

const ignoredSets = new WeakMap<object, Map<string, FieldSet>>();

function ignoredFields(type: TypeInfo, subresource: string): FieldSet {
  let bySubresource = ignoredSets.get(type.strategy);
  if (bySubresource === undefined) {
    bySubresource = new Map(
      Object.entries(type.strategy.resetFields).map(([name, paths]) => [name, FieldSet.of(...paths.map((p) => path(...p)))]),
    );
    ignoredSets.set(type.strategy, bySubresource);
  }
  return bySubresource.get(subresource) ?? EMPTY_SET;
}

/** The types of the core group are installed apart from the others: writes on one side know no version of the other, which Events have. */
const isCore = (type: TypeInfo): boolean => type.group === '';

function versionsFor(type: TypeInfo, info: ManagerInfo): Versions {
  const apiVersion = apiVersionOf(type);
  return {
    apiVersion,
    ignored: ignoredFields(type, info.subresource),
    convert(object: Typed, wanted: string): Typed | undefined {
      if (apiVersionOf(object.type) === wanted) return object;
      const to = info.typeOf(wanted);
      if (to === undefined || object.value === null || isCore(to) !== isCore(type)) return undefined;
      if (to.custom === undefined)
        return { type: to, value: convertObject(object.type, to, object.value as KubeObject) as unknown as JsonValue };
      if (to.conversion !== undefined)
        return { type: to, value: converted(to.conversion, object.value as unknown as KubeObject, wanted) as unknown as JsonValue };
      // a custom resource changes nothing but its version, and must fit the other schema as it is
      const value: JsonObject = { ...(object.value as JsonObject), apiVersion: wanted };
      const errors = validateTyped(to.schema, value, true);
      if (errors.length > 0) throw new UnfitForVersion(joinTypedErrors(errors));
      return { type: to, value };
    },
  };
}

const asTyped = (type: TypeInfo, object: KubeObject): Typed => ({ type, value: withoutManagedFields(object) as unknown as JsonValue });

function setManagedFields(object: KubeObject, managed: Managed): KubeObject {
  const entries = encodeManaged(managed);
  const { managedFields: _, ...metadata } = object.metadata;
  const tracked = { ...object, metadata: entries === undefined ? metadata : { ...metadata, managedFields: entries } } as KubeObject;
  return carryEmpties(object, tracked);
}

const rawEntries = (object: KubeObject | undefined): JsonValue | undefined => object?.metadata.managedFields as JsonValue | undefined;

const isEmptyList = (entries: JsonValue | undefined): boolean => Array.isArray(entries) && entries.length === 0;

/** The entries that a request starts from: what the client sent where it is well-formed, else those of the live object. */
function startingPoint(type: TypeInfo, live: KubeObject | undefined, next: KubeObject, subresource: string): Managed {
  const ofLive = (): Managed => decodeManaged(rawEntries(live)) ?? nobody();
  if (subresource !== '') return ofLive();
  const sent = rawEntries(next);
  // the reader of custom resources makes no difference between an empty list and none
  if (isReset(sent) && (type.builtin || !isEmptyList(sent))) return nobody();
  const managed = decodeManaged(sent);
  return managed === undefined || managed.owners.size === 0 ? ofLive() : managed;
}

function stripServerFields(managed: Managed, key: string): void {
  const owner = managed.owners.get(key);
  if (owner === undefined) return;
  const set = owner.set.difference(SERVER_FIELDS);
  if (set.isEmpty) managed.owners.delete(key);
  else managed.owners.set(key, { ...owner, set });
}

/** Entries after `manager` replaced `live` by `next` with an Update. */
function recordUpdate(type: TypeInfo, live: Typed, next: Typed, managed: Managed, manager: string, info: ManagerInfo): Managed {
  const versions = versionsFor(type, info);
  const after: Managed = { owners: updateOwners(live, next, versions, managed.owners, CURRENT_OPERATION), times: managed.times };
  stripServerFields(after, CURRENT_OPERATION);
  const taken = after.owners.get(CURRENT_OPERATION);
  if (taken !== undefined) {
    after.owners.delete(CURRENT_OPERATION);
    const key = identityKey({
      manager: manager === '' ? 'unknown' : manager,
      operation: 'Update',
      apiVersion: versions.apiVersion,
      subresource: info.subresource,
    });
    const before = after.owners.get(key);
    after.owners.set(key, before === undefined ? taken : { ...taken, set: taken.set.union(before.set) });
    after.times.set(key, info.time);
  }
  capUpdateManagers(after);
  return after;
}

function update(type: TypeInfo, live: KubeObject | undefined, next: KubeObject, info: ManagerInfo): KubeObject {
  const managed = startingPoint(type, live, next, info.subresource);
  // an object without entries is not tracked again before its first apply
  if (managed.owners.size === 0 && live?.metadata.uid !== undefined) return setManagedFields(next, managed);
  const before = asTyped(type, live ?? emptyObject(type));
  try {
    return setManagedFields(next, recordUpdate(type, before, asTyped(type, next), managed, info.manager, info));
  } catch (error) {
    // the real server gives up its entries rather than the write when it cannot tell the items of a list apart, or fit the object into another version
    if (error instanceof ListItemError || error instanceof UnfitForVersion) return setManagedFields(next, nobody());
    throw error;
  }
}

function checkApplied(type: TypeInfo, applied: JsonObject): void {
  const apiVersion = typeof applied['apiVersion'] === 'string' ? applied['apiVersion'] : '';
  const kind = typeof applied['kind'] === 'string' ? applied['kind'] : '';
  if (apiVersion !== apiVersionOf(type) || kind !== type.kind) {
    const [first = '', second, ...more] = apiVersion.split('/');
    // what is no version at all is no kind either
    if (more.length > 0) throw badRequest('invalid object type: /, Kind=');
    const [group, version] = second === undefined ? ['', first] : [first, second];
    throw badRequest(`invalid object type: ${printKind({ group, version, kind })}`);
  }
}

const badRequest = (message: string): RequestFault => new RequestFault({ code: 400, reason: 'BadRequest', message });

function metadataOf(applied: JsonObject): JsonObject {
  const metadata = applied['metadata'];
  return typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata : {};
}

const goText = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

function checkShape(type: TypeInfo, applied: JsonObject): void {
  const metadata = metadataOf(applied);
  if (metadata['managedFields'] !== undefined && metadata['managedFields'] !== null) throw badRequest('metadata.managedFields must be nil');
  const errors = validateTyped(type.schema, applied);
  if (errors.length === 0) return;
  const where = `${goText(metadata['namespace'])}/${goText(metadata['name'])}; ${printKind(type)}`;
  throw new RequestFault({ code: 500, reason: '', message: `failed to create typed patch object (${where}): ${joinTypedErrors(errors)}` });
}

type ApplyInfo = ManagerInfo & { readonly force: boolean };

function apply(type: TypeInfo, live: KubeObject | undefined, applied: JsonObject, info: ApplyInfo): KubeObject {
  checkApplied(type, applied);
  const decoded = decodeManaged(rawEntries(live));
  if (decoded === undefined) throw new RequestFault({ code: 500, reason: '', message: 'failed to decode managed fields' });
  const empty = emptyObject(type);
  const current = withoutManagedFields(live ?? empty);
  let managed = decoded;
  if (managed.owners.size === 0)
    managed = recordUpdate(type, asTyped(type, empty), asTyped(type, current), managed, BEFORE_FIRST_APPLY, info);
  checkShape(type, applied);
  try {
    return mergeResolvingConflicts(type, current, applied, managed, info);
  } catch (error) {
    if (!(error instanceof ListItemError)) throw error;
    // what was applied has its keys: it is the live object that cannot be merged
    const { namespace = '', name = '' } = current.metadata;
    const problem = joinTypedErrors(validateTyped(type.schema, current as unknown as JsonValue));
    const message = `failed to create typed live object (${namespace}/${name}; ${printKind(type)}): ${problem}`;
    throw new RequestFault({ code: 500, reason: '', message });
  }
}

/** Applies; `kubectl` may take over what its own client-side apply set before. */
function mergeResolvingConflicts(type: TypeInfo, current: KubeObject, applied: JsonObject, managed: Managed, info: ApplyInfo): KubeObject {
  try {
    return merge(type, current, applied, managed, info, info.force);
  } catch (error) {
    if (error instanceof UnfitForVersion) throw new RequestFault({ code: 500, reason: '', message: error.message });
    if (!(error instanceof ApplyConflicts)) throw error;
    const allowed = info.manager === 'kubectl' ? fieldsFromLastApplied(type, current) : undefined;
    if (allowed === undefined) throw conflictFault(error.conflicts);
    const rest = error.conflicts.filter((conflict: Conflict) => !allowed.has(conflict.path));
    if (rest.length > 0) throw conflictFault(rest);
    return merge(type, current, applied, managed, info, true);
  }
}

function merge(type: TypeInfo, current: KubeObject, applied: JsonObject, managed: Managed, info: ApplyInfo, force: boolean): KubeObject {
  const versions = versionsFor(type, info);
  const key = identityKey({ manager: info.manager, operation: 'Apply', apiVersion: versions.apiVersion, subresource: info.subresource });
  const result = applyConfiguration(asTyped(type, current), { type, value: applied }, versions, managed.owners, key, force);
  const after: Managed = { owners: result.owners, times: new Map(managed.times) };
  let object = current;
  if (result.object !== undefined) {
    object = settled(type, result.object as JsonObject, metadataOf(applied));
    after.times.set(key, info.time);
  }
  stripServerFields(after, key);
  if (info.manager === 'kubectl' && (object.metadata.annotations?.[LAST_APPLIED] ?? '') !== '') {
    const annotations = { ...object.metadata.annotations, [LAST_APPLIED]: buildLastApplied(applied) };
    object = { ...object, metadata: { ...object.metadata, annotations } };
  }
  return setManagedFields(object, after);
}

/**
 * A merged object in the server's form. Custom resources keep what was applied as it is, nulls included, for validation to judge; what they
 * share with the live object stays untouched.
 */
function settled(type: TypeInfo, merged: JsonObject, applied: JsonObject): KubeObject {
  if (type.custom !== undefined) {
    const object = { ...merged, metadata: decodeMetadata(metadataOf(merged)) };
    return type.custom.withDefaults(object) as unknown as KubeObject;
  }
  try {
    const { object } = readObject(type, merged);
    applyTypeDefaults(type, object);
    return object;
  } catch (error) {
    if (!(error instanceof GoDecodeError)) throw error;
    const { namespace = '', name = '' } = applied;
    const where = `(${String(namespace)}/${String(name)}; ${printKind(type)})`;
    const message = `failed to convert new object ${where} to proper version: unable to convert unstructured object to ${printKind(type)}: ${converterFaultOf(type, merged, error)}`;
    throw new RequestFault({ code: 500, reason: '', message });
  }
}

/** Keeps the times of `live` when nothing else differs, so that a no-op stays one. */
function settle(live: KubeObject, next: KubeObject): void {
  const before = live.metadata.managedFields;
  const after = next.metadata.managedFields;
  if (before === undefined || after === undefined || before.length !== after.length) return;
  const sameEntries = after.every((entry, i) => equalValues({ ...entry, time: '' } as JsonValue, { ...before[i], time: '' } as JsonValue));
  if (!sameEntries) return;
  if (!equalValues(withoutManagedFields(live) as unknown as JsonValue, withoutManagedFields(next) as unknown as JsonValue)) return;
  next.metadata.managedFields = before;
}

const REPLICAS = path('spec', 'replicas');
const SCALE_VERSION = 'autoscaling/v1';

function replicasPath(type: TypeInfo | undefined): string[] | undefined {
  return type?.scale === undefined ? undefined : path(...type.scale.specReplicas.split('.').filter((part) => part !== ''));
}

function toScale(type: TypeInfo, live: KubeObject): JsonValue[] | undefined {
  const managed = decodeManaged(rawEntries(live));
  const replicas = replicasPath(type);
  if (managed === undefined || replicas === undefined) return undefined;
  const scaled = nobody();
  for (const [key, owner] of managed.owners) {
    if (owner.apiVersion !== apiVersionOf(type) || !owner.set.has(replicas)) continue;
    scaled.owners.set(key, { set: FieldSet.of(REPLICAS), apiVersion: SCALE_VERSION, applied: owner.applied });
    scaled.times.set(key, managed.times.get(key));
  }
  return encodeManaged(scaled);
}

function fromScale(type: TypeInfo, live: KubeObject, scaleEntries: JsonValue[] | undefined, info: ManagerInfo): JsonValue[] | undefined {
  const parent = decodeManaged(rawEntries(live)) ?? nobody();
  const scaled = decodeManaged(scaleEntries) ?? nobody();
  const result = nobody();
  for (const [key, owner] of parent.owners) {
    const ownerType = info.typeOf(owner.apiVersion);
    if (ownerType === undefined) continue;
    const replicas = replicasPath(ownerType);
    if (replicas === undefined || !owner.set.has(replicas)) {
      result.owners.set(key, owner);
    } else if (scaled.owners.delete(key)) {
      result.owners.set(key, owner);
    } else {
      const set = owner.set.difference(FieldSet.of(replicas));
      if (set.isEmpty) continue;
      result.owners.set(key, { ...owner, set });
    }
    result.times.set(key, parent.times.get(key));
  }
  const own = replicasPath(type);
  for (const [key, owner] of scaled.owners) {
    if (own === undefined || !owner.set.has(REPLICAS)) continue;
    result.owners.set(key, { set: FieldSet.of(own), apiVersion: apiVersionOf(type), applied: owner.applied });
    // the real server looks the time up under the parent's entries, where a new one has none
    result.times.set(key, parent.times.get(key));
  }
  return encodeManaged(result);
}

export const managedFields: ManagedFieldsOperations = { update, apply, settle, toScale, fromScale };
