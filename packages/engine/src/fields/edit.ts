import { isRecord, jsonEqual } from '../json/value.ts';
import { type Address, nodeAt } from './address.ts';
import { keyFields } from './path-text.ts';
import { childValue, hasKeys } from './walk.ts';

/** Takes the field at an address out of a document, in place; a map that this leaves empty goes too. */
export function removeAt(document: unknown, address: Address): void {
  const [member, ...rest] = address;
  if (member === undefined) return;
  if (rest.length > 0) {
    const child = childValue(document, member);
    removeAt(child, rest);
    if (member.startsWith('f:') && isRecord(child) && Object.keys(child).length === 0 && isRecord(document))
      delete document[member.slice(2)];
    return;
  }
  if (isRecord(document)) delete document[member.slice(2)];
  else if (Array.isArray(document)) {
    const at = document.indexOf(childValue(document, member));
    if (at >= 0) document.splice(at, 1);
  }
}

/**
 * Puts a value at an address of a document, in place. Maps on the way are made; a list item on the way is not: when the document has no such
 * item, it is not wanted any more and nothing is put.
 */
export function putAt(document: unknown, address: Address, value: unknown): void {
  const [member, ...rest] = address;
  if (member === undefined) return;
  const name = member.slice(2);
  if (isRecord(document) && member.startsWith('f:')) {
    if (rest.length === 0) document[name] = value;
    else {
      if (document[name] === undefined && rest[0]?.startsWith('f:')) document[name] = {};
      putAt(document[name], rest, value);
    }
  } else if (Array.isArray(document)) {
    const item = childValue(document, member);
    if (item === undefined) return;
    if (rest.length === 0) document[document.indexOf(item)] = value;
    else putAt(item, rest, value);
  }
}

/** The part of a live value that a FieldsV1 subtree owns, with the key fields that list items need. */
export function ownedPart(live: unknown, node: Record<string, unknown>): unknown {
  const members = Object.keys(node).filter((member) => member !== '.');
  if (members.length === 0 || live === undefined) return live;
  if (isRecord(live)) {
    const part: Record<string, unknown> = {};
    for (const member of members) {
      const child = node[member];
      const value = childValue(live, member);
      if (value !== undefined && isRecord(child)) part[member.slice(2)] = ownedPart(value, child);
    }
    return part;
  }
  if (!Array.isArray(live)) return live;
  return live.flatMap((item: unknown) => {
    const member = members.find((name) =>
      name.startsWith('k:') ? hasKeys(item, keyFields(name.slice(2))) : jsonEqual(item, childValue(live, name)),
    );
    if (member === undefined) return [];
    const child = node[member];
    const part = isRecord(child) ? ownedPart(item, child) : item;
    return [isRecord(part) && isRecord(item) ? { ...keysOf(item, member), ...part } : part];
  });
}

function keysOf(item: Record<string, unknown>, member: string): Record<string, unknown> {
  if (!member.startsWith('k:')) return {};
  return Object.fromEntries(keyFields(member.slice(2)).map(([name, value]) => [name, item[name] ?? value]));
}

/** Whether a manager with these fields has a say at an address: it owns the field, one below it, or the whole of which it is a part. */
export function holds(tree: Record<string, unknown>, address: Address): boolean {
  return nodeAt(tree, address) !== undefined;
}
