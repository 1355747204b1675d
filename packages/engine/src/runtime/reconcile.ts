import { EngineError, resultOf } from '../errors/engine-error.ts';
import { levelsOf } from '../graph/graph.ts';
import { prepare } from '../prepare/prepare.ts';
import type { Resource } from '../prepare/resource.ts';
import { outcomeOf } from '../report/outcome.ts';
import type { Bundle, Owner } from '../types/bundle.ts';
import type { ReconcileOptions } from '../types/engine.ts';
import type { Outcome } from '../types/outcome.ts';
import type { InventoryEntry, ResourceState } from '../types/state.ts';
import { settleClaims } from './claims.ts';
import { Inventory } from './inventory.ts';
import { leftovers } from './leftovers.ts';
import { openPlaces } from './observe.ts';
import { Pass } from './pass.ts';
import { atServedVersions } from './served-version.ts';
import { rfc3339 } from './time-text.ts';
import { watchOrphans } from './watch-orphans.ts';
import type { World } from './world.ts';

export async function reconcile(bundle: Bundle, options: ReconcileOptions, world: World): Promise<Outcome> {
  const opened = await open(bundle, options, world);
  if (!('pass' in opened)) return opened;
  const { pass, inventory, levels } = opened;
  settleClaims(bundle.owner, levels.flat(), inventory, world);
  const decision = await pass.run();
  const resources = new Map(levels.flat().map((resource) => [resource.id, resource]));
  keepSeen(levels.flat(), bundle.owner, world);
  watchOrphans(bundle.owner, decision, world);
  return outcomeOf({
    resources,
    decision,
    priorOf: (resource) => inventory.priorOf(resource),
    restarted: pass.restartedIds,
    happenings: pass.happenings,
    wrote: pass.wrote,
    now: rfc3339(world.clock.now()),
    wakeInMs: soonest(decision.wakeInMs, opened.missingKind ? kindRetryMs : undefined),
  });
}

/** How soon a kind that the cluster does not have is looked for again, milliseconds; its CRD's coming also wakes the owner. */
const kindRetryMs = 30_000;

export interface Opened {
  pass: Pass;
  inventory: Inventory;
  levels: Resource[][];
  missingKind: boolean;
}

/** Everything before the first decision: caches, preparation, graph. A graph that cannot be ordered ends the pass at once. */
export async function open(bundle: Bundle, options: ReconcileOptions, world: World, gates = true): Promise<Opened | Outcome> {
  const recorded = await atServedVersions(options.inventory ?? [], world.options.discovery);
  const faults = await openPlaces(bundle, recorded, world, options.signal);
  const namespaced = (kind: { apiVersion: string; kind: string }): boolean | undefined => world.options.discovery.peek(kind)?.namespaced;
  const resources = prepare(bundle, { marks: world.options.marks, hashKey: world.options.hashKey, namespaced });
  // What could not be rendered might be any of the objects that the inventory does not name: then none of them is taken for unwanted.
  const certain = resources.every((resource) => resource.key !== '');
  const entries = certain ? [...recorded, ...leftovers(bundle.owner, recorded, world)] : recorded;
  const inventory = new Inventory(entries);
  let levels: Resource[][];
  try {
    levels = levelsOf(resources);
  } catch (error) {
    if (error instanceof EngineError) return unordered(error, resources, entries, rfc3339(world.clock.now()));
    throw error;
  }
  levels.forEach((level, depth) => {
    for (const resource of level) resource.level = depth;
  });
  rememberKindFaults(
    bundle.owner.key,
    [...faults].filter(([, fault]) => fault.code === 'KindNotFound').map(([place]) => place),
    world,
  );
  const pass = new Pass(
    {
      owner: bundle.owner,
      levels,
      unwanted: options.prune === false ? [] : inventory.unwanted(resources),
      inventory,
      faults,
      paused: options.paused ?? false,
      force: options.force ?? false,
      gates,
      ownerGoes: false,
      releaseAll: false,
      releaseReason: 'RemovedFromTemplate',
      signal: options.signal,
    },
    world,
  );
  return { pass, inventory, levels, missingKind: faults.size > 0 };
}

/** The digests that were decided on: events are compared with them. */
function keepSeen(resources: readonly Resource[], owner: Owner, world: World): void {
  for (const resource of resources) {
    if (!world.claims.holds(resource.key, owner)) continue;
    const entry = world.memories.of(resource.key, owner.key);
    entry.seen = world.caches.get(resource.ref);
    entry.readiness = resource.readiness;
  }
}

function rememberKindFaults(ownerKey: string, places: readonly string[], world: World): void {
  if (places.length === 0) world.kindFaults.delete(ownerKey);
  else world.kindFaults.set(ownerKey, new Set(places));
}

function soonest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** A bundle whose dependencies cannot be ordered: nothing is applied and nothing pruned; every resource says why. */
function unordered(error: EngineError, resources: readonly Resource[], entries: readonly InventoryEntry[], now: string): Outcome {
  const known = new Inventory(entries);
  const states: ResourceState[] = resources.map((resource) => {
    const { id, ref, rules, dependIds } = resource;
    const prior = known.priorOf(resource);
    const since = prior?.phase === 'Failed' ? (prior.since ?? now) : now;
    const words = { phase: 'Failed' as const, reason: error.code, message: error.message, since, code: error.code };
    return { ...prior, ...ref, id, deletionPolicy: rules.deletionPolicy, dependIds: [...dependIds], ...words };
  });
  const failed = states.length;
  return {
    result: resultOf(error.code),
    resources: states,
    counts: { desired: failed, ready: 0, failed, skipped: 0, conflicted: 0, timedOut: 0, paused: 0 },
    happenings: [],
    changed: false,
    problem: { code: error.code, message: error.hint === undefined ? error.message : `${error.message} (${error.hint})` },
  };
}
