/** Strategic merge patches: merge keys and strategies of the schema, and the directives `$patch`, `$retainKeys`, `$setElementOrder/x`, `$deleteFromPrimitiveList/x`. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { printGo } from '../apply/typed-validate.ts';
import { isMap } from '../apply/typed-view.ts';
import { cloneJson } from '../schema/clone-json.ts';
import type { TypeSchema } from '../schema/contract.ts';
import { UNTYPED } from '../schema/schema-node.ts';
import {
  badArgument,
  badDirective,
  badElementOrder,
  badPrimitiveList,
  badRetainKeys,
  goType,
  LIST,
  listOfLists,
  mixedItems,
  noElements,
  noMergeKey,
  notASlice,
  StrategicPatchError,
} from './strategic-errors.ts';
import { keyOf, orderItems, partition, requireKeys } from './strategic-order.ts';

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const ELEMENT_ORDER = '$setElementOrder';
const DELETE_PRIMITIVES = '$deleteFromPrimitiveList';

/** Merges `patch` into `original`; neither is changed. Throws StrategicPatchError. */
export function applyStrategicMergePatch(schema: TypeSchema, original: JsonObject, patch: JsonObject): JsonObject {
  return mergeMap(schema, original, cloneJson(patch));
}

const noField = (struct: string, name: string): StrategicPatchError =>
  new StrategicPatchError(`unable to find api field in struct ${struct} for the json field "${name}"`);

interface Lookup {
  readonly schema: TypeSchema | undefined;
  readonly strategy: string;
  readonly mergeKey: string;
}

function lookUp(schema: TypeSchema | undefined, name: string): Lookup {
  const declared = schema?.properties.get(name);
  if (declared === undefined) {
    // what is kept as it was given is a struct of bytes to Go
    if (schema === UNTYPED) throw noField('RawExtension', name);
    if (schema?.kind === 'struct' && schema.properties.size > 0) throw noField(schema.typeName, name);
    return { schema: schema?.element, strategy: '', mergeKey: '' };
  }
  return {
    schema: declared,
    strategy: declared.patchStrategies.find((one) => one !== 'retainKeys') ?? '',
    mergeKey: declared.patchMergeKey ?? '',
  };
}

function mergeMap(schema: TypeSchema | undefined, source: JsonObject | undefined, patch: JsonObject): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive !== undefined) return followDirective(directive, patch);
  const original: JsonObject = { ...source };
  retainKeys(original, patch);
  mergeOrderedLists(schema, original, patch);
  for (const key of Object.keys(patch)) mergeMember(schema, original, key, patch[key] as JsonValue);
  return original;
}

function followDirective(directive: JsonValue, patch: JsonObject): JsonObject {
  if (directive === 'delete') return {};
  if (directive !== 'replace') throw badDirective(directive, patch);
  const { [DIRECTIVE]: _, ...rest } = patch;
  return rest;
}

function retainKeys(original: JsonObject, patch: JsonObject): void {
  const retain = patch[RETAIN_KEYS];
  if (retain === undefined) return;
  delete patch[RETAIN_KEYS];
  if (!Array.isArray(retain)) throw badRetainKeys();
  const kept = new Set(retain);
  for (const key of Object.keys(patch)) {
    if (patch[key] === null || key.startsWith(DELETE_PRIMITIVES) || key.startsWith(ELEMENT_ORDER)) continue;
    if (!kept.has(key)) throw badRetainKeys();
  }
  for (const key of Object.keys(original)) if (!kept.has(key)) delete original[key];
}

function sameKind(a: JsonValue, b: JsonValue): boolean {
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b);
  return a !== null && b !== null && typeof a === typeof b;
}

function mergeMember(schema: TypeSchema | undefined, original: JsonObject, patchKey: string, value: JsonValue): void {
  const deletes = patchKey.startsWith(DELETE_PRIMITIVES);
  const key = deletes ? directiveTarget(patchKey, DELETE_PRIMITIVES, badPrimitiveList) : patchKey;
  if (value === null) {
    delete original[key];
    return;
  }
  const current = original[key];
  if (current === undefined || !sameKind(current, value)) {
    if (!deletes) setWithoutDirectives(original, key, discardNulls(value));
    return;
  }
  if (isMap(current) && isMap(value)) {
    const { schema: below, strategy } = lookUp(schema, key);
    original[key] = strategy === 'replace' ? value : mergeMap(below, current, value);
  } else if (Array.isArray(current) && Array.isArray(value)) {
    const { schema: below, strategy, mergeKey } = lookUp(schema, key);
    original[key] = strategy === 'merge' || deletes ? mergeList(below, current, value, mergeKey, deletes) : value;
  } else setWithoutDirectives(original, key, value);
}

function setWithoutDirectives(original: JsonObject, key: string, value: JsonValue): void {
  const kept = removeDirectives(value);
  if (kept === undefined) delete original[key];
  else original[key] = kept;
}

function removeDirectives(value: JsonValue): JsonValue | undefined {
  if (Array.isArray(value)) return value.map(removeDirectives).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  if (DIRECTIVE in value) return undefined;
  const out: JsonObject = {};
  for (const key of Object.keys(value)) {
    const kept = removeDirectives(value[key] as JsonValue);
    if (kept !== undefined) out[key] = kept;
  }
  return out;
}

function discardNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(discardNulls);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [key, discardNulls(member)]),
  );
}

function directiveTarget(key: string, prefix: string, malformed: () => StrategicPatchError): string {
  const slash = key.indexOf('/');
  if (slash < 0 || key.slice(0, slash) !== prefix) throw malformed();
  return key.slice(slash + 1);
}

