/** Who owns what after a write: the algebra of server-side apply over typed values, for built-in and custom kinds alike. */
import type { JsonValue, KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import { ApplyConflicts, conflictsOf } from './conflict.ts';
import { EMPTY_SET, type FieldSet } from './field-set.ts';
import type { Ownership } from './managers.ts';
import { type Comparison, compareValues } from './typed-compare.ts';
import { toFieldSet } from './typed-fields.ts';
import { mergeValues } from './typed-merge.ts';
import { reconcileWithSchema } from './typed-reconcile.ts';
import { removeItems } from './typed-remove.ts';
import { equalValues } from './typed-view.ts';

/** An object at one version. */
export interface Typed {
  readonly type: TypeInfo;
  readonly value: JsonValue;
}

/** What the algebra needs to know of the kind. */
export interface Versions {
  /** The same object at another version; undefined when that version is not served. */
  convert(object: Typed, apiVersion: string): Typed | undefined;
  /** Fields that the endpoint resets, so that nobody owns them by a request to it. */
  readonly ignored: FieldSet;
  /** The version of the request. */
  readonly apiVersion: string;
}

export type Owners = Map<string, Ownership>;

/** Brings the sets of all managers to the present schema; managers of versions that are gone fall away. */
function reconciled(live: Typed, owners: Owners, versions: Versions): Owners {
  const result: Owners = new Map();
  for (const [key, owner] of owners) {
    const at = versions.convert(live, owner.apiVersion);
    if (at === undefined) continue;
    const set = reconcileWithSchema(owner.set, at.type.schema);
    result.set(key, set === owner.set ? owner : { ...owner, set });
  }
  return result;
}

function compareAt(before: Typed, after: Typed, versions: Versions): Comparison {
  const comparison = compareValues(after.type.schema, before.value, after.value);
  if (versions.ignored.isEmpty) return comparison;
  return {
    added: comparison.added.recursiveDifference(versions.ignored),
    modified: comparison.modified.recursiveDifference(versions.ignored),
    removed: comparison.removed.recursiveDifference(versions.ignored),
  };
}

/** Takes from every other manager what the change modified, added or removed. Throws ApplyConflicts unless forced. */
function takeFromOthers(before: Typed, after: Typed, versions: Versions, owners: Owners, self: string, force: boolean): Comparison {
  const comparisons = new Map<string, Comparison>();
  const own = compareAt(before, after, versions);
  comparisons.set(versions.apiVersion, own);
  const conflicts = new Map<string, FieldSet>();
  const removed = new Map<string, FieldSet>();
  for (const [key, owner] of owners) {
    if (key === self) continue;
    let comparison = comparisons.get(owner.apiVersion);
    if (comparison === undefined) {
      const oldAt = versions.convert(before, owner.apiVersion);
      const newAt = versions.convert(after, owner.apiVersion);
      if (oldAt === undefined || newAt === undefined) {
        owners.delete(key);
        continue;
      }
      comparison = compareAt(oldAt, newAt, versions);
      comparisons.set(owner.apiVersion, comparison);
    }
    const taken = owner.set.intersection(comparison.modified.union(comparison.added));
    if (!taken.isEmpty) conflicts.set(key, taken);
    if (!comparison.removed.isEmpty) removed.set(key, comparison.removed);
  }
  if (!force && conflicts.size > 0) throw new ApplyConflicts(conflictsOf(conflicts));
  for (const losses of [conflicts, removed]) {
    for (const [key, lost] of losses) {
      const owner = owners.get(key);
      if (owner === undefined) continue;
      const set = owner.set.difference(lost);
      if (set !== owner.set) owners.set(key, { ...owner, set });
    }
  }
  for (const [key, owner] of owners) if (owner.set.isEmpty) owners.delete(key);
  return own;
}

/** Owners after `self` replaced `live` by `next`. */
export function updateOwners(live: Typed, next: Typed, versions: Versions, before: Owners, self: string): Owners {
  const owners = reconciled(live, before, versions);
  const change = takeFromOthers(live, next, versions, owners, self, true);
  const mine = owners.get(self)?.set ?? EMPTY_SET;
  const set = mine.difference(change.removed).union(change.modified).union(change.added).recursiveDifference(versions.ignored);
  if (set.isEmpty) owners.delete(self);
  else owners.set(self, { set, apiVersion: versions.apiVersion, applied: false });
  return owners;
}

/** What an apply makes of an object; `object` is undefined when nothing but ownership changes. */
export interface Applied {
  readonly object: JsonValue | undefined;
  readonly owners: Owners;
}

/** Merges an applied configuration into `live`. Throws ApplyConflicts. */
export function applyConfiguration(live: Typed, config: Typed, versions: Versions, before: Owners, self: string, force: boolean): Applied {
  const owners = reconciled(live, before, versions);
  const merged: Typed = { type: live.type, value: mergeValues(live.type.schema, live.value, config.value) ?? null };
  const last = owners.get(self);
  const set = toFieldSet(config.type.schema, config.value).recursiveDifference(versions.ignored);
  owners.set(self, { set, apiVersion: versions.apiVersion, applied: true });
  const pruned = prune(merged, owners, versions, last);
  takeFromOthers(live, pruned, versions, owners, self, force);
  return { object: equalValues(live.value, pruned.value) ? undefined : pruned.value, owners };
}

/**
 * Removes what the manager applied last time and does not apply now, unless somebody else owns it. (Items that others own stay, and so does what the
 * manager never owned inside an item that goes.)
 */
function prune(merged: Typed, owners: Owners, versions: Versions, last: Ownership | undefined): Typed {
  if (last === undefined || last.set.isEmpty) return merged;
  const at = versions.convert(merged, last.apiVersion);
  if (at === undefined) return merged;
  const schema = at.type.schema;
  const without = removeItems(schema, at.value, last.set.withNamedFields(schema));
  const kept = keepOwned(at, { type: at.type, value: without }, owners, versions, last.apiVersion);
  const result = keepDangling(at, kept, last, versions);
  return versions.convert(result, versions.apiVersion) ?? result;
}

function keepOwned(merged: Typed, pruned: Typed, owners: Owners, versions: Versions, prunedVersion: string): Typed {
  const byVersion = new Map<string, FieldSet>([[prunedVersion, EMPTY_SET]]);
  for (const owner of owners.values()) byVersion.set(owner.apiVersion, (byVersion.get(owner.apiVersion) ?? EMPTY_SET).union(owner.set));
  let left = merged;
  let right = pruned;
  for (const [apiVersion, owned] of byVersion) {
    if (apiVersion === prunedVersion && owned.isEmpty) continue;
    const mergedAt = versions.convert(left, apiVersion);
    const prunedAt = versions.convert(right, apiVersion);
    if (mergedAt === undefined || prunedAt === undefined) continue;
    const schema = mergedAt.type.schema;
    const all = toFieldSet(schema, mergedAt.value).withNamedFields(schema);
    const keep = toFieldSet(schema, prunedAt.value).withNamedFields(schema).union(owned.withNamedFields(schema));
    left = mergedAt;
    right = { type: mergedAt.type, value: removeItems(schema, mergedAt.value, all.difference(keep)) };
  }
  return right;
}

function keepDangling(merged: Typed, pruned: Typed, last: Ownership, versions: Versions): Typed {
  const prunedAt = versions.convert(pruned, last.apiVersion);
  if (prunedAt === undefined) return merged;
  const schema = merged.type.schema;
  const gone = toFieldSet(schema, merged.value)
    .withNamedFields(schema)
    .difference(toFieldSet(prunedAt.type.schema, prunedAt.value).withNamedFields(schema));
  return { type: merged.type, value: removeItems(schema, merged.value, gone.intersection(last.set.withNamedFields(schema))) };
}

/** The object without managedFields, as the algebra looks at it. Not a deep copy. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  if (object.metadata.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
