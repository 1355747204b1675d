import type { KubeObject, ObjectRef, OwnerReference } from '@caretaker/kube';
import { apiVersionOf } from '../../schema/type-names.ts';
import { StatusError } from '../../server/answers/status-error.ts';
import type { ApiCore } from '../../server/core.ts';
import type { StoredEvent } from '../../storage/event.ts';
import type { DependentRef } from '../../storage/owner-index.ts';
import type { ResourceTable } from '../../storage/resource-table.ts';
import type { ClusterApi, ClusterController } from '../contract.ts';
import { KeyedWorker } from '../keyed-worker.ts';
import {
  breaksCircle,
  decideDependent,
  FOREGROUND,
  isDeletingDependents,
  isOrphaning,
  mayFinishForeground,
  ORPHAN,
  type OwnerState,
} from './decide.ts';

/** Deletes dependents whose owners are gone, and carries out orphaning and foreground deletion. Driven by every commit and the store's index of owners. */
export function garbageCollector(core: ApiCore): ClusterController {
  let stop: () => void = () => {};
  return {
    name: 'garbage-collector-controller',
    start(api) {
      const collector = new Collector(core, api);
      stop = collector.start();
    },
    stop: () => stop(),
  };
}

class Collector {
  readonly #core: ApiCore;
  readonly #api: ClusterApi;
  readonly #worker: KeyedWorker;

  constructor(core: ApiCore, api: ClusterApi) {
    this.#core = core;
    this.#api = api;
    this.#worker = new KeyedWorker(api, (key) => this.#process(key));
  }

  start(): () => void {
    const { store, catalog } = this.#core;
    for (const table of store.tables()) for (const object of table.values()) this.#consider(table.key, object, undefined);
    const unlisten = store.onCommit((table, event) => this.#onCommit(table, event));
    // Owners of a kind that was unknown can be judged once it is served.
    const uncatalog = catalog.onChange(() => {
      for (const table of store.tables()) for (const object of table.values()) this.#consider(table.key, object, undefined);
    });
    return () => {
      unlisten();
      uncatalog();
      this.#worker.stop();
    };
  }

  #onCommit(table: ResourceTable, event: StoredEvent): void {
    if (event.type !== 'DELETED') {
      this.#consider(table.key, event.object, event.previous);
      return;
    }
    this.#addAll(this.#core.store.dependents(event.object.metadata.uid ?? ''));
    for (const reference of event.object.metadata.ownerReferences ?? []) this.#addOwner(reference, event.namespace);
  }

  /** Queues an object when its owners or its own deletion call for work. */
  #consider(table: string, object: KubeObject, previous: KubeObject | undefined): void {
    const { metadata } = object;
    if (
      metadata.deletionTimestamp !== undefined &&
      (metadata.finalizers ?? []).some((finalizer) => finalizer === ORPHAN || finalizer === FOREGROUND)
    ) {
      this.#add(table, metadata.namespace ?? '', metadata.name ?? '');
      if (isDeletingDependents(object)) this.#addAll(this.#core.store.dependents(metadata.uid ?? ''));
    }
    // A reference that stops blocking may free an owner that waits.
    for (const reference of previous?.metadata.ownerReferences ?? []) {
      if (metadata.ownerReferences !== previous?.metadata.ownerReferences) this.#addOwner(reference, metadata.namespace ?? '');
    }
    const owners = metadata.ownerReferences;
    if (owners === undefined || owners.length === 0 || owners === previous?.metadata.ownerReferences) return;
    if (owners.every((reference) => this.#stateOf(reference, metadata.namespace ?? '') === 'solid')) return;
    this.#add(table, metadata.namespace ?? '', metadata.name ?? '');
  }

  #add(table: string, namespace: string, name: string): void {
    this.#worker.add(`${table}\u0000${namespace}\u0000${name}`);
  }

