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

/** An object that does not fit the schema of another version of its kind. */
export class UnfitForVersion extends Error {
  readonly code = 'UNFIT_FOR_VERSION';
  readonly retryable = false;
  readonly hint = 'give both versions of the kind the same fields';
}

/** Converts, or says what was being converted. */
function convertFor(what: string, versions: Versions, object: Typed, apiVersion: string): Typed | undefined {
  try {
    return versions.convert(object, apiVersion);
  } catch (error) {
    if (error instanceof UnfitForVersion) throw new UnfitForVersion(`${what}: ${error.message}`, { cause: error });
    throw error;
  }
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

/** A comparison, and what it modified or added. */
interface Change extends Comparison {
  readonly changed: FieldSet;
}

function compareAt(before: Typed, after: Typed, versions: Versions): Change {
  const comparison = compareValues(after.type.schema, before.value, after.value);
  const added = comparison.added.recursiveDifference(versions.ignored);
  const modified = comparison.modified.recursiveDifference(versions.ignored);
  const removed = comparison.removed.recursiveDifference(versions.ignored);
  return { added, modified, removed, changed: modified.union(added) };
}

/** Takes from every other manager what the change modified, added or removed. Throws ApplyConflicts unless forced. */
function takeFromOthers(before: Typed, after: Typed, versions: Versions, owners: Owners, self: string, force: boolean): Change {
  const comparisons = new Map<string, Change>();
  const own = compareAt(before, after, versions);
  comparisons.set(versions.apiVersion, own);
  const conflicts = new Map<string, FieldSet>();
  const removed = new Map<string, FieldSet>();
  for (const [key, owner] of owners) {
    if (key === self) continue;
    let comparison = comparisons.get(owner.apiVersion);
    if (comparison === undefined) {
      const oldAt = convertFor('failed to convert old object', versions, before, owner.apiVersion);
      const newAt = convertFor('failed to convert new object', versions, after, owner.apiVersion);
      if (oldAt === undefined || newAt === undefined) {
        owners.delete(key);
        continue;
      }
      comparison = compareAt(oldAt, newAt, versions);
      comparisons.set(owner.apiVersion, comparison);
    }
    const taken = owner.set.intersection(comparison.changed);
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
  const set = mine.difference(change.removed).union(change.changed).recursiveDifference(versions.ignored);
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
  const pruned = prune(merged, owners, versions, self, last);
  if (owners.size > 1) takeFromOthers(live, pruned, versions, owners, self, force);
  return { object: equalValues(live.value, pruned.value) ? undefined : pruned.value, owners };
}

/**
 * Removes what the manager applied last time and does not apply now, unless somebody else owns it. (Items that others own stay, and so does what the
 * manager never owned inside an item that goes.)
 */
function prune(merged: Typed, owners: Owners, versions: Versions, self: string, last: Ownership | undefined): Typed {
  if (last === undefined || last.set.isEmpty) return merged;
  // whoever applies all that it applied before gives nothing up
  if (last.apiVersion === versions.apiVersion && owners.get(self)?.set.covers(last.set) === true) return merged;
  const at = convertFor(
    'failed to prune fields: failed to convert merged object to last applied version',
    versions,
    merged,
    last.apiVersion,
  );
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
    const words = 'failed to prune fields: failed add back owned items: failed to convert';
    const mergedAt = convertFor(`${words} merged object at version ${apiVersion}`, versions, left, apiVersion);
    const prunedAt = convertFor(`${words} pruned object at version ${apiVersion}`, versions, right, apiVersion);
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
