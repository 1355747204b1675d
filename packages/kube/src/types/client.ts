import type { JsonObject, JsonValue } from './json.ts';
import type { GroupVersionKind, KubeList, KubeObject, ObjectRef } from './object.ts';

/** Who sets the pace when the limiter is short of room; lower is sooner. */
export type RequestPriority = 'lease' | 'user' | 'normal' | 'background';

export interface RequestOptions {
  signal?: AbortSignal;
  priority?: RequestPriority;
}

export interface WriteOptions extends RequestOptions {
  /** Name in managedFields; the client's own when left out. */
  fieldManager?: string;
  dryRun?: boolean;
  /** `Strict` when left out: an unknown field is an error, not a silent loss. */
  fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  /** `status`, `scale`, `token`, `eviction`, `binding`, `approval`. */
  subresource?: string;
}

export interface ListOptions extends RequestOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  limit?: number;
  continue?: string;
  resourceVersion?: string;
  resourceVersionMatch?: 'NotOlderThan' | 'Exact';
  /** PartialObjectMetadata only. */
  metadataOnly?: boolean;
}

export interface WatchOptions extends RequestOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  resourceVersion?: string;
  timeoutSeconds?: number;
  allowWatchBookmarks?: boolean;
  sendInitialEvents?: boolean;
  metadataOnly?: boolean;
  /** Called once when the server has accepted the watch, before the first event (which may be minutes away). */
  opened?: () => void;
}

export type WatchEvent = { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: KubeObject } | { type: 'ERROR'; status: ApiStatus };

/** meta/v1 Status, as far as it is read. */
export interface ApiStatus {
  code: number;
  reason: string;
  message: string;
  causes: { reason?: string; message?: string; field?: string }[];
  retryAfterSeconds?: number;
}

export interface DeleteOptions extends RequestOptions {
  preconditions?: { uid?: string; resourceVersion?: string };
  propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  gracePeriodSeconds?: number;
  dryRun?: boolean;
}

export type Patch = { type: 'json'; body: JsonValue[] } | { type: 'merge'; body: JsonObject } | { type: 'strategic'; body: JsonObject };

/** What an apply did: `created` tells a 201 from a 200. */
export interface ApplyResult {
  object: KubeObject;
  created: boolean;
  warnings: string[];
}

/**
 * Raw objects in and out; plurals come from discovery, never from guessing. Every failure is an `ApiError` (the server said no) or a
 * `TransportError` (no answer came).
 */
export interface KubeClient {
  get(ref: ObjectRef, options?: RequestOptions & { subresource?: string }): Promise<KubeObject>;
  list(kind: GroupVersionKind, options?: ListOptions): Promise<KubeList>;
  create(object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  update(object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  patch(ref: ObjectRef, patch: Patch, options?: WriteOptions): Promise<KubeObject>;
  /** Server-side apply. Without `force` a conflict is an `ApiError` with reason Conflict and one cause per field. */
  apply(object: KubeObject, options: WriteOptions & { fieldManager: string; force?: boolean }): Promise<ApplyResult>;
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<void>;
  deleteCollection(kind: GroupVersionKind, options: ListOptions & DeleteOptions): Promise<void>;
  /** Ends normally when the server closes the stream. Rejects with `ApiError` when the watch is refused (410 included). */
  watch(kind: GroupVersionKind, options: WatchOptions): AsyncIterable<WatchEvent>;
}
