/**
 * The form in which an object comes back from storage, which is protobuf: a list or map of no items that the struct always writes is null there,
 * whether it was given as empty or not at all.
 */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { OMIT_EMPTY, OMIT_ZERO, POINTER, typeRow } from '../schema/type-table.ts';

/** Settles what is below a value, in place; undefined where nothing can be. */
type Settle = ((value: JsonValue) => void) | undefined;

const settlers = new Map<string, Settle>();

function settlerOf(type: string): Settle {
  if (settlers.has(type)) return settlers.get(type);
  // a type that holds itself settles its own below it
  settlers.set(type, (value) => settlers.get(type)?.(value));
  const made = makeSettler(type);
  settlers.set(type, made);
  return made;
}

function makeSettler(type: string): Settle {
  if (type.startsWith('#')) return structSettler(type.slice(1));
  if (!type.startsWith('[]') && !type.startsWith('{}')) return undefined;
  const below = settlerOf(type.slice(2));
  if (below === undefined) return undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null) return;
    for (const item of Object.values(value)) below(item);
  };
}

function structSettler(typeName: string): Settle {
  const always: string[] = [];
  const below: (readonly [string, (value: JsonValue) => void])[] = [];
  for (const field of typeRow(typeName).fields) {
    const isContainer = field.t.startsWith('[]') || field.t.startsWith('{}');
    if (isContainer && ((field.o ?? 0) & (OMIT_EMPTY | OMIT_ZERO | POINTER)) === 0) always.push(field.n);
    const settle = settlerOf(field.t);
    if (settle !== undefined) below.push([field.n, settle]);
  }
  if (always.length === 0 && below.length === 0) return undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const name of always) if (isEmpty(value[name])) value[name] = null;
    for (const [name, settle] of below) {
      const member = value[name];
      if (member !== undefined) settle(member);
    }
  };
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (const _ in value) return false;
  return true;
}

/** In place. Members that are shared with other objects are settled already. */
export function settleStruct(typeName: string, object: JsonObject): void {
  settlerOf(`#${typeName}`)?.(object);
}
