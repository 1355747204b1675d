import type { Decision } from '../decide/decide.ts';
import { firstProblem, orphanState, resultOfPass } from '../report/outcome.ts';
import type { Owner } from '../types/bundle.ts';
import type { RemoveOptions } from '../types/engine.ts';
import type { RemovalOutcome } from '../types/outcome.ts';
import type { InventoryEntry } from '../types/state.ts';
import { Inventory } from './inventory.ts';
import { leftovers } from './leftovers.ts';
import { openPlaces } from './observe.ts';
import { Pass } from './pass.ts';
import { atServedVersions } from './served-version.ts';
import { rfc3339 } from './time-text.ts';
import { watchOrphans } from './watch-orphans.ts';
import type { World } from './world.ts';

/** Deletes or releases all that an owner has. The same decision as pruning, with nothing wanted. */
export async function remove(
  owner: Owner,
  inventoryEntries: readonly InventoryEntry[],
  options: RemoveOptions,
  world: World,
): Promise<RemovalOutcome> {
  const recorded = await atServedVersions(inventoryEntries, world.options.discovery);
  const faults = await openPlaces({ owner, desired: [] }, recorded, world, options.signal);
  const entries = [...recorded, ...leftovers(owner, recorded, world)].filter((entry) => entry.name !== '');
  const inventory = new Inventory(entries);
  const pass = new Pass(
    {
      owner,
      levels: [],
      unwanted: entries,
      inventory,
      faults,
      paused: false,
      force: false,
      gates: true,
      ownerGoes: true,
      releaseAll: options.orphan ?? false,
      releaseReason: options.reason ?? 'TenantDeleted',
      signal: options.signal,
    },
    world,
  );
  const decision = await pass.run();
  watchOrphans(owner, decision, world);
  return removalOf(decision, pass, world);
}

function removalOf(decision: Decision, pass: Pass, world: World): RemovalOutcome {
  const now = rfc3339(world.clock.now());
  const remaining = decision.orphans.flatMap((judgement) => (judgement.type === 'released' ? [] : orphanState(judgement, now)));
  const blocked = remaining.find((state) => state.code === 'DeletionBlocked');
  const problem = firstProblem(remaining) ?? (blocked && { code: 'DeletionBlocked' as const, message: blocked.message, id: blocked.id });
  return {
    result: resultOfPass(remaining),
    done: remaining.length === 0,
    remaining,
    happenings: pass.happenings,
    ...(problem ? { problem } : {}),
  };
}
