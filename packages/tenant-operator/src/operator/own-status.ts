/** Status that this process wrote and its cache has not shown yet: a pass never decides on a status older than its own last write. */

import { atLeast } from '@caretaker/kube';

interface Stored<S> {
  metadata: { uid: string; resourceVersion?: string };
  status: S;
}

export interface OwnStatus<S> {
  /** The object with the latest status known. */
  latest<T extends Stored<S>>(key: string, cached: T): T;
  wrote(key: string, uid: string, resourceVersion: string | undefined, status: S): void;
  forget(key: string): void;
}

export function ownStatus<S>(): OwnStatus<S> {
  const written = new Map<string, { uid: string; resourceVersion: string; status: S }>();
  return {
    latest(key, cached) {
      const own = written.get(key);
      if (!own) return cached;
      if (own.uid === cached.metadata.uid && !atLeast(cached.metadata.resourceVersion, own.resourceVersion))
        return { ...cached, status: own.status };
      written.delete(key);
      return cached;
    },
    wrote(key, uid, resourceVersion, status) {
      if (resourceVersion !== undefined) written.set(key, { uid, resourceVersion, status });
    },
    forget: (key) => written.delete(key),
  };
}
