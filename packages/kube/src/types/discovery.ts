import type { GroupVersionKind } from './object.ts';

/** One kind as the server serves it. */
export interface ApiResource extends GroupVersionKind {
  group: string;
  version: string;
  plural: string;
  singular: string;
  namespaced: boolean;
  verbs: readonly string[];
  shortNames: readonly string[];
  subresources: readonly string[];
}

/** Aggregated discovery, cached; re-read when a kind is unknown or a CRD changes. Never guesses a plural. */
export interface Discovery {
  /** The resource, or undefined when the cluster does not have the kind (after one fresh look, rate-limited). */
  find(kind: GroupVersionKind): Promise<ApiResource | undefined>;
  /** From cache only. */
  peek(kind: GroupVersionKind): ApiResource | undefined;
  /** All kinds, from cache. */
  list(): Promise<readonly ApiResource[]>;
  /** Forget what is cached (a CRD came, went or changed). */
  invalidate(): void;
  /** Called after each re-read that changed the set of kinds. */
  onChange(listener: () => void): () => void;
}
