import type { JsonValue } from '@caretaker/kube';
import { isJsonObject, jsonEqual, toJson } from '../json/value.ts';
import { PointerSyntaxError, parsePointer } from '../path/json-pointer.ts';
import type { JsonPatchOperation } from '../types/desired.ts';

/** A patch that does not apply. `index` is the operation's place in the list, or -1 when the list itself is wrong. */
export class JsonPatchError extends Error {
  override readonly name = 'JsonPatchError';
  readonly index: number;
  constructor(index: number, message: string) {
    super(index < 0 ? message : `operation ${index}: ${message}`);
    this.index = index;
  }
}

/** Reads a JSON Patch (RFC 6902) from text, e.g. from an annotation. Throws `JsonPatchError`. */
export function parseJsonPatch(text: string): JsonPatchOperation[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new JsonPatchError(-1, `the patch is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!Array.isArray(parsed)) throw new JsonPatchError(-1, 'a JSON patch is a list of operations (RFC 6902), not a merge patch');
  return parsed.map(parseOperation);
}

function parseOperation(raw: unknown, index: number): JsonPatchOperation {
  const member = (name: string): unknown => (typeof raw === 'object' && raw !== null ? Reflect.get(raw, name) : undefined);
  const op = member('op');
  const path = member('path');
  if (typeof path !== 'string') throw new JsonPatchError(index, '"path" is missing');
  readPointer(path, index);
  switch (op) {
    case 'add':
    case 'replace':
    case 'test': {
      const value = member('value');
      if (value === undefined) throw new JsonPatchError(index, `${op} ${path}: "value" is missing`);
      return { op, path, value: toJson(value) };
    }
    case 'remove':
      return { op, path };
    case 'move':
    case 'copy': {
      const from = member('from');
      if (typeof from !== 'string') throw new JsonPatchError(index, `${op} ${path}: "from" is missing`);
      readPointer(from, index);
      return { op, path, from };
    }
    default:
      throw new JsonPatchError(index, `"op" must be add, remove, replace, move, copy or test, not ${JSON.stringify(op)}`);
  }
}

/**
 * Applies a JSON patch to a copy; all or nothing. As in the ancestor's engine: negative indices count from the end, a missing path fails,
 * parents are not made, a failed `test` ends the patch. Throws `JsonPatchError` naming operation, path and reason.
 */
export function applyJsonPatch(document: JsonValue, operations: readonly JsonPatchOperation[]): JsonValue {
  let result = toJson(document);
  operations.forEach((operation, index) => {
    result = applyOne(result, operation, index);
  });
  return result;
}

function applyOne(document: JsonValue, operation: JsonPatchOperation, index: number): JsonValue {
  const tokens = readPointer(operation.path, index);
  switch (operation.op) {
    case 'add':
      return put(document, tokens, toJson(operation.value), 'add', index);
    case 'replace':
      return put(document, tokens, toJson(operation.value), 'replace', index);
    case 'remove':
      return take(document, tokens, index);
    case 'test':
      if (!jsonEqual(find(document, tokens, index), operation.value)) {
        throw new JsonPatchError(index, `test ${shown(tokens)}: the value is another one`);
      }
      return document;
    case 'copy':
      return put(document, tokens, toJson(find(document, readPointer(operation.from, index), index)), 'add', index);
    case 'move': {
      const from = readPointer(operation.from, index);
      if (from.length < tokens.length && from.every((token, at) => token === tokens[at])) {
        throw new JsonPatchError(index, `move ${shown(from)}: a value cannot move into itself`);
      }
      const value = find(document, from, index);
      return put(take(document, from, index), tokens, value, 'add', index);
    }
  }
}

function find(document: JsonValue, tokens: readonly string[], index: number): JsonValue {
  let value: JsonValue | undefined = document;
  tokens.forEach((token, at) => {
    if (Array.isArray(value)) value = value[position(value.length, token, tokens, at, index, false)];
    else value = isJsonObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
    if (value === undefined) throw new JsonPatchError(index, `${shown(tokens.slice(0, at + 1))} does not exist`);
  });
  return value;
}

function put(document: JsonValue, tokens: readonly string[], value: JsonValue, verb: 'add' | 'replace', index: number): JsonValue {
  const last = tokens.at(-1);
  if (last === undefined) return value;
  const parent = find(document, tokens.slice(0, -1), index);
  if (Array.isArray(parent)) {
    const at = position(parent.length, last, tokens, tokens.length - 1, index, verb === 'add');
    parent.splice(at, verb === 'add' ? 0 : 1, value);
  } else if (isJsonObject(parent)) {
    if (verb === 'replace' && !Object.hasOwn(parent, last)) throw new JsonPatchError(index, `${shown(tokens)} does not exist`);
    setMember(parent, last, value);
  } else throw new JsonPatchError(index, `${shown(tokens.slice(0, -1))} is neither an object nor a list`);
  return document;
}

function take(document: JsonValue, tokens: readonly string[], index: number): JsonValue {
  const last = tokens.at(-1);
  if (last === undefined) throw new JsonPatchError(index, 'the whole document cannot be removed');
  find(document, tokens, index);
  const parent = find(document, tokens.slice(0, -1), index);
  if (Array.isArray(parent)) parent.splice(position(parent.length, last, tokens, tokens.length - 1, index, false), 1);
  else if (isJsonObject(parent)) delete parent[last];
  return document;
}

/** A member named `__proto__` is data like any other. */
function setMember(target: Record<string, JsonValue>, name: string, value: JsonValue): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}

function position(length: number, token: string, tokens: readonly string[], at: number, index: number, adding: boolean): number {
  if (adding && token === '-') return length;
  const number = /^(0|-?[1-9]\d*)$/.test(token) ? Number(token) : Number.NaN;
  const found = number < 0 ? length + number + (adding ? 1 : 0) : number;
  const limit = adding ? length : length - 1;
  if (!(found >= 0 && found <= limit)) {
    throw new JsonPatchError(index, `${shown(tokens.slice(0, at + 1))}: no such index in a list of ${length}`);
  }
  return found;
}

function readPointer(text: string, index: number): string[] {
  try {
    return parsePointer(text);
  } catch (error) {
    if (error instanceof PointerSyntaxError) throw new JsonPatchError(index, error.message);
    throw error;
  }
}

function shown(tokens: readonly string[]): string {
  return tokens.length === 0 ? 'the document' : tokens.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