  #addAll(refs: readonly DependentRef[]): void {
    for (const ref of refs) this.#add(ref.table, ref.namespace, ref.name);
  }

  #addOwner(reference: OwnerReference, namespace: string): void {
    const found = this.#ownerOf(reference, namespace);
    if (found?.object !== undefined && isDeletingDependents(found.object))
      this.#add(found.table, found.object.metadata.namespace ?? '', reference.name);
  }

  /** The owner's table, and the object when it is there with that uid; undefined when the kind is not served or cannot own this object. */
  #ownerOf(reference: OwnerReference, namespace: string): { table: string; object: KubeObject | undefined } | undefined {
    const type = this.#core.catalog.findKind(reference.apiVersion, reference.kind);
    if (type === undefined || (type.namespaced && namespace === '')) return undefined;
    const table = this.#core.catalog.tableKey(type);
    const object = this.#core.store.table(table).get(type.namespaced ? namespace : '', reference.name);
    return { table, object: object?.metadata.uid === reference.uid ? object : undefined };
  }

  #stateOf(reference: OwnerReference, namespace: string): OwnerState {
    const owner = this.#ownerOf(reference, namespace);
    if (owner === undefined) return 'unknown';
    if (owner.object === undefined) return 'absent';
    return isDeletingDependents(owner.object) ? 'waiting' : 'solid';
  }

  async #process(key: string): Promise<void> {
    const [table = '', namespace = '', name = ''] = key.split('\u0000');
    const object = this.#core.store.table(table).get(namespace, name);
    if (object === undefined) return;
    const ref = this.#refOf(table, object);
    if (ref === undefined) return;
    if (isOrphaning(object)) await this.#orphan(ref, object);
    else if (isDeletingDependents(object)) await this.#finishForeground(ref, object);
    await this.#judge(ref, object);
  }

  #refOf(table: string, object: KubeObject): ObjectRef | undefined {
    const storage = this.#core.catalog.storageType(table);
    if (storage === undefined) return undefined;
    const { namespace, name = '' } = object.metadata;
    return { apiVersion: apiVersionOf(storage), kind: storage.kind, name, ...(namespace === undefined ? {} : { namespace }) };
  }

  async #judge(ref: ObjectRef, object: KubeObject): Promise<void> {
    const references = object.metadata.ownerReferences ?? [];
    const states = references.map((reference) => ({ reference, state: this.#stateOf(reference, object.metadata.namespace ?? '') }));
    const dependents = this.#core.store.dependents(object.metadata.uid ?? '');
    const decision = decideDependent(object, states, dependents.length > 0);
    if (
      breaksCircle(
        decision,
        dependents.flatMap((each) => this.#core.store.table(each.table).get(each.namespace, each.name) ?? []),
      )
    ) {
      await this.#unblock(ref, object);
    }
    // what is in foreground deletion already needs no second word
    if (decision.do === 'delete' && object.metadata.deletionTimestamp !== undefined) return;
    if (decision.do === 'drop-references') await this.#keepReferences(ref, object, (reference) => !decision.uids.includes(reference.uid));
    if (decision.do === 'delete') {
      const { uid } = object.metadata;
      await this.#api.delete(ref, { propagationPolicy: decision.policy, ...(uid === undefined ? {} : { uid }) }).catch(ignoreMissing);
    }
  }

  async #unblock(ref: ObjectRef, object: KubeObject): Promise<void> {
    const references = object.metadata.ownerReferences ?? [];
    if (!references.some((reference) => reference.blockOwnerDeletion === true)) return;
    const ownerReferences = references.map((reference) => ({ ...reference, blockOwnerDeletion: false }));
    await this.#api.patch(ref, { type: 'merge', body: { metadata: { ownerReferences } } }).catch(ignoreMissing);
  }

  async #orphan(ref: ObjectRef, owner: KubeObject): Promise<void> {
    for (const dependent of this.#core.store.dependents(owner.metadata.uid ?? '')) {
      const object = this.#core.store.table(dependent.table).get(dependent.namespace, dependent.name);
      const dependentRef = object === undefined ? undefined : this.#refOf(dependent.table, object);
      if (object !== undefined && dependentRef !== undefined) {
        await this.#keepReferences(dependentRef, object, (reference) => reference.uid !== owner.metadata.uid);
      }
    }
    await this.#dropFinalizer(ref, owner, ORPHAN);
  }

  async #finishForeground(ref: ObjectRef, owner: KubeObject): Promise<void> {
    const dependents = this.#core.store.dependents(owner.metadata.uid ?? '').flatMap((each) => {
      const object = this.#core.store.table(each.table).get(each.namespace, each.name);
      const reference = object?.metadata.ownerReferences?.find(({ uid }) => uid === owner.metadata.uid);
      if (object === undefined || reference === undefined) return [];
      return [{ blocking: reference.blockOwnerDeletion === true, beingDeleted: object.metadata.deletionTimestamp !== undefined }];
    });
    if (mayFinishForeground(dependents)) await this.#dropFinalizer(ref, owner, FOREGROUND);
  }

  async #dropFinalizer(ref: ObjectRef, object: KubeObject, finalizer: string): Promise<void> {
    const { resourceVersion } = object.metadata;
    const finalizers = (object.metadata.finalizers ?? []).filter((each) => each !== finalizer);
    const metadata = { finalizers, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
    await this.#api.patch(ref, { type: 'merge', body: { metadata } }).catch(ignoreMissing);
  }

  async #keepReferences(ref: ObjectRef, object: KubeObject, keep: (reference: OwnerReference) => boolean): Promise<void> {
    const kept = (object.metadata.ownerReferences ?? []).filter(keep);
    const { resourceVersion } = object.metadata;
    const ownerReferences = kept.length === 0 ? null : kept.map((reference) => ({ ...reference }));
    const metadata = { ownerReferences, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
    await this.#api.patch(ref, { type: 'merge', body: { metadata } }).catch(ignoreMissing);
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof StatusError && error.reason === 'NotFound')) throw error;
}
