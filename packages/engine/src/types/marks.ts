import type { Owner } from './bundle.ts';

/** What the engine writes on objects so that they can be told apart later. Names are the operator's. */
export interface Marks {
  /** Labels on every object. All of them with these values = tracking proof of ownership; one that differs from owner to owner, with another value = another owner's. */
  labels: (owner: Owner) => Readonly<Record<string, string>>;
  /** Labels put into pod templates and claim templates at creation (DESIGN §10.7). Left out: none. */
  podLabels?: ((owner: Owner) => Readonly<Record<string, string>>) | undefined;
  /** Whether objects with deletionPolicy Delete get a controller reference to their owner (same namespace, or a cluster-scoped owner). */
  ownerReferences: boolean;
  /** Annotation: keyed hash of what was last applied. */
  appliedHash: string;
  /** Annotation: Delete or Retain. */
  deletionPolicy?: string | undefined;
  /** Annotation `"true"` on an object whose creationPolicy is Once. */
  createdOnce?: string | undefined;
  /** What a released object carries: a label `"true"` and two annotations (RFC 3339 time; why). */
  orphaned?: { label: string; at: string; reason: string } | undefined;
  /** Annotation: `"true"` pauses the object; written by the engine when an edit war is found, removed by people to resume. */
  paused: string;
  /** Annotations that `lookup` gives back; all others are not kept in memory. */
  keepAnnotation?: ((name: string) => boolean) | undefined;
}
