import type { Decision } from '../decide/decide.ts';
import type { Owner } from '../types/bundle.ts';
import type { World } from './world.ts';

/** Keeps an eye on objects that are going, so that their end wakes the owner; forgets those that are gone or left alone. */
export function watchOrphans(owner: Owner, decision: Decision, world: World): void {
  for (const { type, orphan } of decision.orphans) {
    if (type === 'gone' || type === 'leave' || type === 'released') {
      if (world.memories.get(orphan.key)?.ownerKey === owner.key) world.memories.forget(orphan.key);
      world.wakeWaiters(world.claims.release(orphan.key, owner.uid));
    } else {
      if (world.claims.take(orphan.key, owner, orphan.entry.id)) continue;
      world.memories.of(orphan.key, owner.key).seen = orphan.digest;
    }
  }
}
