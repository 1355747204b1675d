import type { JsonValue, KubeObject } from '@caretaker/kube';

/** `Once`: applied when absent, never updated. `WhenNeeded`: kept as desired. `Never`: kept as desired while it is there; absent, it stays absent. */
export type CreationPolicy = 'WhenNeeded' | 'Once' | 'Never';
/** What happens to the object when nobody wants it any more. `Retain` releases it and marks it. */
export type DeletionPolicy = 'Delete' | 'Retain';
/**
 * What to do about what others own. `Stuck`: an existing object that we did not make, or a field that another manager held before we first
 * applied it, is a conflict and is left alone. `Force`: taken. Drift (a field that was ours and was changed) is repaired under both.
 */
export type ConflictPolicy = 'Stuck' | 'Force';
/** `apply`: server-side apply. `merge`: JSON merge patch. `replace`: PUT (finalizers and foreign owner references are kept). */
export type PatchStrategy = 'apply' | 'merge' | 'replace';
/** What to do when the API server refuses a change because a field is immutable. Default: Recreate for Jobs, else Fail. */
export type OnImmutable = 'Fail' | 'Recreate';

/** One operation of RFC 6902. */
export type JsonPatchOperation =
  | { op: 'add' | 'replace' | 'test'; path: string; value: JsonValue }
  | { op: 'remove'; path: string }
  | { op: 'move' | 'copy'; path: string; from: string };

/** When an object counts as ready. Left out: the rule of its group and kind (docs/reference/readiness.md). */
export type ReadinessRule =
  /** Ready as soon as it exists. */
  | { type: 'exists' }
  /** status.conditions[type].status equals `status` (default True), at the observed generation when the object reports one. */
  | { type: 'condition'; conditionType: string; status?: 'True' | 'False' | 'Unknown' }
  /** kubectl wait's form: the path has at least one match, or one that equals `value` as text. */
  | { type: 'jsonPath'; path: string; value?: string }
  /** A CEL expression over `object` (also `self`) that gives a bool. `message` is shown while it is false. */
  | { type: 'cel'; expression: string; message?: string };

/** One object that an owner wants, with the rules for it. Defaults are in brackets. */
export interface DesiredObject {
  /** Unique inside the bundle; what `dependIds` and the status name. */
  id: string;
  /** The whole object, rendered. Labels, annotations and owner references of the engine's own are added to it (see `Marks`). */
  object: KubeObject;
  /** Ids that must be ready before this object is first applied at a new revision. [] */
  dependIds?: readonly string[] | undefined;
  /** [WhenNeeded] */
  creationPolicy?: CreationPolicy | undefined;
  /** [Delete] */
  deletionPolicy?: DeletionPolicy | undefined;
  /** [Stuck] */
  conflictPolicy?: ConflictPolicy | undefined;
  /** [apply] */
  patchStrategy?: PatchStrategy | undefined;
  /** JSONPath (`$.spec.replicas`, `.spec.x[*].y`) or JSON pointers (`/spec/replicas`). Set at creation, then the live value wins. [] */
  ignoreFields?: readonly string[] | undefined;
  /** RFC 6902 operations on the rendered object; a failing one fails the resource with code JsonPatchInvalid. [] */
  userPatch?: readonly JsonPatchOperation[] | undefined;
  /** [true] */
  waitForReady?: boolean | undefined;
  /** How long it may take to become ready before its phase is TimedOut, seconds. [300] */
  timeoutSeconds?: number | undefined;
  /** [Recreate for batch Jobs, else Fail] */
  onImmutable?: OnImmutable | undefined;
  /** Not applied at a new revision when a dependency has failed; `false`: applied all the same. [true] */
  skipOnDependencyFailure?: boolean | undefined;
  /** [by group and kind] */
  readiness?: ReadinessRule | undefined;
  /** Values of this object never appear in messages (kind Secret always is). [false] */
  sensitive?: boolean | undefined;
}
