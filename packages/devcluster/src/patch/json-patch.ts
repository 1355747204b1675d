/**
 * RFC 6902 as the API server carries it out: a `replace` of a missing map key succeeds, a `copy` from one copies null, negative indexes count from the
 * end. Any operation that fails, fails the patch.
 */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { equalValues, isMap } from '../apply/typed-view.ts';
import { cloneJson } from '../schema/clone-json.ts';

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

export const decodePointerPart = (part: string): string => part.replace(/~1/g, '/').replace(/~0/g, '~');

const MISSING = 'missing value';
const BAD_INDEX = (index: number): JsonPatchError =>
  new JsonPatchError(`Unable to access invalid index: ${index}: invalid index referenced`);

function member(container: Container, key: string): JsonValue | undefined {
  if (!Array.isArray(container)) return Object.hasOwn(container, key) ? container[key] : undefined;
  return container[index(key, container.length - 1)];
}

/** Position of `key` in a list; `last` is the highest that is allowed. */
function index(key: string, last: number): number {
  if (!/^[+-]?\d+$/.test(key))
    throw new JsonPatchError(`value was not a proper array index: '${key}': strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`);
  const given = Number(key);
  const at = given < 0 ? given + last + 1 : given;
  if (at < 0 || at > last) throw BAD_INDEX(given);
  return at;
}

/** Where a path leads; undefined when what should hold it is not there. */
function place(document: JsonObject, path: JsonValue | undefined): Place | undefined {
  if (typeof path !== 'string') return undefined;
  const parts = path.split('/');
  if (parts.length < 2) return undefined;
  let container: Container = document;
  for (const part of parts.slice(1, -1)) {
    const next: JsonValue | undefined = membersOf(container, decodePointerPart(part));
    if (next === undefined || next === null || typeof next !== 'object') return undefined;
    container = next;
  }
  return { container, key: decodePointerPart(parts[parts.length - 1] ?? '') };
}

/** A member on the way to a place: an index that is none leads nowhere. */
function membersOf(container: Container, key: string): JsonValue | undefined {
  try {
    return member(container, key);
  } catch {
    return undefined;
  }
}

function placeFor(document: JsonObject, path: JsonValue | undefined, operation: string, which = ''): Place {
  if (typeof path !== 'string') throw new JsonPatchError(`${operation} operation failed to decode path: ${MISSING}`);
  const found = place(document, path);
  const shown = which === '' && (operation === 'add' || operation === 'remove') ? JSON.stringify(path) : path;
  const words = operation === 'test' ? 'is missing' : 'doc is missing';
  if (found === undefined) throw new JsonPatchError(`${operation} operation does not apply: ${words}${which} path: ${shown}: ${MISSING}`);
  return found;
}

/** Says in which operation something went wrong. */
function within<Result>(words: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw error instanceof JsonPatchError ? new JsonPatchError(`${words}: ${error.message}`) : error;
  }
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
  if (!Object.hasOwn(container, key)) throw new JsonPatchError(`Unable to remove nonexistent key: ${key}: ${MISSING}`);
  delete container[key];
}

function replace({ container, key }: Place, value: JsonValue, path: string): void {
  if (!Array.isArray(container)) {
    container[key] = value;
    return;
  }
  if (membersOf(container, key) === undefined)
    throw new JsonPatchError(`replace operation does not apply: doc is missing key: ${path}: ${MISSING}`);
  container[index(key, container.length - 1)] = value;
}

function test({ container, key }: Place, value: JsonValue | undefined, path: string, copied: CopiedNulls): void {
  const found = within(`error in test for path: '${path}'`, () => member(container, key));
  const isCopy = found === null && copied.some((one) => one.container === container && one.key === key);
  if (isCopy || !equalValues(found ?? null, value ?? null)) throw new JsonPatchError(`testing value ${path} failed: test failed`);
}

/** Carries out `operations` on `document`, which is changed in place; returns the document. Throws JsonPatchError. */
export function applyJsonPatch(document: JsonObject, operations: readonly JsonValue[]): JsonObject {
  let root = document;
  const copied: CopiedNulls = [];
  for (const operation of operations) {
    if (!isMap(operation)) throw new JsonPatchError('operation is no object');
    root = applyOne(root, operation, copied);
  }
  return root;
}

/** Where nulls were copied to: a test does not take those for null. */
type CopiedNulls = Place[];

function applyOne(root: JsonObject, operation: JsonObject, nulls: CopiedNulls): JsonObject {
  const { value } = operation;
  const path = String(operation['path'] ?? '');
  const from = String(operation['from'] ?? '');
  switch (operation['op']) {
    case 'add': {
      const target = placeFor(root, operation['path'], 'add');
      within(`error in add for path: '${path}'`, () => add(target, value ?? null));
      return root;
    }
    case 'remove': {
      const target = placeFor(root, operation['path'], 'remove');
      within(`error in remove for path: '${path}'`, () => remove(target));
      return root;
    }
    case 'replace':
      if (path !== '') {
        replace(placeFor(root, operation['path'], 'replace'), value ?? null, path);
        return root;
      }
      if (value === undefined || !isMap(value)) throw new JsonPatchError('replace operation value must be object or array');
      return value;
    case 'move': {
      const source = placeFor(root, operation['from'], 'move', ' from');
      const moved = within(`error in move for path: '${source.key}'`, () => {
        const found = member(source.container, source.key) ?? null;
        remove(source);
        return found;
      });
      const target = placeFor(root, operation['path'], 'move', ' destination');
      within(`error in move for path: '${path}'`, () => add(target, moved));
      return root;
    }
    case 'copy': {
      const source = placeFor(root, operation['from'], 'copy', ' from');
      const original = within(`error in copy for from: '${from}'`, () => member(source.container, source.key));
      const copied = cloneJson(original ?? null);
      const target = placeFor(root, operation['path'], 'copy', ' destination');
      within('error while adding value during copy', () => add(target, copied));
      if (original === null) nulls.push(target);
      return root;
    }
    case 'test':
      if (path !== '') test(placeFor(root, operation['path'], 'test'), value, path, nulls);
      else if (!equalValues(root, value ?? null)) throw new JsonPatchError(`testing value ${path} failed: test failed`);
      return root;
    default:
      throw new JsonPatchError(`Unexpected kind: ${String(operation['op'])}`);
  }
}
