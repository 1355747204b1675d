import { uncovered } from '../compare/coverage.ts';
import { addressText } from '../fields/address.ts';
import { difference, isBelow, touches } from '../fields/algebra.ts';
import type { FieldSet } from '../fields/field-set.ts';
import { ignoredAddresses } from '../ignore/live-wins.ts';
import type { IgnorePath } from '../ignore/parse.ts';
import { toJsonObject } from '../json/value.ts';
import type { Digest } from '../observe/digest.ts';
import type { Resource } from '../prepare/resource.ts';
import type { Applied, Memory } from './observation.ts';

/** Whether writing this object now would change anything, and why. */
export type Difference =
  /** Nothing. `applied`: what to remember, when it is news. */
  | { type: 'none'; applied?: Applied }
  | { type: 'changed' }
  /** These fields of ours were changed or taken. */
  | { type: 'drift'; fields: readonly string[] }
  /** The caches cannot tell. */
  | { type: 'unverified' }
  /** Only the live body can tell (merge, replace). */
  | { type: 'verify' };

const same: Difference = { type: 'none' };

/** Compares an existing object of ours with what is wanted. Pure; needs no body and no schema. */
export function differenceOf(resource: Resource, digest: Digest, memory: Memory, ignored: readonly IgnorePath[]): Difference {
  if (resource.rules.patchStrategy !== 'apply') return patchedDifference(resource, digest, memory);
  const applied = memory.applied?.uid === digest.uid ? memory.applied : undefined;
  return applied ? sinceApplied(resource, digest, applied, ignored) : afterRestart(resource, digest, ignored);
}

/** What is remembered once an object is known to be as wanted. */
export function appliedOf(digest: Digest, hash: string): Applied {
  const { uid, own, values, body, resourceVersion } = digest;
  return { uid, hash, own, values, body, resourceVersion };
}

function sinceApplied(resource: Resource, digest: Digest, applied: Applied, ignored: readonly IgnorePath[]): Difference {
  if (applied.hash !== resource.hash) return { type: 'changed' };
  if (digest.own === applied.own && digest.values === applied.values) return same;
  if (!digest.own || !applied.own) return { type: 'drift', fields: [] };
  const lost = withoutIgnored(difference(applied.own, digest.own), resource, [applied.own, ...othersOf(digest)], ignored);
  if (lost.length > 0) return { type: 'drift', fields: lost };
  const sameFields = digest.own === applied.own;
  if (sameFields) return { type: 'drift', fields: [] };
  const gained = difference(digest.own, applied.own);
  return gained.length > 0 ? { type: 'unverified' } : { type: 'none', applied: appliedOf(digest, resource.hash) };
}

function afterRestart(resource: Resource, digest: Digest, ignored: readonly IgnorePath[]): Difference {
  if (digest.appliedHash !== resource.hash) return { type: 'changed' };
  if (!digest.own) return { type: 'unverified' };
  const missing = uncovered(toJsonObject(resource.object), digest.own.fields());
  const lost = missing.length === 0 ? missing : withoutIgnored(missing, resource, [digest.own, ...othersOf(digest)], ignored);
  if (lost.length === 0) return { type: 'none', applied: appliedOf(digest, resource.hash) };
  const taken = lost.filter((path) => digest.others.some((other) => touches(other.fields, path)));
  return taken.length > 0 ? { type: 'drift', fields: taken } : { type: 'unverified' };
}

function patchedDifference(resource: Resource, digest: Digest, memory: Memory): Difference {
  const applied = memory.applied?.uid === digest.uid ? memory.applied : undefined;
  const appliedHash = applied?.hash ?? digest.appliedHash;
  if (appliedHash !== resource.hash) return { type: 'changed' };
  if (applied?.resourceVersion === digest.resourceVersion) return same;
  if (applied?.body !== undefined && applied.body === digest.body) return { type: 'none', applied: appliedOf(digest, resource.hash) };
  const verified = memory.verified;
  if (verified?.hash !== resource.hash || verified.resourceVersion !== digest.resourceVersion) return { type: 'verify' };
  if (verified.changed.length > 0) return { type: 'drift', fields: verified.changed };
  return { type: 'none', applied: appliedOf(digest, resource.hash) };
}

function othersOf(digest: Digest): FieldSet[] {
  return digest.others.map((other) => other.fields);
}

function withoutIgnored(paths: string[], resource: Resource, sets: readonly FieldSet[], ignored: readonly IgnorePath[]): string[] {
  if (ignored.length === 0 || paths.length === 0) return paths;
  const trees = sets.map((set) => set.fields());
  const covered = ignoredAddresses([resource.object], ignored, trees).map(addressText);
  return paths.filter((path) => !covered.some((prefix) => path === prefix || isBelow(path, prefix)));
}
