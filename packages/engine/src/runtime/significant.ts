import type { Digest } from '../observe/digest.ts';
import type { ReadinessCheck } from '../readiness/custom.ts';
import { sameReadiness } from '../readiness/readiness.ts';
import type { WakeReason } from '../types/engine.ts';

/**
 * Whether an event changes anything that a decision depends on, and what. Most events of a child do not: our own write coming back, a status
 * that counts on, another manager's fields.
 */
export function significantChange(before: Digest | undefined, now: Digest, check: ReadinessCheck | undefined): WakeReason | undefined {
  if (!before || before.uid !== now.uid) return 'drift';
  if ((before.deleting === undefined) !== (now.deleting === undefined)) return 'deleted';
  if (before.own !== now.own || before.values !== now.values || before.body !== now.body || before.appliedHash !== now.appliedHash)
    return 'drift';
  if (!sameText(before.labels, now.labels) || before.orphaned !== now.orphaned || !sameOwners(before, now)) return 'drift';
  if (before.paused !== now.paused || !sameText(before.annotations, now.annotations)) return 'annotation';
  if (before.createdOnce !== now.createdOnce || before.podLabelled !== now.podLabelled) return 'drift';
  if (check && before.object && now.object) return sameReadiness(check(before.object), check(now.object)) ? undefined : 'readiness';
  return sameReadiness(before.readiness, now.readiness) ? undefined : 'readiness';
}

function sameText(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  if (a === b) return true;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function sameOwners(a: Digest, b: Digest): boolean {
  return a.owners.length === b.owners.length && a.owners.every((owner, index) => owner.uid === b.owners[index]?.uid);
}
