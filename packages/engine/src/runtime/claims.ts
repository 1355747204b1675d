import type { Resource } from '../prepare/resource.ts';
import type { Owner } from '../types/bundle.ts';
import type { World } from './world.ts';

/** Claims the addresses of a bundle and gives back those that it no longer wants. A refused one shows up as `holder` when it is observed. */
export function settleClaims(owner: Owner, resources: readonly Resource[], world: World): void {
  const wanted = new Set<string>();
  for (const resource of resources) {
    if (resource.key === '') continue;
    wanted.add(resource.key);
    world.claims.take(resource.key, owner, resource.id);
  }
  const uncertain = resources.some((resource) => resource.key === '');
  if (uncertain) return;
  for (const key of world.claims.keysOf(owner.key)) {
    if (!wanted.has(key)) {
      world.memories.forget(key);
      world.wakeWaiters(world.claims.release(key, owner.uid));
    }
  }
}
