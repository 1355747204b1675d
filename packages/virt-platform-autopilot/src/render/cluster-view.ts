import type { GroupVersionKind, KubeObject } from '@caretaker/kube';

/** What a template asks of the cluster; also what is watched, so that a change there renders the asset again. */
export interface Lookup extends GroupVersionKind {
  namespace?: string | undefined;
  /** Left out: all objects of the kind. */
  name?: string | undefined;
}

/**
 * The cluster as templates see it: synchronous, from caches. A lookup that is not cached yet answers with nothing and is remembered as
 * pending; the caller waits for it and renders again.
 */
export interface ClusterView {
  find(lookup: Lookup): readonly KubeObject[];
}

export const emptyClusterView: ClusterView = { find: () => [] };

export function lookupKey(lookup: Lookup): string {
  return [lookup.apiVersion, lookup.kind, lookup.namespace ?? '', lookup.name ?? '*'].join('|');
}

/** Notes every lookup of one rendering, in first-use order. */
export class RecordingView implements ClusterView {
  readonly #inner: ClusterView;
  readonly #seen = new Map<string, Lookup>();

  constructor(inner: ClusterView) {
    this.#inner = inner;
  }

  get lookups(): readonly Lookup[] {
    return [...this.#seen.values()];
  }

  find(lookup: Lookup): readonly KubeObject[] {
    this.#seen.set(lookupKey(lookup), lookup);
    return this.#inner.find(lookup);
  }
}
