import type { DeletionPolicy, DesiredObject } from './desired.ts';

/** Whose objects they are. */
export interface Owner {
  /** Under which its controller queues it; what `onWake` gives back. Unique in the process. */
  key: string;
  apiVersion: string;
  kind: string;
  namespace?: string | undefined;
  name: string;
  /** The proof of ownership; for an owner that is no API object any stable text. */
  uid: string;
}

/** A resource that could not be rendered. Its object, if one exists, stays as it is and is not pruned. */
export interface UnrenderedResource {
  id: string;
  apiVersion?: string | undefined;
  kind?: string | undefined;
  dependIds?: readonly string[] | undefined;
  deletionPolicy?: DeletionPolicy | undefined;
  /** UpperCamelCase, for the state's reason, e.g. `TemplateRenderError`. */
  reason: string;
  /** For people: what, where (template line), what to do. */
  message: string;
}

/** All that one owner wants. */
export interface Bundle {
  owner: Owner;
  desired: readonly DesiredObject[];
  unrendered?: readonly UnrenderedResource[] | undefined;
}