function mergeOrderedLists(schema: TypeSchema | undefined, original: JsonObject, patch: JsonObject): void {
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(ELEMENT_ORDER)) continue;
    const order = patch[key];
    delete patch[key];
    if (!Array.isArray(order)) throw badArgument([], order);
    const name = directiveTarget(key, ELEMENT_ORDER, badElementOrder);
    const current = original[name];
    const value = patch[name];
    if (current !== undefined && !Array.isArray(current)) throw badArgument([], current);
    if (value !== undefined && value !== null && !Array.isArray(value)) throw badArgument([], value);
    const { schema: below, strategy, mergeKey } = lookUp(schema, name);
    if (schema?.kind === 'struct' && below !== undefined && below.kind !== 'list') throw notASlice();
    const changes = Array.isArray(value) ? value : undefined;
    checkOrder(changes ?? [], order, mergeKey);
    let merged: JsonValue[];
    if (changes === undefined) {
      if (current === undefined || value === null) continue;
      merged = current;
    } else if (current === undefined) merged = removeDirectives(changes) as JsonValue[];
    else merged = strategy === 'merge' ? mergeList(below, current, changes, mergeKey, false) : changes;
    const [named, serverOnly] = partition(merged, order, mergeKey);
    if ((current ?? []).length === 0 && (changes ?? []).length === 0) throw noElements();
    original[name] = orderItems(named, serverOnly, order, current ?? [], mergeKey);
    delete patch[name];
  }
}

/** The items of the patch must stand in the order list, in the same order. */
function checkOrder(changes: readonly JsonValue[], order: readonly JsonValue[], mergeKey: string): void {
  if (changes.length === 0 || order.length === 0) return;
  const kept = changes.filter((item) => !(mergeKey !== '' && isMap(item) && item[DIRECTIVE] === 'delete'));
  let at = 0;
  let position = 0;
  while (at < kept.length && position < order.length) {
    const item = kept[at] as JsonValue;
    if (isMap(item) && DIRECTIVE in item) {
      at++;
      continue;
    }
    if (mergeKey !== '') requireKeys(mergeKey, [item, order[position] as JsonValue]);
    if (keyOf(item, mergeKey) === keyOf(order[position], mergeKey)) at++;
    position++;
  }
  if (at < kept.length && position >= order.length) {
    throw new StrategicPatchError(
      `The order in patch list:\n${printGo(changes as JsonValue[])}\n doesn't match ${ELEMENT_ORDER} list:\n${printGo(order as JsonValue[])}\n`,
    );
  }
}

/** Lists merge only when all of their items are of one type, which is no list. */
function checkItemTypes(current: readonly JsonValue[], patch: readonly JsonValue[]): void {
  const [first, ...others] = [...current, ...patch].map(goType);
  if (first === LIST) throw listOfLists();
  if (others.some((other) => other !== first)) throw mixedItems(current, patch);
}

function mergeList(
  schema: TypeSchema | undefined,
  current: readonly JsonValue[],
  patch: readonly JsonValue[],
  mergeKey: string,
  deletes: boolean,
): JsonValue[] {
  if (current.length === 0 && patch.length === 0) return [];
  const all = [...current, ...patch];
  checkItemTypes(current, patch);
  if (!isMap(all[0])) {
    if (deletes) return current.filter((item) => !patch.includes(item));
    const merged = [...new Set(all)];
    const [named, serverOnly] = partition(merged, patch, '');
    return orderItems(named, serverOnly, patch, current, '');
  }
  if (mergeKey === '') throw new StrategicPatchError('cannot merge lists without merge key for struct');
  const [base, changes] = specialItems(current, patch, mergeKey);
  const merged = mergeItems(schema, base, changes, mergeKey);
  const [named, serverOnly] = partition(merged, changes, mergeKey);
  return orderItems(named, serverOnly, changes, base, mergeKey);
}

/** Carries out directives among the items; returns what the rest is merged into, and the rest. */
function specialItems(
  current: readonly JsonValue[],
  patch: readonly JsonValue[],
  mergeKey: string,
): [readonly JsonValue[], readonly JsonValue[]] {
  let base = current;
  let replaces = false;
  const rest: JsonValue[] = [];
  for (const item of patch) {
    if (!isMap(item)) throw badArgument({}, item);
    const directive = item[DIRECTIVE];
    if (directive === undefined) rest.push(item);
    else if (directive === 'delete') {
      if (!(mergeKey in item)) throw noMergeKey(item, mergeKey);
      base = base.filter((other) => keyOf(other, mergeKey) !== item[mergeKey]);
    } else if (directive === 'replace') replaces = true;
    else if (directive === 'merge') throw new StrategicPatchError('merging lists cannot yet be specified in the patch');
    else throw badDirective(directive, item);
  }
  return replaces ? [rest, []] : [base, rest];
}

function mergeItems(
  schema: TypeSchema | undefined,
  base: readonly JsonValue[],
  changes: readonly JsonValue[],
  mergeKey: string,
): JsonValue[] {
  const out = [...base];
  for (const change of changes) {
    if (!isMap(change)) throw badArgument({}, change);
    if (!(mergeKey in change)) throw noMergeKey(change, mergeKey);
    const at = out.findIndex((item) => keyOf(item, mergeKey) === change[mergeKey]);
    const found = out[at];
    if (found !== undefined && isMap(found)) out[at] = mergeMap(schema?.element, found, change);
    else out.push(change);
  }
  return out;
}
