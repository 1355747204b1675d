import { isRecord, jsonEqual } from '../json/value.ts';
import type { Location } from '../path/segments.ts';
import { keyFields, stepText } from './path-text.ts';
import { childValue, hasKeys } from './walk.ts';

/** Where a field is in terms of FieldsV1 members, so that list items are known by their keys and not by their place. */
export type Address = readonly string[];

export function addressText(address: Address): string {
  return address.map(stepText).join('');
}

/**
 * The address of a location of `document`. Which keys name an item of a list is read from the FieldsV1 tree; a list that the tree knows as
 * one field (atomic), or not at all, is addressed whole.
 */
export function addressOf(document: unknown, location: Location, tree: Record<string, unknown>): Address {
  const address: string[] = [];
  let value = document;
  let node: unknown = tree;
  for (const step of location) {
    const member = typeof step === 'string' ? `f:${step}` : itemMember(Array.isArray(value) ? value[step] : undefined, node);
    if (member === undefined) return address;
    address.push(member);
    value = Array.isArray(value) ? value[Number(step)] : isRecord(value) ? value[step] : undefined;
    node = isRecord(node) ? node[member] : undefined;
  }
  return address;
}

function itemMember(item: unknown, node: unknown): string | undefined {
  if (!isRecord(node)) return undefined;
  return Object.keys(node).find((member) => {
    const body = member.slice(2);
    if (member.startsWith('k:')) return hasKeys(item, keyFields(body));
    return member.startsWith('v:') && jsonEqual(item, childValue([item], member));
  });
}

/** The subtree at an address. `above`: a field above it is owned whole, so it is owned too. */
export function nodeAt(tree: Record<string, unknown>, address: Address): { node: Record<string, unknown> } | { above: true } | undefined {
  let node = tree;
  for (const member of address) {
    if (node !== tree && Object.keys(node).length === 0) return { above: true };
    const child = node[member];
    if (!isRecord(child)) return undefined;
    node = child;
  }
  return { node };
}

export function valueAt(document: unknown, address: Address): unknown {
  return address.reduce<unknown>((value, member) => childValue(value, member), document);
}

/** The union of FieldsV1 trees, for looking up how lists are keyed. A field that one tree holds whole keeps the other's detail. */
export function unionOf(trees: readonly Record<string, unknown>[]): Record<string, unknown> {
  const union: Record<string, unknown> = {};
  for (const tree of trees) {
    for (const [member, child] of Object.entries(tree)) {
      const known = union[member];
      union[member] = isRecord(known) && isRecord(child) ? unionOf([known, child]) : child;
    }
  }
  return union;
}
