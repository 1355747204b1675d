import type { Clock, Logger } from '@caretaker/kube';
import type { Claims } from '../claims/claims.ts';
import type { EditWarRule } from '../edit-war/war.ts';
import type { Autoscalers } from '../observe/autoscalers.ts';
import type { ObjectCaches } from '../observe/object-caches.ts';
import type { StorageClasses } from '../observe/storage-classes.ts';
import type { EngineOptions } from '../types/engine.ts';
import type { ObjectMemories } from './memory.ts';

/** The parts that all passes of one engine share. */
export interface World {
  options: EngineOptions;
  clock: Clock;
  logger: Logger;
  caches: ObjectCaches;
  autoscalers: Autoscalers;
  storageClasses: StorageClasses;
  claims: Claims;
  memories: ObjectMemories;
  war: EditWarRule;
  concurrency: number;
  /** A write to the object with this key has been answered (or refused). */
  answered: (key: string) => void;
  /** Wakes owners that were refused an address which is free now. */
  wakeWaiters: (ownerKeys: readonly string[]) => void;
  /** Faults of kinds per owner, to wake it when a kind comes. */
  kindFaults: Map<string, Set<string>>;
}
