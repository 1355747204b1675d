import type { Clock, KubeObject, Logger, Random } from '@caretaker/kube';
import type { Admission, PresentedAs } from '../admission/contract.ts';
import type { Authorizer } from '../auth/authorizer.ts';
import type { DefinitionOperations, ManagedFieldsOperations, PatchOperations, TypeInfo, TypeOperations } from '../schema/contract.ts';
import type { ResourceTable } from '../storage/resource-table.ts';
import type { Store } from '../storage/store.ts';
import type { Allocator } from './allocation/contract.ts';
import type { ClusterFaults } from './cluster-faults.ts';
import type { UserInfo } from './contract.ts';
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

/** One write, after its request was read: everything but the object. */
export interface WriteRequest {
  readonly type: TypeInfo;
  /** '' for cluster-scoped kinds. */
  readonly namespace: string;
  /** Name in the path; undefined for POST. */
  readonly name: string | undefined;
  /** '' for the object itself. */
  readonly subresource: string;
  /** How reviews show the objects, where that is not as themselves. */
  readonly presented?: PresentedAs;
  /** Reviews do not name the object: it is one of a collection that is deleted. */
  readonly nameless?: boolean;
  readonly user: UserInfo;
  /** Already resolved: the query's fieldManager, or the user agent's first word. */
  readonly fieldManager: string;
  readonly dryRun: boolean;
  /** The Create/Update/Patch/DeleteOptions as admission reviews show them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Texts for Warning headers, in order. */
  readonly warnings: string[];
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

const converted = new WeakMap<KubeObject, { type: TypeInfo; object: KubeObject }>();

/**
 * A stored object as the type asked for: in that version, and for custom resources with the defaults and the pruning of the schema of now. The result is
 * shared and must not be changed.
 */
export function readAs(core: ApiCore, type: TypeInfo, stored: KubeObject): KubeObject {
  const storage = core.catalog.storageType(core.catalog.tableKey(type)) ?? type;
  if (type.builtin && storage === type) return stored;
  const known = converted.get(stored);
  if (known !== undefined && known.type === type) return known.object;
  const object = core.types.convert(storage, type, stored);
  converted.set(stored, { type, object });
  return object;
}

/** The object that is stored for one of a type, as that type. */
export function peek(core: ApiCore, type: TypeInfo, namespace: string, name: string): KubeObject | undefined {
  const stored = tableOf(core, type).get(namespace, name);
  return stored === undefined ? undefined : readAs(core, type, stored);
}

/** What is written to the table for an object of a type. */
export function toStorage(core: ApiCore, type: TypeInfo, object: KubeObject): KubeObject {
  const storage = core.catalog.storageType(core.catalog.tableKey(type)) ?? type;
  return storage === type ? object : core.types.convert(type, storage, object);
}

/** True while nobody wrote the object since it was read. */
export function isCurrent(core: ApiCore, type: TypeInfo, read: KubeObject): boolean {
  const now = tableOf(core, type).get(read.metadata.namespace ?? '', read.metadata.name ?? '');
  return now !== undefined && now.metadata.resourceVersion === read.metadata.resourceVersion;
}
