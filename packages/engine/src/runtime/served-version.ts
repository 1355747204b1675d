import type { Discovery } from '@caretaker/kube';
import { groupOf } from '../marks/pod-labels.ts';
import type { InventoryEntry } from '../types/state.ts';

/**
 * Entries recorded under a version that the cluster does not serve any more, under one that it does: an object does not vanish because
 * `policy/v1beta1` did, and must still be found for cleanup.
 */
export async function atServedVersions(entries: readonly InventoryEntry[], discovery: Discovery): Promise<readonly InventoryEntry[]> {
  if (entries.every((entry) => entry.name === '' || discovery.peek(entry))) return entries;
  return Promise.all(entries.map((entry) => (entry.name === '' ? entry : atServedVersion(entry, discovery))));
}

async function atServedVersion(entry: InventoryEntry, discovery: Discovery): Promise<InventoryEntry> {
  try {
    if (discovery.peek(entry) ?? (await discovery.find(entry))) return entry;
    const served = (await discovery.list()).find(({ group, kind }) => kind === entry.kind && group === groupOf(entry.apiVersion));
    return served ? { ...entry, apiVersion: served.apiVersion } : entry;
  } catch {
    // Discovery is away: the same fault is met, and reported, where the kind is watched.
    return entry;
  }
}
