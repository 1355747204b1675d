/**
 * Path elements of field sets in the form that FieldsV1 writes: `f:name`, `k:{"name":"a"}`, `v:"x"`, `i:0`. The text is canonical (keys sorted,
 * JSON without spaces), so that equal elements are equal strings.
 */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import type { TypeSchema } from '../schema/contract.ts';

export const fieldElement = (name: string): string => `f:${name}`;

export function keyElement(keys: readonly (readonly [string, JsonValue])[]): string {
  const sorted = keys.every(([name], i) => i === 0 || (keys[i - 1]?.[0] ?? '') < name)
    ? keys
    : keys.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `k:{${sorted.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
}

export const valueElement = (value: JsonValue): string => `v:${JSON.stringify(value)}`;

/** Thrown when a list item has no place in its list: no key, or a value that no set may hold. */
export class ListItemError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ListItemError';
  }
}

/** The element under which `item` stands in a list of list type map or set. */
export function listItemElement(list: TypeSchema, item: JsonValue): string {
  return list.listType === 'map' ? keyedElement(list, item) : setElement(item);
}

function keyedElement(list: TypeSchema, item: JsonValue): string {
  if (item === null) throw new ListItemError('associative list with keys may not have a null element');
  if (typeof item !== 'object' || Array.isArray(item)) throw new ListItemError('associative list with keys may not have non-map elements');
  const keys = list.listMapKeys;
  const only = keys.length === 1 ? keys[0] : undefined;
  if (only !== undefined && only in item) return `k:{${JSON.stringify(only)}:${JSON.stringify(item[only])}}`;
  const found: [string, JsonValue][] = [];
  for (const key of keys) {
    const value = key in item ? item[key] : list.element?.properties.get(key)?.default;
    if (value !== undefined) found.push([key, value]);
  }
  if (keys.length > 0 && found.length === 0) {
    const names = `[${keys.map((key) => JSON.stringify(key)).join(' ')}]`;
    throw new ListItemError(
      `associative list with keys has an element that omits all key fields ${names} (and doesn't have default values for any key fields)`,
    );
  }
  return keyElement(found);
}

function setElement(item: JsonValue): string {
  if (item === null) throw new ListItemError("associative list without keys has an element that's an explicit null");
  if (Array.isArray(item)) throw new ListItemError('not supported: associative list with lists as elements');
  if (typeof item === 'object') throw new ListItemError("associative list without keys has an element that's a map type");
  return valueElement(item);
}

/** How messages print an element: `.name`, `[name="a"]`, `[="x"]`, `[0]`. */
export function printElement(element: string): string {
  const rest = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${rest}`;
    case 'v':
      return `[=${rest}]`;
    case 'i':
      return `[${rest}]`;
    default: {
      const keys = JSON.parse(rest) as JsonObject;
      return `[${Object.entries(keys)
        // a key that is no scalar has no text
        .map(([name, value]) => `${name}=${typeof value === 'object' && value !== null ? '' : JSON.stringify(value)}`)
        .join(',')}]`;
    }
  }
}

const RANK: Readonly<Record<string, number>> = { f: 0, k: 1, v: 2, i: 3 };

function compareScalars(a: JsonValue, b: JsonValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const rank = (value: JsonValue): number =>
    typeof value === 'number' ? 0 : typeof value === 'string' ? 1 : typeof value === 'boolean' ? 2 : 3;
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  const left = String(a);
  const right = String(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Order of elements in a set: fields by name, then keys, values and indexes. */
export function compareElements(a: string, b: string): number {
  const rank = (RANK[a[0] ?? ''] ?? 9) - (RANK[b[0] ?? ''] ?? 9);
  if (rank !== 0) return rank;
  if (a[0] === 'f') return a < b ? -1 : a > b ? 1 : 0;
  const left = JSON.parse(a.slice(2)) as JsonValue;
  const right = JSON.parse(b.slice(2)) as JsonValue;
  if (a[0] !== 'k') return compareScalars(left, right);
  const leftKeys = Object.entries(left as JsonObject);
  const rightKeys = Object.entries(right as JsonObject);
  for (let i = 0; i < leftKeys.length && i < rightKeys.length; i++) {
    const [leftName, leftValue] = leftKeys[i] as [string, JsonValue];
    const [rightName, rightValue] = rightKeys[i] as [string, JsonValue];
    if (leftName !== rightName) return leftName < rightName ? -1 : 1;
    const order = compareScalars(leftValue, rightValue);
    if (order !== 0) return order;
  }
  return leftKeys.length - rightKeys.length;
}

/** Brings an element that a client wrote to canonical form; undefined for kinds that nobody knows (they are dropped). Throws on malformed ones. */
export function canonicalElement(text: string): string | undefined {
  if (text.length < 2 || text[1] !== ':') throw new SyntaxError(`missing colon: ${text}`);
  switch (text[0]) {
    case 'f':
      return text;
    case 'i':
      if (!/^i:-?\d+$/.test(text)) throw new SyntaxError(`not an index: ${text}`);
      return text;
    case 'v':
      return valueElement(JSON.parse(text.slice(2)) as JsonValue);
    case 'k':
      return keyElement(Object.entries(JSON.parse(text.slice(2)) as JsonObject) as [string, JsonValue][]);
    default:
      return undefined;
  }
}
