/**
 * Keeps creations of Services few at a time. Each takes an address from one shared allocator of the API server, whose retries make many at once
 * slower than few (measured on 1.36: 4 at once 157 a second, 8: 106, 32: 46).
 */
import type { GroupVersionKind, KubeClient } from '@caretaker/kube';

const atOnce = 4;

/** At most `limit` at once, first come first served. */
function gate(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

const isService = ({ apiVersion, kind }: GroupVersionKind): boolean => kind === 'Service' && apiVersion === 'v1';

/** The same client, with writes of Services gated. */
export function gateServices(client: KubeClient): KubeClient {
  const pass = gate(atOnce);
  return {
    get: (ref, options) => client.get(ref, options),
    list: (kind, options) => client.list(kind, options),
    update: (object, options) => client.update(object, options),
    patch: (ref, patch, options) => client.patch(ref, patch, options),
    delete: (ref, options) => client.delete(ref, options),
    deleteCollection: (kind, options) => client.deleteCollection(kind, options),
    watch: (kind, options) => client.watch(kind, options),
    create: (object, options) => (isService(object) ? pass(() => client.create(object, options)) : client.create(object, options)),
    apply: (object, options) => (isService(object) ? pass(() => client.apply(object, options)) : client.apply(object, options)),
  };
}
