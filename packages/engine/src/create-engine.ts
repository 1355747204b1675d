import type { ObjectRef } from '@caretaker/kube';
import { Claims } from './claims/claims.ts';
import { defaultEditWarRule } from './edit-war/war.ts';
import { Autoscalers } from './observe/autoscalers.ts';
import { ObjectCaches } from './observe/object-caches.ts';
import { StorageClasses } from './observe/storage-classes.ts';
import { lookup } from './runtime/lookup.ts';
import { ObjectMemories } from './runtime/memory.ts';
import { plan } from './runtime/plan.ts';
import { reconcile } from './runtime/reconcile.ts';
import { remove } from './runtime/remove.ts';
import { Waker } from './runtime/wake.ts';
import type { World } from './runtime/world.ts';
import type { Owner } from './types/bundle.ts';
import type { Engine, EngineOptions } from './types/engine.ts';

/** Makes the engine of one operator. Nothing is watched and nothing sent until the first bundle comes. */
export function createEngine(options: EngineOptions): Engine {
  const waker = new Waker();
  const world = worldOf(options, waker);
  const stopDiscovery = options.discovery.onChange(() => waker.kindsChanged(world));
  return {
    reconcile: (bundle, pass = {}) => reconcile(bundle, pass, world),
    remove: (owner, inventory, pass = {}) => remove(owner, inventory, pass, world),
    plan: (bundle, pass = {}) => plan(bundle, pass, world),
    lookup: (ref: ObjectRef, owner: Owner, signal?: AbortSignal) => lookup(ref, owner, signal, world),
    onWake: (listener) => waker.add(listener),
    forget: (ownerKey) => {
      for (const key of world.claims.keysOf(ownerKey)) world.memories.forget(key);
      world.memories.forgetLookedAt(ownerKey);
      world.kindFaults.delete(ownerKey);
      world.wakeWaiters(world.claims.forget(ownerKey));
    },
    stats: () => ({ owners: world.claims.owners, objects: world.memories.size, informers: world.caches.informers }),
    close: async () => {
      stopDiscovery();
      world.caches.close();
      world.autoscalers.close();
      world.storageClasses.close();
    },
  };
}

function worldOf(options: EngineOptions, waker: Waker): World {
  const { informers, discovery, clock, logger, fieldManager, marks } = options;
  const namespaceLimit = options.namespacesPerKind ?? 8;
  const syncTimeoutMs = options.syncTimeoutMs ?? 30_000;
  const world: World = {
    options,
    clock,
    logger,
    claims: new Claims(),
    memories: new ObjectMemories(),
    war: options.editWar ?? defaultEditWarRule,
    concurrency: options.concurrency ?? 8,
    kindFaults: new Map(),
    answered: (key) => waker.answered(key, world),
    wakeWaiters: (ownerKeys) => {
      for (const ownerKey of ownerKeys) waker.wake(ownerKey, 'released');
    },
    caches: new ObjectCaches({
      informers,
      discovery,
      clock,
      fieldManager,
      marks,
      namespaceLimit,
      syncTimeoutMs,
      onEvent: (key, digest) => waker.event(key, digest, world),
      onKind: (kind) => waker.kind(kind, world),
    }),
    autoscalers: new Autoscalers({
      informers,
      discovery,
      clock,
      namespaceLimit,
      syncTimeoutMs,
      onTarget: (key) => {
        const ownerKey = world.memories.get(key)?.ownerKey;
        if (ownerKey !== undefined) waker.wake(ownerKey, 'drift');
      },
    }),
    storageClasses: new StorageClasses({ informers, clock, syncTimeoutMs }),
  };
  return world;
}
