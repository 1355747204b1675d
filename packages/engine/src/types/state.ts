import type { DeletionPolicy } from './desired.ts';
import type { ErrorCode } from './error-code.ts';

/** Where a resource stands. Only Failed and Conflicted count as failures (DESIGN §10.11). */
export type Phase =
  /** Nothing done yet. */
  | 'Pending'
  /** A write is on its way, or an object is being replaced. */
  | 'Applying'
  /** Not applied at this revision: something in `dependIds` is not ready yet. */
  | 'WaitingForDependency'
  /** Applied, not ready yet, inside timeoutSeconds. */
  | 'WaitingForReady'
  | 'Ready'
  /** Could not be rendered or applied. */
  | 'Failed'
  /** Belongs to somebody else, whole or in a field. */
  | 'Conflicted'
  /** Not applied at this revision: something in `dependIds` has failed. */
  | 'Skipped'
  /** No longer wanted, and released instead of deleted. */
  | 'Retained'
  /** Not ready after timeoutSeconds. */
  | 'TimedOut'
  /** Carries the pause annotation, or its owner is paused while something would change. */
  | 'Paused'
  /** No longer wanted; its deletion is on the way. */
  | 'Deleting';

/** What cleanup needs to know of a resource without its revision (DESIGN §10.4). `ResourceState` is one. */
export interface InventoryEntry {
  id: string;
  apiVersion: string;
  kind: string;
  namespace?: string | undefined;
  name: string;
  /** The object's uid; absent until it exists. */
  uid?: string | undefined;
  deletionPolicy: DeletionPolicy;
  dependIds: readonly string[];
  phase?: Phase | undefined;
  reason?: string | undefined;
  /** RFC 3339, seconds. Since when the phase is what it is; timeoutSeconds counts from it. */
  since?: string | undefined;
  /** Hash under which a Job ran to its end: it stays done when its TTL removes it (DESIGN §10.17). Must be kept by the owner's status. */
  completedHash?: string | undefined;
}

/** One line of `status.resources[]`. Plain JSON; safe to show (no secret values). */
export interface ResourceState extends InventoryEntry {
  phase: Phase;
  /** UpperCamelCase; empty when phase is Ready and there is nothing to add. */
  reason: string;
  message: string;
  since: string;
  /** Present when something is wrong; see docs/reference/errors.md. */
  code?: ErrorCode | undefined;
}
