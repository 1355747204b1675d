import type { Clock, Discovery, Informers, KubeClient, Logger, ObjectRef, Priority, Random } from '@caretaker/kube';
import type { Bundle, Owner } from './bundle.ts';
import type { Marks } from './marks.ts';
import type { Outcome, Plan, RemovalOutcome } from './outcome.ts';
import type { InventoryEntry } from './state.ts';

export interface EngineOptions {
  client: KubeClient;
  informers: Informers;
  discovery: Discovery;
  clock: Clock;
  random: Random;
  logger: Logger;
  /** One per operator; what managedFields will say. */
  fieldManager: string;
  marks: Marks;
  /** Key of the applied-hash (HMAC): keep it in a Secret, so that a restart knows what it wrote. */
  hashKey: Uint8Array;
  /** Writes in flight per owner. [8] */
  concurrency?: number | undefined;
  /** Up to how many namespaces a kind is watched one by one; beyond, once for the whole cluster. [8] */
  namespacesPerKind?: number | undefined;
  /** How long a pass waits for caches of a kind that is watched for the first time, milliseconds. [30000] */
  syncTimeoutMs?: number | undefined;
  /** Contested repairs per object: bucket size, milliseconds per token, throttles until pause. [10, 6000, 3] */
  editWar?: { capacity: number; refillMs: number; throttlesToPause: number } | undefined;
}

export interface ReconcileOptions {
  /** `status.resources[]` of the last pass: what to prune, since when, uids. [] */
  inventory?: readonly InventoryEntry[] | undefined;
  /** Observe and report, write nothing. [false] */
  paused?: boolean | undefined;
  /** A person asked: write every object once, whatever the caches say and even with an empty bucket. Does not unpause. [false] */
  force?: boolean | undefined;
  /** Delete or release what the inventory has and the bundle has not. [true] */
  prune?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

export interface RemoveOptions {
  /** Release everything, whatever its deletionPolicy (`--cascade=orphan`). [false] */
  orphan?: boolean | undefined;
  /** Reason written on released objects. [TenantDeleted] */
  reason?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** What the caches know of one object; no body. */
export interface ObservedObject {
  ref: ObjectRef;
  uid: string;
  resourceVersion: string;
  deleting: boolean;
  /** Annotations that `Marks.keepAnnotation` lets through. */
  annotations: Readonly<Record<string, string>>;
  /** Whether its labels are those of `Marks.labels(owner)`, when an owner is given. */
  labelled: boolean;
  paused: boolean;
}

/** A child's event concerns its owner: drift, readiness, deletion, a conflict that may be over, a kind that has come. */
export type WakeListener = (ownerKey: string, priority: Priority, reason: WakeReason) => void;
export type WakeReason = 'drift' | 'deleted' | 'readiness' | 'released' | 'annotation' | 'kind' | 'cache';

/**
 * From desired to converged. One pass at a time per owner (the caller's queue sees to that); any number of owners at once.
 * Sends nothing when nothing would change.
 */
export interface Engine {
  /** Never rejects for a fault of one resource: that is in the outcome. Rejects with the signal's reason when aborted. */
  reconcile(bundle: Bundle, options?: ReconcileOptions): Promise<Outcome>;
  /** Deletes or releases all that the inventory names, in reverse order of dependence. Call again on wake until `done`. */
  remove(owner: Owner, inventory: readonly InventoryEntry[], options?: RemoveOptions): Promise<RemovalOutcome>;
  /** What `reconcile` would do now. Reads caches; with `dryRun` also asks the server (dry run, one request per change). */
  plan(bundle: Bundle, options?: ReconcileOptions & { dryRun?: boolean }): Promise<Plan>;
  /** One object, from the caches (its kind is watched from then on). For annotations that steer the next bundle. */
  lookup(ref: ObjectRef, owner: Owner, signal?: AbortSignal): Promise<ObservedObject | undefined>;
  onWake(listener: WakeListener): () => void;
  /** Drops claims and memory of an owner that is gone. */
  forget(ownerKey: string): void;
  /** Figures for gauges: children kept, claims, kinds watched. */
  stats(): EngineStats;
  /** Releases the informers. */
  close(): Promise<void>;
}

export interface EngineStats {
  owners: number;
  objects: number;
  informers: number;
}
