import type { JsonObject, JsonValue } from '@caretaker/kube';
import type { TypeSchema } from '../schema/contract.ts';
import { listItemElement } from './path-element.ts';
import { elementSchema, type Form, formOf, isAtomicList, isMap, type Maybe, memberSchema } from './typed-view.ts';

/** `live` with everything that `applied` says put over it: maps by member, keyed lists and sets by item, leaves and atomic values replaced. */
export function mergeValues(schema: TypeSchema, live: Maybe, applied: Maybe): Maybe {
  if (applied === undefined) return live;
  if (live === undefined) return applied;
  const liveForm = formOf(schema, live);
  const appliedForm = formOf(schema, applied);
  // null has no form of its own: it takes that of the other side, so a null applied over items leaves the items
  const form: Form = applied === null ? liveForm : appliedForm;
  if (live !== null && applied !== null && liveForm !== appliedForm) return applied;
  if (form === 'scalar') return applied;
  return form === 'map' ? mergeMaps(schema, live, applied) : mergeLists(schema, live, applied);
}

function mergeMaps(schema: TypeSchema, live: JsonValue, applied: JsonValue): Maybe {
  const left = isMap(live) ? live : undefined;
  const right = isMap(applied) ? applied : undefined;
  if (schema.atomic || (isEmpty(left) && isEmpty(right))) return applied;
  const out: JsonObject = {};
  let some = false;
  const set = (name: string, value: Maybe): void => {
    if (value === undefined) return;
    out[name] = value;
    some = true;
  };
  if (left !== undefined) {
    for (const name of Object.keys(left)) {
      const theirs = right !== undefined && Object.hasOwn(right, name) ? right[name] : undefined;
      const below = memberSchema(schema, name);
      set(name, below === undefined || theirs === undefined ? (theirs ?? left[name]) : mergeValues(below, left[name], theirs));
    }
  }
  if (right !== undefined)
    for (const name of Object.keys(right)) if (left === undefined || !Object.hasOwn(left, name)) set(name, right[name]);
  return some ? out : undefined;
}

function isEmpty(value: JsonObject | undefined): boolean {
  return value === undefined || Object.keys(value).length === 0;
}

function mergeLists(schema: TypeSchema, live: JsonValue, applied: JsonValue): Maybe {
  const left = Array.isArray(live) ? live : [];
  const right = Array.isArray(applied) ? applied : [];
  if (isAtomicList(schema) || (left.length === 0 && right.length === 0)) return applied;
  const out = interleave(schema, left, right);
  return out.length === 0 ? undefined : out;
}

interface Indexed {
  readonly elements: readonly string[];
  /** null for an element that stands there more than once: such items are not merged. */
  readonly items: ReadonlyMap<string, JsonValue>;
}

function index(schema: TypeSchema, list: readonly JsonValue[]): Indexed {
  const elements: string[] = [];
  const items = new Map<string, JsonValue>();
  for (const item of list) {
    const element = listItemElement(schema, item);
    items.set(element, items.has(element) ? null : item);
    elements.push(element);
  }
  return { elements, items };
}

/**
 * The order of the merged list: items of the applied list keep their order, items only in the live list stay in front of the next shared item that
 * they stood in front of (the order rule of structured-merge-diff).
 */
function interleave(schema: TypeSchema, left: readonly JsonValue[], right: readonly JsonValue[]): JsonValue[] {
  const ours = index(schema, left);
  const theirs = index(schema, right);
  const shared = theirs.elements.filter((element) => ours.items.has(element));
  let nextShared = 0;
  const done = new Set<string>();
  const out: JsonValue[] = [];
  const take = (element: string): void => {
    done.add(element);
    const merged = mergeValues(elementSchema(schema), ours.items.get(element) ?? undefined, theirs.items.get(element));
    if (merged !== undefined) out.push(merged);
  };
  let l = 0;
  let r = 0;
  while (l < ours.elements.length || r < theirs.elements.length) {
    const mine = ours.elements[l];
    const other = theirs.elements[r];
    if (mine !== undefined && other !== undefined) {
      if (mine === other) {
        take(mine);
        l++;
        r++;
        nextShared++;
        continue;
      }
      const wanted = shared[nextShared];
      if (theirs.items.has(mine) && wanted !== undefined && wanted !== mine) {
        l++;
        continue;
      }
    }
    if (mine !== undefined) {
      if (!theirs.items.has(mine)) {
        out.push(left[l] as JsonValue);
        l++;
        continue;
      }
      if (done.has(mine)) l++;
    }
    if (other !== undefined) {
      take(other);
      r++;
      if (shared[nextShared] === other) nextShared++;
    }
  }
  return out;
}
