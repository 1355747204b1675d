/** Structs that mutating policies make: JSONPatch operations, and Object with whatever is in it. */
import { type CelType, DYN, objectOf, STRING } from './types.ts';

const JSON_PATCH = objectOf(
  'JSONPatch',
  new Map([
    ['op', STRING],
    ['path', STRING],
    ['from', STRING],
    ['value', DYN],
  ]),
);

export function patchStruct(name: string): CelType | undefined {
  if (name === 'JSONPatch') return JSON_PATCH;
  return name === 'Object' || name.startsWith('Object.') ? objectOf(name, new Map(), true) : undefined;
}
