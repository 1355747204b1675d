import type { GroupVersionKind, Priority } from '@caretaker/kube';
import { seenText } from '../decide/observation.ts';
import type { Digest } from '../observe/digest.ts';
import type { WakeListener, WakeReason } from '../types/engine.ts';
import { significantChange } from './significant.ts';
import type { World } from './world.ts';

/** Turns events of children into wakes of their owners. */
export class Waker {
  private readonly listeners = new Set<WakeListener>();

  add(listener: WakeListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  wake(ownerKey: string, reason: WakeReason): void {
    for (const listener of this.listeners) listener(ownerKey, priorities[reason], reason);
  }

  /** An object came, changed or went. */
  event(key: string, digest: Digest | undefined, world: World): void {
    if (!digest || !world.claims.holder(key)) for (const waiter of world.claims.waitersOf(key)) this.wake(waiter, 'released');
    const entry = world.memories.get(key);
    if (!entry) return;
    if (entry.writing) {
      entry.held = { digest };
      return;
    }
    if (!digest) {
      entry.seen = undefined;
      this.wake(entry.ownerKey, 'deleted');
      return;
    }
    const own = world.caches.overlay.newer(key, digest);
    if (own) return;
    const refused = entry.memory.failure !== undefined && seenText(entry.seen) !== seenText(digest);
    const reason = significantChange(entry.seen, digest, entry.readiness) ?? (refused ? 'released' : undefined);
    if (reason) this.wake(entry.ownerKey, reason);
    else entry.seen = digest;
  }

  /** A write of ours has been answered: what came meanwhile is looked at now, with the answer known. */
  answered(key: string, world: World): void {
    const entry = world.memories.get(key);
    if (!entry) return;
    const { held } = entry;
    entry.writing = false;
    entry.held = undefined;
    if (held) this.event(key, held.digest, world);
  }

  /** A kind can be watched, or cannot any more: its owners look again. */
  kind(kind: GroupVersionKind, world: World): void {
    const prefix = `${kind.apiVersion.includes('/') ? kind.apiVersion.slice(0, kind.apiVersion.indexOf('/')) : ''}/${kind.kind}/`;
    const owners = new Set<string>();
    for (const key of world.memories.keys()) {
      const ownerKey = key.startsWith(prefix) ? world.memories.get(key)?.ownerKey : undefined;
      if (ownerKey !== undefined) owners.add(ownerKey);
    }
    for (const ownerKey of owners) this.wake(ownerKey, 'cache');
  }

  /** The set of kinds of the cluster has changed: who missed one looks again. */
  kindsChanged(world: World): void {
    for (const ownerKey of [...world.kindFaults.keys()]) this.wake(ownerKey, 'kind');
  }
}

const priorities: Readonly<Record<WakeReason, Priority>> = {
  drift: 'drift',
  deleted: 'drift',
  readiness: 'change',
  released: 'change',
  annotation: 'user',
  kind: 'change',
  cache: 'resync',
};
