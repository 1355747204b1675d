import type { KubeObject } from '@caretaker/kube';
import { type Address, addressOf, addressText, nodeAt, unionOf, valueAt } from '../fields/address.ts';
import { holds, ownedPart, putAt, removeAt } from '../fields/edit.ts';
import { copyObject } from '../json/value.ts';
import { select } from '../path/select.ts';
import type { IgnorePath } from './parse.ts';

export interface FieldOwners {
  /** FieldsV1 of our own entry; `{}` when we have none. */
  own: Record<string, unknown>;
  /** FieldsV1 of the other managers, status writers left out. */
  others: readonly Record<string, unknown>[];
  /** FieldsV1 of what we applied last, when that is known: a field that was never in it is set once, like at creation. */
  lastApplied: Record<string, unknown> | undefined;
}

/**
 * What to apply to an existing object whose owner ignores some fields (DESIGN §10.1, the one rule of both operators): at each ignored field
 * the live value while we alone own it (left out, it would vanish or fall back to its default), and nothing once another manager owns it.
 * Send the result with the live resourceVersion.
 */
export function liveWins(desired: KubeObject, live: KubeObject, ignored: readonly IgnorePath[], owners: FieldOwners): KubeObject {
  const result = copyObject(desired);
  for (const address of ignoredAddresses([desired, live], ignored, [owners.own, ...owners.others])) {
    if (owners.others.some((tree) => holds(tree, address))) {
      removeAt(result, address);
      continue;
    }
    const own = nodeAt(owners.own, address);
    const value = valueAt(live, address);
    if (own && value !== undefined) putAt(result, address, 'node' in own ? ownedPart(value, own.node) : value);
    else if (value !== undefined || owners.lastApplied === undefined || holds(owners.lastApplied, address)) removeAt(result, address);
  }
  return result;
}

/** Where the ignored paths lead in these documents, each once, in a stable order. */
export function ignoredAddresses(
  documents: readonly unknown[],
  ignored: readonly IgnorePath[],
  trees: readonly Record<string, unknown>[],
): Address[] {
  const union = unionOf(trees);
  const found = new Map<string, Address>();
  for (const document of documents) {
    for (const path of ignored) {
      for (const { location } of select(document, path)) {
        const address = addressOf(document, location, union);
        if (address.length > 0) found.set(addressText(address), address);
      }
    }
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, address]) => address);
}
