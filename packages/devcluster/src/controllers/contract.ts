import type { Clock, GroupVersionKind, JsonObject, KubeObject, Logger, ObjectRef, Patch, Random } from '@caretaker/kube';
import type { UserInfo } from '../server/contract.ts';

/** A change of one object. `previous` is its state before (absent for ADDED); a DELETED event's `object` is the last state. Never mutate either. */
export interface ClusterEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubeObject;
  previous?: KubeObject;
}

export interface ClusterListOptions {
  namespace?: string;
  /** The text form (`app=web,tier!=x`) or a meta/v1 LabelSelector. An empty LabelSelector matches everything. */
  labelSelector?: string | JsonObject;
}

export interface ClusterWriteOptions {
  /** Name in managedFields; the controller's own name when left out. */
  fieldManager?: string;
  subresource?: string;
  dryRun?: boolean;
}

export interface ClusterDeleteOptions {
  uid?: string;
  resourceVersion?: string;
  propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  gracePeriodSeconds?: number;
  /** One of a collection: admission is not told its name. */
  nameless?: boolean;
  /** Admission is not asked: it was about what leads to this deletion, an eviction. */
  admitted?: boolean;
}

/**
 * What a controller inside the cluster sees: reads straight from the store (no cache to be stale, nothing to wait for) and writes through the whole
 * request pipeline (authorization, defaulting, validation, admission) as one user.
 *
 * Objects that come out are shared with the store: treat them as frozen and copy before changing (`structuredClone`).
 * Writes reject with `StatusError` (src/server/answers/status-error.ts; `reason` is `NotFound`, `Conflict`, `AlreadyExists`, `Invalid`, `Forbidden` …).
 */
export interface ClusterApi {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly user: UserInfo;
  /** The same cluster as another user and field manager. */
  as(user: UserInfo, fieldManager: string): ClusterApi;

  /** The object as stored now, in the version asked for; undefined when it is not there or the kind is unknown. */
  peek(ref: ObjectRef): KubeObject | undefined;
  /** All objects of a kind, ordered by namespace and name. Empty when the kind is unknown. */
  list(kind: GroupVersionKind, options?: ClusterListOptions): readonly KubeObject[];
  /** Objects of a kind whose `metadata.ownerReferences` hold this uid; from an index. */
  ownedBy(uid: string, kind: GroupVersionKind): readonly KubeObject[];

  create(object: KubeObject, options?: ClusterWriteOptions): Promise<KubeObject>;
  /** PUT. Give `metadata.resourceVersion` to be told of a race (409). */
  update(object: KubeObject, options?: ClusterWriteOptions): Promise<KubeObject>;
  patch(ref: ObjectRef, patch: Patch, options?: ClusterWriteOptions): Promise<KubeObject>;
  apply(object: KubeObject, options?: ClusterWriteOptions & { force?: boolean }): Promise<KubeObject>;
  /** Resolves when the deletion is accepted (finalizers may hold the object). */
  delete(ref: ObjectRef, options?: ClusterDeleteOptions): Promise<void>;

  /**
   * Every change of a kind, in order, each exactly once; first an ADDED for each object that is there. Delivered on a microtask after the write, never
   * inside it. Unknown kinds begin to deliver when they come. Returns the function that ends it.
   */
  watch(kind: GroupVersionKind, handler: (event: ClusterEvent) => void): () => void;
}

/** A running part of the cluster. `start` is called once; `stop` cancels timers and watches and lets nothing more happen. */
export interface ClusterController {
  /** The name in `--controllers`, e.g. `deployment`. */
  readonly name: string;
  start(api: ClusterApi): void;
  stop(): void | Promise<void>;
}
