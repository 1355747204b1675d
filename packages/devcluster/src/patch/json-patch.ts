/**
 * RFC 6902 as the API server carries it out: a `replace` of a missing map key succeeds, a `copy` from one copies null, negative indexes count from the
 * end. Any operation that fails, fails the patch.
 */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { equalValues, isMap } from '../apply/typed-view.ts';

/** An operation that could not be carried out. */
export class JsonPatchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonPatchError';
  }
}

type Container = JsonObject | JsonValue[];

interface Place {
  readonly container: Container;
  readonly key: string;
}

const decodeKey = (part: string): string => part.replace(/~1/g, '/').replace(/~0/g, '~');

function member(container: Container, key: string): JsonValue | undefined {
  if (!Array.isArray(container)) return Object.hasOwn(container, key) ? container[key] : undefined;
  return container[index(key, container.length - 1)];
}

/** Position of `key` in a list; `last` is the highest that is allowed. */
function index(key: string, last: number): number {
  if (!/^[+-]?\d+$/.test(key)) throw new JsonPatchError(`not an array index: ${key}`);
  const given = Number(key);
  const at = given < 0 ? given + last + 1 : given;
  if (at < 0 || at > last) throw new JsonPatchError(`Unable to access invalid index: ${key}`);
  return at;
}

function place(document: JsonObject, path: JsonValue | undefined): Place {
  if (typeof path !== 'string') throw new JsonPatchError('operation without a path');
  const parts = path.split('/');
  if (parts.length < 2) throw new JsonPatchError(`doc is missing path: ${JSON.stringify(path)}`);
  let container: Container = document;
  for (const part of parts.slice(1, -1)) {
    const next: JsonValue | undefined = member(container, decodeKey(part));
    if (next === undefined || next === null || typeof next !== 'object')
      throw new JsonPatchError(`doc is missing path: ${JSON.stringify(path)}`);
    container = next;
  }
  return { container, key: decodeKey(parts[parts.length - 1] ?? '') };
}

function add({ container, key }: Place, value: JsonValue): void {
  if (!Array.isArray(container)) container[key] = value;
  else if (key === '-') container.push(value);
  else container.splice(index(key, container.length), 0, value);
}

function remove({ container, key }: Place): void {
  if (Array.isArray(container)) {
    container.splice(index(key, container.length - 1), 1);
    return;
  }
  if (!Object.hasOwn(container, key)) throw new JsonPatchError(`Unable to remove nonexistent key: ${key}`);
  delete container[key];
}

function replace({ container, key }: Place, value: JsonValue): void {
  if (Array.isArray(container)) container[index(key, container.length - 1)] = value;
  else container[key] = value;
}

function test({ container, key }: Place, value: JsonValue | undefined): void {
  if (!equalValues(member(container, key) ?? null, value ?? null)) throw new JsonPatchError('testing value failed');
}

/** Carries out `operations` on `document`, which is changed in place; returns the document. Throws JsonPatchError. */
export function applyJsonPatch(document: JsonObject, operations: readonly JsonValue[]): JsonObject {
  let root = document;
  for (const operation of operations) {
    if (!isMap(operation)) throw new JsonPatchError('operation is no object');
    const value = operation['value'];
    switch (operation['op']) {
      case 'add':
        add(place(root, operation['path']), value ?? null);
        break;
      case 'remove':
        remove(place(root, operation['path']));
        break;
      case 'replace':
        if (operation['path'] === '') {
          if (value === undefined || !isMap(value)) throw new JsonPatchError('replace operation value must be object or array');
          root = value;
        } else replace(place(root, operation['path']), value ?? null);
        break;
      case 'move': {
        const from = place(root, operation['from']);
        const moved = member(from.container, from.key) ?? null;
        remove(from);
        add(place(root, operation['path']), moved);
        break;
      }
      case 'copy': {
        const from = place(root, operation['from']);
        const copied = structuredClone(member(from.container, from.key) ?? null);
        add(place(root, operation['path']), copied);
        break;
      }
      case 'test':
        if (operation['path'] === '') {
          if (!equalValues(root, value ?? null)) throw new JsonPatchError('testing value failed');
        } else test(place(root, operation['path']), value);
        break;
      default:
        throw new JsonPatchError(`Unexpected kind: ${String(operation['op'])}`);
    }
  }
  return root;
}

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
 * Puts the members of all objects on the ways of the operations into the order in which the server writes them after a patch, by name. It decides which
 * of several faults is found first.
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
        at = Array.isArray(container) ? container[part === '-' ? container.length - 1 : Number(part)] : container[decodeKey(part)];
        if (at !== undefined && isMap(at)) sortMembers(at);
      }
      if (at !== document) sortBelow(at);
    }
  }
}
