import type { ObjectRef } from '@caretaker/kube';
import { objectKey } from '../prepare/object-key.ts';
import type { Resource } from '../prepare/resource.ts';
import type { InventoryEntry } from '../types/state.ts';

/** The owner's record of the last pass, by address and by id. */
export class Inventory {
  readonly entries: readonly InventoryEntry[];
  private readonly byKey = new Map<string, InventoryEntry>();
  private readonly byId = new Map<string, InventoryEntry>();

  constructor(entries: readonly InventoryEntry[]) {
    this.entries = entries;
    for (const entry of entries) {
      if (entry.phase !== 'Deleting' && entry.phase !== 'Retained') this.byId.set(entry.id, entry);
      // One that could never be rendered has no address, but a history.
      if (entry.name !== '') this.byKey.set(objectKey(entryRef(entry)), entry);
    }
  }

  /** The record of this very object; of a resource without an address, the record under its id. */
  priorOf(resource: Resource): InventoryEntry | undefined {
    return resource.key === '' ? this.byId.get(resource.id) : this.byKey.get(resource.key);
  }

  /**
   * Entries that nobody wants any more. A resource that could not be rendered may still want its object, so nothing recorded under its id
   * goes (absence must be proved).
   */
  unwanted(resources: readonly Resource[]): InventoryEntry[] {
    const wanted = new Set(resources.map((resource) => resource.key));
    const uncertain = new Set(resources.filter((resource) => resource.key === '').map((resource) => resource.id));
    return this.entries.filter((entry) => entry.name !== '' && !wanted.has(objectKey(entryRef(entry))) && !uncertain.has(entry.id));
  }
}

export function entryRef(entry: InventoryEntry): ObjectRef {
  const { apiVersion, kind, namespace, name } = entry;
  return { apiVersion, kind, name, ...(namespace === undefined || namespace === '' ? {} : { namespace }) };
}
