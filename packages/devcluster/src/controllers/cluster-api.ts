import type { GroupVersionKind, JsonObject, KubeObject, ObjectRef, Patch } from '@caretaker/kube';
import { cloneJson } from '../schema/clone-json.ts';
import type { TypeInfo } from '../schema/contract.ts';
import { type LabelSelector, matchesLabels, parseLabelSelector } from '../selectors/label-selector.ts';
import { labelSelectorOf } from '../selectors/label-selector-object.ts';
import { toStatusError } from '../server/answers/faults.ts';
import { StatusError } from '../server/answers/status-error.ts';
import type { UserInfo } from '../server/contract.ts';
import { type ApiCore, peek, readAs, tableOf } from '../server/core.ts';
import { applyObject } from '../server/handlers/patch-handlers.ts';
import type { WriteRequest } from '../server/write-request.ts';
import { createObject, managerInfo } from '../server/writes/create.ts';
import { deleteObject } from '../server/writes/delete.ts';
import { matchName, matchNamespace } from '../server/writes/object-meta.ts';
import { updateObject } from '../server/writes/update.ts';
import type { ClusterApi, ClusterDeleteOptions, ClusterEvent, ClusterListOptions, ClusterWriteOptions } from './contract.ts';
import type { EventDelivery } from './event-delivery.ts';

/** The pipeline as a set of functions, for what runs inside the cluster. */
export class LocalClusterApi implements ClusterApi {
  readonly user: UserInfo;
  readonly #core: ApiCore;
  readonly #delivery: EventDelivery;
  readonly #manager: string;

  constructor(core: ApiCore, delivery: EventDelivery, user: UserInfo, manager: string) {
    this.#core = core;
    this.#delivery = delivery;
    this.user = user;
    this.#manager = manager;
  }

  get clock() {
    return this.#core.clock;
  }

  get random() {
    return this.#core.random;
  }

  get logger() {
    return this.#core.logger;
  }

  as(user: UserInfo, fieldManager: string): ClusterApi {
    return new LocalClusterApi(this.#core, this.#delivery, user, fieldManager);
  }

  peek(ref: ObjectRef): KubeObject | undefined {
    const type = this.#core.catalog.findKind(ref.apiVersion, ref.kind);
    return type === undefined ? undefined : peek(this.#core, type, type.namespaced ? (ref.namespace ?? '') : '', ref.name);
  }

  list(kind: GroupVersionKind, options: ClusterListOptions = {}): readonly KubeObject[] {
    const type = this.#core.catalog.findKind(kind.apiVersion, kind.kind);
    if (type === undefined) return [];
    const selector = selectorOf(options.labelSelector);
    const out: KubeObject[] = [];
    for (const stored of tableOf(this.#core, type).values(type.namespaced ? options.namespace : undefined)) {
      if (selector.length === 0 || matchesLabels(selector, stored.metadata.labels)) out.push(readAs(this.#core, type, stored));
    }
    return out;
  }

  ownedBy(uid: string, kind: GroupVersionKind): readonly KubeObject[] {
    const type = this.#core.catalog.findKind(kind.apiVersion, kind.kind);
    if (type === undefined) return [];
    const key = this.#core.catalog.tableKey(type);
    return this.#core.store.dependents(uid).flatMap((ref) => {
      const object = ref.table === key ? peek(this.#core, type, ref.namespace, ref.name) : undefined;
      return object === undefined ? [] : [object];
    });
  }

  async create(object: KubeObject, options: ClusterWriteOptions = {}): Promise<KubeObject> {
    return this.#attempt(async () => {
      const type = this.#type(object);
      const write = this.#write(type, object.metadata.namespace, undefined, options, 'CreateOptions');
      const { object: next } = this.#core.types.decode(type, object as unknown as JsonObject);
      matchNamespace(next, write.namespace);
      this.#core.types.applyDefaults(type, next);
      return createObject(this.#core, write, next);
    });
  }

  async update(object: KubeObject, options: ClusterWriteOptions = {}): Promise<KubeObject> {
    return this.#attempt(async () => {
      const type = this.#type(object);
      const write = this.#write(type, object.metadata.namespace, object.metadata.name, options, 'UpdateOptions');
      const { object: sent } = this.#core.types.decode(type, object as unknown as JsonObject);
      matchName(sent, write.name ?? '', write.namespace);
      this.#core.types.applyDefaults(type, sent);
      const result = await updateObject(this.#core, write, {
        tracked: false,
        createIfMissing: type.strategy.allowCreateOnUpdate,
        unconditional: type.strategy.allowUnconditionalUpdate,
        ...(object.metadata.uid === undefined ? {} : { uid: object.metadata.uid }),
        transform: (live) => {
          const next = cloneJson(sent);
          return live === undefined ? next : this.#core.managedFields.update(type, live, next, managerInfo(this.#core, write));
        },
      });
      return result.object;
    });
  }

