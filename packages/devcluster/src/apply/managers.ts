/** managedFields of an object, decoded: who owns what since when. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import type { FieldSet } from './field-set.ts';
import { decodeFieldsV1, encodeFieldsV1 } from './fields-v1.ts';

/** What one manager owns. */
export interface Ownership {
  readonly set: FieldSet;
  readonly apiVersion: string;
  readonly applied: boolean;
}

/** Who a manager is: entries of one identity are one entry. */
export interface ManagerIdentity {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  /** Not part of the identity of appliers, which keep their entry when they change versions. */
  readonly apiVersion: string;
  readonly subresource: string;
}

/** Decoded managedFields, by the text of the identity. */
export interface Managed {
  readonly owners: Map<string, Ownership>;
  readonly times: Map<string, string | undefined>;
}

export const nobody = (): Managed => ({ owners: new Map(), times: new Map() });

/** The identity as text, in the form whose order the server uses to break ties. */
export function identityKey(identity: ManagerIdentity): string {
  const parts: JsonObject = {};
  if (identity.manager !== '') parts['manager'] = identity.manager;
  parts['operation'] = identity.operation;
  if (identity.operation === 'Update') parts['apiVersion'] = identity.apiVersion;
  if (identity.subresource !== '') parts['subresource'] = identity.subresource;
  return JSON.stringify(parts);
}

/** Reads an identity back from its text. */
export function readIdentity(key: string): { manager: string; operation: string; apiVersion: string; subresource: string } {
  const parts = JSON.parse(key) as Record<string, string>;
  return {
    manager: parts['manager'] ?? '',
    operation: parts['operation'] ?? '',
    apiVersion: parts['apiVersion'] ?? '',
    subresource: parts['subresource'] ?? '',
  };
}

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

function isEntry(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads managedFields; undefined when an entry cannot be read, in which case the server ignores all of them. */
export function decodeManaged(entries: JsonValue | undefined): Managed | undefined {
  const managed = nobody();
  if (!Array.isArray(entries)) return managed;
  for (const entry of entries) {
    if (!isEntry(entry)) return undefined;
    const operation = entry['operation'];
    const apiVersion = text(entry['apiVersion']);
    if ((operation !== 'Apply' && operation !== 'Update') || apiVersion === '' || entry['fieldsType'] !== 'FieldsV1') return undefined;
    const fields = entry['fieldsV1'] ?? {};
    if (!isEntry(fields)) return undefined;
    const key = identityKey({ manager: text(entry['manager']), operation, apiVersion, subresource: text(entry['subresource']) });
    try {
      const set = decodeFieldsV1(fields);
      managed.owners.set(key, { set, apiVersion, applied: operation === 'Apply' });
    } catch {
      // a set that does not parse makes the whole list unreadable, like any other malformed entry
      return undefined;
    }
    managed.times.set(key, typeof entry['time'] === 'string' ? entry['time'] : undefined);
  }
  return managed;
}

/** `[]` and `[{}]` ask for managedFields to be cleared. */
export function isReset(entries: JsonValue | undefined): boolean {
  if (!Array.isArray(entries)) return false;
  const only = entries[0];
  return entries.length === 0 || (entries.length === 1 && only !== undefined && isEntry(only) && Object.keys(only).length === 0);
}

function encodeOne(key: string, owner: Ownership, time: string | undefined): JsonObject {
  const identity = readIdentity(key);
  const entry: JsonObject = {};
  if (identity.manager !== '') entry['manager'] = identity.manager;
  entry['operation'] = owner.applied ? 'Apply' : identity.operation;
  entry['apiVersion'] = owner.apiVersion;
  if (time !== undefined) entry['time'] = time;
  entry['fieldsType'] = 'FieldsV1';
  entry['fieldsV1'] = encodeFieldsV1(owner.set);
  if (identity.subresource !== '') entry['subresource'] = identity.subresource;
  return entry;
}

/** Seconds since the epoch, as the server sorts entries: without a time they come first. */
const seconds = (time: JsonValue | undefined): number => (typeof time === 'string' ? Math.floor(Date.parse(time) / 1000) : 0);

function compareText(a: JsonValue | undefined, b: JsonValue | undefined): number {
  const left = text(a);
  const right = text(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Apply entries first, then by second, manager, version, subresource. */
function compareEntries(a: JsonObject, b: JsonObject): number {
  return (
    compareText(a['operation'], b['operation']) ||
    seconds(a['time']) - seconds(b['time']) ||
    compareText(a['manager'], b['manager']) ||
    compareText(a['apiVersion'], b['apiVersion']) ||
    compareText(a['subresource'], b['subresource'])
  );
}

/** managedFields as they are stored; undefined when nobody owns anything. */
export function encodeManaged(managed: Managed): JsonObject[] | undefined {
  if (managed.owners.size === 0) return undefined;
  const entries = [...managed.owners].map(([key, owner]) => encodeOne(key, owner, managed.times.get(key)));
  return entries.length === 1 ? entries : entries.sort(compareEntries);
}

const MAX_UPDATE_MANAGERS = 10;

/** Folds the oldest Update entries into `ancient-changes` until no more than ten are left. */
export function capUpdateManagers(managed: Managed): void {
  const { owners, times } = managed;
  const updaters = [...owners].filter(([, owner]) => !owner.applied).map(([key]) => key);
  if (updaters.length <= MAX_UPDATE_MANAGERS) return;
  updaters.sort((a, b) => seconds(times.get(a)) - seconds(times.get(b)) || (a < b ? -1 : 1));
  const first = new Map<string, string>();
  let count = updaters.length;
  for (const key of updaters) {
    if (count <= MAX_UPDATE_MANAGERS) return;
    const owner = owners.get(key);
    if (owner === undefined) continue;
    const bucket = identityKey({ manager: 'ancient-changes', operation: 'Update', apiVersion: owner.apiVersion, subresource: '' });
    const opened = first.get(owner.apiVersion);
    if (opened === undefined) {
      first.set(owner.apiVersion, key);
      continue;
    }
    let kept = owners.get(bucket);
    if (kept === undefined) {
      kept = owners.get(opened);
      owners.delete(opened);
    }
    owners.delete(key);
    owners.set(bucket, { ...owner, set: kept === undefined ? owner.set : owner.set.union(kept.set) });
    times.set(bucket, times.get(key));
    count--;
  }
}
