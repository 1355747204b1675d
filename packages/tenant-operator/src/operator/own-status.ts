/** Status that this process wrote and its cache has not shown yet: a pass never decides on a status older than its own last write. */

/** Whether resource version `a` is newer than `b` (KEP-5504: they are comparable numbers). */
function newer(a: string, b: string | undefined): boolean {
  if (b === undefined) return true;
  if (!/^\d+$/.test(a) || !/^\d+$/.test(b)) return a !== b;
  return a.length === b.length ? a > b : a.length > b.length;
}

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
      if (own.uid === cached.metadata.uid && newer(own.resourceVersion, cached.metadata.resourceVersion))
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