  async patch(ref: ObjectRef, patch: Patch, options: ClusterWriteOptions = {}): Promise<KubeObject> {
    return this.#attempt(async () => {
      const type = this.#type(ref);
      const write = this.#write(type, ref.namespace, ref.name, options, 'PatchOptions');
      const text = JSON.stringify(patch.body);
      const result = await updateObject(this.#core, write, {
        tracked: false,
        createIfMissing: false,
        unconditional: true,
        transform: (live) => {
          if (live === undefined) throw new StatusError(404, 'NotFound', 'no object to patch');
          const raw = this.#core.patches.applyPatch(type, patch.type, live, text);
          const { object: next } = this.#core.patches.decodePatched(type, raw, true);
          matchName(next, ref.name, write.namespace);
          this.#core.types.applyDefaults(type, next);
          return this.#core.managedFields.update(type, live, next, managerInfo(this.#core, write));
        },
      });
      return result.object;
    });
  }

  async apply(object: KubeObject, options: ClusterWriteOptions & { force?: boolean } = {}): Promise<KubeObject> {
    return this.#attempt(async () => {
      const type = this.#type(object);
      const write = this.#write(type, object.metadata.namespace, object.metadata.name, options, 'PatchOptions');
      return (await applyObject(this.#core, write, object as unknown as JsonObject, options.force ?? false)).object;
    });
  }

  async delete(ref: ObjectRef, options: ClusterDeleteOptions = {}): Promise<void> {
    await this.#attempt(async () => {
      const type = this.#type(ref);
      const { propagationPolicy, nameless = false, ...rest } = options;
      const write = { ...this.#write(type, ref.namespace, ref.name, {}, 'DeleteOptions'), nameless };
      return deleteObject(this.#core, write, { ...rest, ...(propagationPolicy === undefined ? {} : { propagation: propagationPolicy }) });
    });
  }

  watch(kind: GroupVersionKind, handler: (event: ClusterEvent) => void): () => void {
    return this.#delivery.watch(kind, handler);
  }

  #type(kind: GroupVersionKind): TypeInfo {
    const type = this.#core.catalog.findKind(kind.apiVersion, kind.kind);
    if (type === undefined) throw new StatusError(404, 'NotFound', `no kind ${kind.kind} in ${kind.apiVersion}`);
    return type;
  }

  #write(
    type: TypeInfo,
    namespace: string | undefined,
    name: string | undefined,
    options: ClusterWriteOptions,
    kind: string,
  ): WriteRequest {
    return {
      type,
      namespace: type.namespaced ? (namespace ?? '') : '',
      name,
      subresource: options.subresource ?? '',
      user: this.user,
      fieldManager: options.fieldManager ?? this.#manager,
      dryRun: options.dryRun ?? false,
      options: { kind, apiVersion: 'meta.k8s.io/v1' },
      warnings: [],
    };
  }

  async #attempt<Result>(act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      throw toStatusError(error);
    }
  }
}

function selectorOf(selector: ClusterListOptions['labelSelector']): LabelSelector {
  if (selector === undefined) return [];
  return typeof selector === 'string' ? parseLabelSelector(selector) : (labelSelectorOf(selector) ?? []);
}
