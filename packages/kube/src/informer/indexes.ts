import type { IndexFunction } from './store.ts';

/** Finds objects by namespace. */
export const byNamespace: IndexFunction = (object) => (object.metadata.namespace === undefined ? [] : [object.metadata.namespace]);

/** Finds objects by the uid of any owner. */
export const byOwner: IndexFunction = (object) => object.metadata.ownerReferences?.map((owner) => owner.uid) ?? [];

/** Finds objects by the value of a label. */
export function byLabel(label: string): IndexFunction {
  return (object) => {
    const value = object.metadata.labels?.[label];
    return value === undefined ? [] : [value];
  };
}
