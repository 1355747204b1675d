import type { Clock, JsonObject, KubeObject, Logger, Random } from '@caretaker/kube';
import type { Admission } from '../admission/contract.ts';
import type { Authorizer } from '../auth/authorizer.ts';
import { converted } from '../conversion/known.ts';
import type {
  ConversionWebhook,
  DefinitionOperations,
  ManagedFieldsOperations,
  PatchOperations,
  TypeInfo,
  TypeOperations,
} from '../schema/contract.ts';
import { noteStoredForm } from '../schema/conversion.ts';
import { apiVersionOf } from '../schema/type-names.ts';
import type { ResourceTable } from '../storage/resource-table.ts';
import type { Store } from '../storage/store.ts';
import type { Allocator } from './allocation/contract.ts';
import type { ClusterFaults } from './cluster-faults.ts';
import type { ResourceCatalog } from './resource-catalog.ts';

/** What every part of the request pipeline works with. Built once by DevCluster. */
export interface ApiCore {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly store: Store;
  readonly catalog: ResourceCatalog;
  readonly types: TypeOperations;
  readonly patches: PatchOperations;
  readonly managedFields: ManagedFieldsOperations;
  readonly definitions: DefinitionOperations;
  readonly admission: Admission;
  readonly authorizer: Authorizer;
  readonly allocators: readonly Allocator[];
  readonly faults: ClusterFaults;
}

export function tableOf(core: ApiCore, type: TypeInfo): ResourceTable {
  return core.store.table(core.catalog.tableKey(type));
}

let lastTime = { second: Number.NaN, text: '' };

/** RFC 3339 with seconds, as metav1.Time prints it. */
export function timeText(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== lastTime.second) lastTime = { second, text: `${new Date(second * 1000).toISOString().slice(0, 19)}Z` };
  return lastTime.text;
}

const seen = new WeakMap<KubeObject, { type: TypeInfo; object: KubeObject }>();

/**
 * A stored object as the type asked for: in that version, and for custom resources with the defaults and the pruning of the schema of now. The result is
 * shared and must not be changed. Throws ConversionNeeded when a webhook has to be asked first.
 */
export function readAs(core: ApiCore, type: TypeInfo, stored: KubeObject): KubeObject {
  const storage = core.catalog.storageType(core.catalog.tableKey(type)) ?? type;
  if (type.builtin && storage === type) return stored;
  if (type.conversion !== undefined) return readThroughWebhook(core, type, type.conversion, stored);
  const known = seen.get(stored);
  if (known !== undefined && known.type === type) return known.object;
  const object = core.types.convert(storage, type, stored);
  if (type.builtin) noteStoredForm(object, stored);
  seen.set(stored, { type, object });
  return object;
}

function readThroughWebhook(core: ApiCore, type: TypeInfo, hook: ConversionWebhook, stored: KubeObject): KubeObject {
  const own = inOwnVersion(core, type, stored);
  const at = converted(hook, own, apiVersionOf(type));
  return at === own ? own : pruned(type, at);
}

/** What a webhook made, without what the schema does not know; defaults are the webhook's business. */
function pruned(type: TypeInfo, made: KubeObject): KubeObject {
  type.custom?.prune(made as unknown as JsonObject);
  return made;
}

/** A stored object with the defaults and the pruning of the version that it is stored at: what a webhook is sent. */
export function inOwnVersion(core: ApiCore, type: TypeInfo, stored: KubeObject): KubeObject {
  const storage = core.catalog.storageType(core.catalog.tableKey(type)) ?? type;
  const own = core.catalog.findKind(stored.apiVersion ?? '', type.kind) ?? storage;
  return apiVersionOf(own) === stored.apiVersion ? core.types.convert(own, own, stored) : stored;
}

/** True when objects of the type are shown just as they are stored. */
export function isStoredAs(core: ApiCore, type: TypeInfo): boolean {
  return type.builtin && (core.catalog.storageType(core.catalog.tableKey(type)) ?? type) === type;
}

/** The object that is stored for one of a type, as that type. */
export function peek(core: ApiCore, type: TypeInfo, namespace: string, name: string): KubeObject | undefined {
  const stored = tableOf(core, type).get(namespace, name);
  return stored === undefined ? undefined : readAs(core, type, stored);
}

/** What is written to the table for an object of a type. Throws ConversionNeeded when a webhook has to be asked first. */
export function toStorage(core: ApiCore, type: TypeInfo, object: KubeObject): KubeObject {
  const storage = core.catalog.storageType(core.catalog.tableKey(type)) ?? type;
  if (type.conversion === undefined) return storage === type ? object : core.types.convert(type, storage, object);
  return storage === type ? object : pruned(storage, converted(type.conversion, object, apiVersionOf(storage)));
}

/** True while nobody wrote the object since it was read. */
export function isCurrent(core: ApiCore, type: TypeInfo, read: KubeObject): boolean {
  const now = tableOf(core, type).get(read.metadata.namespace ?? '', read.metadata.name ?? '');
  return now !== undefined && now.metadata.resourceVersion === read.metadata.resourceVersion;
}
