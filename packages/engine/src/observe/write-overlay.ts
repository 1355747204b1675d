import { atLeast } from '@caretaker/kube';
import type { Digest } from './digest.ts';

type Written =
  | { type: 'object'; digest: Digest }
  /** A deletion was accepted: it is going. */
  | { type: 'deleted'; uid: string }
  /** A live read found nothing: it is gone. */
  | { type: 'gone'; uid: string };

/**
 * Answers to our own writes, until the cache has caught up: a decision is never made on a state that we ourselves have changed since
 * (read-your-writes, KEP-5647). Small: an entry lives for the milliseconds between an answer and its event.
 */
export class WriteOverlay {
  private readonly written = new Map<string, Written>();

  wrote(key: string, digest: Digest): void {
    this.written.set(key, { type: 'object', digest });
  }

  deleted(key: string, uid: string): void {
    this.written.set(key, { type: 'deleted', uid });
  }

  gone(key: string, uid: string): void {
    this.written.set(key, { type: 'gone', uid });
  }

  /** The newest of cache and own write. `cacheVersion`: the newest version that the cache has seen of the whole kind. */
  over(key: string, cached: Digest | undefined, cacheVersion: string | undefined): Digest | undefined {
    const own = this.written.get(key);
    if (!own) return cached;
    if (own.type !== 'object') {
      if (cached?.uid === own.uid && own.type === 'gone') return undefined;
      if (cached?.uid === own.uid) return cached.deleting ? cached : { ...cached, deleting: [] };
      this.written.delete(key);
      return cached;
    }
    const { resourceVersion } = own.digest;
    const caughtUp = atLeast(cached ? cached.resourceVersion : cacheVersion, resourceVersion);
    if (!caughtUp) return own.digest;
    this.written.delete(key);
    return cached;
  }

  /** Whether an event is older than what our own write left. */
  newer(key: string, event: Digest): boolean {
    const own = this.written.get(key);
    return own?.type === 'object' && !atLeast(event.resourceVersion, own.digest.resourceVersion);
  }

  sawDeletion(key: string, last: Digest): void {
    const own = this.written.get(key);
    if (own && (own.type === 'object' ? own.digest.uid : own.uid) === last.uid) this.written.delete(key);
  }

  get size(): number {
    return this.written.size;
  }
}
