/** The order of merged lists: $setElementOrder before the order of the patch, before the order of the live list. */
import type { JsonValue } from '@caretaker/kube';
import { isMap } from '../apply/typed-view.ts';
import { badArgument, noMergeKey, notAMap } from './strategic-errors.ts';

/** Key of an item: the merge key's value of a map, the item itself of a scalar. */
export function keyOf(item: JsonValue | undefined, mergeKey: string): JsonValue | undefined {
  if (mergeKey === '') return item;
  return item !== undefined && isMap(item) ? item[mergeKey] : undefined;
}

const indexIn = (list: readonly JsonValue[], item: JsonValue, mergeKey: string): number =>
  list.findIndex((other) => keyOf(other, mergeKey) === keyOf(item, mergeKey));

export function requireKeys(mergeKey: string, list: readonly JsonValue[]): void {
  for (const item of list) {
    if (!isMap(item)) throw badArgument({}, item);
    if (!(mergeKey in item)) throw noMergeKey(item, mergeKey);
  }
}

function sortBy(items: readonly JsonValue[], order: readonly JsonValue[], mergeKey: string): JsonValue[] {
  if (mergeKey !== '') {
    requireKeys(mergeKey, items);
    requireKeys(mergeKey, order);
  }
  const isDeletion = (item: JsonValue): boolean => mergeKey !== '' && isMap(item) && item['$patch'] === 'delete';
  const kept = items.filter((item) => !isDeletion(item));
  const place = (item: JsonValue): number => indexIn(order, item, mergeKey);
  kept.sort((a, b) => {
    const left = place(a);
    const right = place(b);
    return left < 0 || right < 0 ? 0 : left - right;
  });
  return [...kept, ...items.filter(isDeletion)];
}

/** Interleaves the items that only the server has with those of the patch; each keeps its own order. */
export function orderItems(
  patch: readonly JsonValue[],
  serverOnly: readonly JsonValue[],
  patchOrder: readonly JsonValue[],
  serverOrder: readonly JsonValue[],
  mergeKey: string,
): JsonValue[] {
  const right = sortBy(patch, patchOrder, mergeKey);
  const left = sortBy(serverOnly, serverOrder, mergeKey);
  const out: JsonValue[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const mine = left[i];
    const theirs = right[j];
    if (mine === undefined || i >= left.length) {
      out.push(theirs as JsonValue);
      j++;
    } else if (theirs === undefined || j >= right.length) {
      out.push(mine);
      i++;
    } else {
      const before = indexIn(serverOrder, mine, mergeKey);
      const after = indexIn(serverOrder, theirs, mergeKey);
      if (before >= 0 && after >= 0 && before < after) {
        out.push(mine);
        i++;
      } else {
        out.push(theirs);
        j++;
      }
    }
  }
  return out;
}

/** Splits `merged` into the items that `named` names and the rest. */
export function partition(merged: readonly JsonValue[], named: readonly JsonValue[], mergeKey: string): [JsonValue[], JsonValue[]] {
  const inside: JsonValue[] = [];
  const outside: JsonValue[] = [];
  for (const item of merged) {
    if (mergeKey !== '') {
      if (!isMap(item)) throw badArgument({}, item);
      if (!(mergeKey in item)) throw noMergeKey(item, mergeKey);
      checkMapsUpTo(named, item[mergeKey], mergeKey);
    }
    (indexIn(named, item, mergeKey) >= 0 ? inside : outside).push(item);
  }
  return [inside, outside];
}

/** A key is looked for among maps, up to the one that has it. */
function checkMapsUpTo(list: readonly JsonValue[], key: JsonValue | undefined, mergeKey: string): void {
  for (const [index, item] of list.entries()) {
    if (!isMap(item)) throw notAMap(index);
    if (item[mergeKey] === key) return;
  }
}
