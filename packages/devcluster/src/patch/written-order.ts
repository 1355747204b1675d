/**
 * The order in which the server writes the members of a patched object: by name wherever the patch went, as they were elsewhere. It decides which of
 * several faults is found first.
 */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { isMap } from '../apply/typed-view.ts';
import { decodePointerPart } from './json-patch.ts';

function sortMembers(object: JsonObject): void {
  const members = Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [key] of members) delete object[key];
  for (const [key, value] of members) object[key] = value;
}

function sortBelow(value: JsonValue | undefined): void {
  if (typeof value !== 'object' || value === null) return;
  if (isMap(value)) sortMembers(value);
  for (const member of Object.values(value)) sortBelow(member as JsonValue);
}

/**
 * Orders the members of all objects on the ways of the operations of a JSON patch.
 */
export function orderAlong(document: JsonObject, operations: JsonValue): void {
  sortMembers(document);
  if (!Array.isArray(operations)) return;
  for (const operation of operations) {
    for (const pointer of isMap(operation) ? [operation['path'], operation['from']] : []) {
      let at: JsonValue | undefined = document;
      for (const part of typeof pointer === 'string' ? pointer.split('/').slice(1) : []) {
        const container: JsonValue | undefined = at;
        if (typeof container !== 'object' || container === null) break;
        at = Array.isArray(container) ? container[part === '-' ? container.length - 1 : Number(part)] : container[decodePointerPart(part)];
        if (at !== undefined && isMap(at)) sortMembers(at);
      }
      if (at !== document) sortBelow(at);
    }
  }
}

/** Orders the members of all objects that a merge patch went through or brought. In place. */
export function orderAlongMerge(document: JsonObject, patch: JsonObject): void {
  sortMembers(document);
  for (const key of Object.keys(patch)) {
    const [member, change] = [document[key], patch[key]];
    if (member !== undefined && isMap(member) && change !== undefined && isMap(change)) orderAlongMerge(member, change);
    else sortBelow(member);
  }
}
