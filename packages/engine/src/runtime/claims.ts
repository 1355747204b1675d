import { proofOf } from '../marks/proof.ts';
import type { Resource } from '../prepare/resource.ts';
import type { Owner } from '../types/bundle.ts';
import type { Inventory } from './inventory.ts';
import type { World } from './world.ts';

/**
 * Claims the addresses of a bundle and gives back those that it no longer wants. A refused one shows up as `holder` when it is observed. An
 * object that carries another owner's marks is not claimed at all: after a restart whoever comes first must not keep its owner out.
 */
export function settleClaims(owner: Owner, resources: readonly Resource[], inventory: Inventory, world: World): void {
  const wanted = new Set<string>();
  for (const resource of resources) {
    if (resource.key === '') continue;
    wanted.add(resource.key);
    const digest = world.caches.get(resource.ref);
    const proof = digest && proofOf(digest, owner, world.options.marks, inventory.priorOf(resource)?.uid);
    if (proof?.type === 'other') world.claims.wait(resource.key, owner);
    else world.claims.take(resource.key, owner, resource.id);
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
