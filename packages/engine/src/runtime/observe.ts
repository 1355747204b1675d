import type { GroupVersionKind } from '@caretaker/kube';
import type { Observation } from '../decide/observation.ts';
import type { Orphan } from '../decide/orphans.ts';
import { dig } from '../json/value.ts';
import { objectKey } from '../prepare/object-key.ts';
import type { Fault, Resource } from '../prepare/resource.ts';
import { needsBody } from '../readiness/custom.ts';
import type { Bundle } from '../types/bundle.ts';
import type { InventoryEntry } from '../types/state.ts';
import { entryRef, type Inventory } from './inventory.ts';
import type { World } from './world.ts';

/** A place that a pass looks at: a kind in a namespace. */
interface Place extends GroupVersionKind {
  namespace: string | undefined;
  withBody: boolean;
}

/** What keeps kinds from being observed, by `apiVersion/kind/namespace`. */
export type KindFaults = ReadonlyMap<string, Fault>;

/** Sees to it that every kind and namespace of a bundle and its inventory is in the caches. Sends nothing when they are. */
export async function openPlaces(
  bundle: Bundle,
  inventory: readonly InventoryEntry[],
  world: World,
  signal: AbortSignal | undefined,
): Promise<KindFaults> {
  const faults = new Map<string, Fault>();
  const places = placesOf(bundle, inventory);
  await Promise.all(
    [...places.values()].map(async (place) => {
      if (world.caches.ready(place, place.namespace, place.withBody)) return;
      const fault = await world.caches.ensure(place, place.namespace, place.withBody, signal);
      if (fault) faults.set(placeKey(place, place.namespace), fault);
    }),
  );
  await openHelpers(bundle, world, signal);
  return faults;
}

function placesOf(bundle: Bundle, inventory: readonly InventoryEntry[]): Map<string, Place> {
  const places = new Map<string, Place>();
  const add = (kind: GroupVersionKind, namespace: string | undefined, withBody: boolean): void => {
    if (kind.apiVersion === '' || kind.kind === '') return;
    const key = placeKey(kind, namespace);
    const known = places.get(key);
    places.set(key, { apiVersion: kind.apiVersion, kind: kind.kind, namespace, withBody: withBody || known?.withBody === true });
  };
  for (const { object, readiness } of bundle.desired) {
    add(object, object.metadata.namespace || bundle.owner.namespace, needsBody(readiness));
  }
  for (const entry of inventory) if (entry.name !== '') add(entry, entry.namespace, false);
  return places;
}

/** Autoscalers where workloads with replicas are wanted; storage classes where claims are. */
async function openHelpers(bundle: Bundle, world: World, signal: AbortSignal | undefined): Promise<void> {
  for (const { object } of bundle.desired) {
    const namespace = object.metadata.namespace || bundle.owner.namespace;
    const scalable = dig(object, 'spec', 'replicas') !== undefined;
    if (scalable && namespace !== undefined && !world.autoscalers.ready(namespace)) await world.autoscalers.ensure(namespace, signal);
    if (object.kind === 'PersistentVolumeClaim') await world.storageClasses.ensure(signal);
  }
}

export function placeKey(kind: GroupVersionKind, namespace: string | undefined): string {
  return `${kind.apiVersion}/${kind.kind}/${namespace ?? ''}`;
}

/** One resource as the caches and the engine's memory have it. Reads only. */
export function observeResource(
  resource: Resource,
  owner: Bundle['owner'],
  faults: KindFaults,
  inventory: Inventory,
  world: World,
): Observation {
  const { ref, key } = resource;
  const digest = key === '' ? undefined : world.caches.get(ref);
  const fault = faults.get(placeKey(ref, ref.namespace)) ?? faults.get(placeKey(ref, owner.namespace));
  const holder = key === '' ? undefined : world.claims.holder(key);
  const unbound = digest?.readiness.unboundClass;
  return {
    digest,
    fault,
    holder: holder && holder.owner.uid !== owner.uid ? `${holder.owner.kind} ${holder.owner.key}` : undefined,
    autoscaled: key !== '' && world.autoscalers.targeted(key),
    waitsForConsumer: unbound !== undefined && world.storageClasses.waitsForConsumer(unbound),
    memory: world.claims.holds(key, owner) ? (world.memories.get(key)?.memory ?? {}) : {},
    prior: inventory.priorOf(resource),
  };
}

export function observeOrphan(entry: InventoryEntry, faults: KindFaults, world: World): Orphan {
  const ref = entryRef(entry);
  return { entry, ref, key: objectKey(ref), digest: world.caches.get(ref), fault: faults.get(placeKey(ref, ref.namespace)) };
}
