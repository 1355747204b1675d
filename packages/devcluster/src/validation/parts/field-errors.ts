/** Causes of a 422, in the words of the API server. */
import type { JsonValue } from '@caretaker/kube';
import { quoteGo } from '../../decode/words.ts';
import type { FieldError } from '../../schema/contract.ts';

/** Go writes JSON so that it may stand in a page. */
const escapeMarkup = (json: string): string =>
  json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A fraction as Go's %v prints it: with an exponent below 1e-4 and from 1e6 on. */
function goFloat(value: number): string {
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4 && exponent < 6) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

/** A value as messages print it: text quoted, null as null, everything else as JSON. */
function print(value: JsonValue | undefined): string {
  if (typeof value === 'string') return quoteGo(value);
  if (typeof value === 'number' && !Number.isInteger(value)) return goFloat(value);
  return value === undefined ? 'null' : typeof value === 'object' ? escapeMarkup(JSON.stringify(value, sortMaps)) : JSON.stringify(value);
}

/** Members that are maps in Go, which prints those in the order of their keys; structs keep theirs. */
const MAPS: ReadonlySet<string> = new Set(
  'matchLabels labels annotations nodeSelector limits requests data binaryData capacity allocatable hard used selector'.split(' '),
);

/** The members of selectors, in Go's order. */
const SELECTOR_MEMBERS = ['matchLabels', 'matchExpressions', 'key', 'operator', 'values'];

function orderSelector<T extends object>(value: T): T {
  const names = SELECTOR_MEMBERS.filter((name) => Object.hasOwn(value, name));
  if (names.length < 2 || names.length < Object.keys(value).length) return value;
  const members = new Map<string, unknown>(Object.entries(value));
  return Object.fromEntries(names.map((name) => [name, members.get(name)])) as T;
}

function sortMaps<T>(key: string, value: T): T {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const ordered = orderSelector(value);
    if (ordered !== value) return ordered;
  }
  if (!MAPS.has(key) || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value);
  if (members.some(([, one]) => typeof one === 'object')) return value;
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1))) as T;
}

/** A value of no Go type, such as one of a custom resource: all of its objects are maps. */
export function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}

const withDetail = (words: string, detail: string): string => (detail === '' ? words : `${words}: ${detail}`);

export const required = (field: string, detail = ''): FieldError => ({
  reason: 'FieldValueRequired',
  field,
  message: withDetail('Required value', detail),
});

export const invalid = (field: string, value: JsonValue | undefined, detail: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  message: withDetail(`Invalid value: ${print(sortMaps(field.slice(field.lastIndexOf('.') + 1), value))}`, detail),
});

/** Something is wrong with a part as a whole, which is not quoted. */
export const invalidPart = (field: string, detail: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${detail}`,
});

export const duplicate = (field: string, value: JsonValue | undefined): FieldError => ({
  reason: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${print(value)}`,
});

export const forbidden = (field: string, detail: string): FieldError => ({
  reason: 'FieldValueForbidden',
  field,
  message: withDetail('Forbidden', detail),
});

/** `valid` is printed in the order given. */
export const notSupported = (field: string, value: JsonValue | undefined, valid: readonly string[]): FieldError => ({
  reason: 'FieldValueNotSupported',
  field,
  message: withDetail(
    `Unsupported value: ${print(sortMaps(field.slice(field.lastIndexOf('.') + 1), value))}`,
    valid.length === 0 ? '' : `supported values: ${valid.map((one) => JSON.stringify(one)).join(', ')}`,
  ),
});

export const notFound = (field: string, value: JsonValue | undefined): FieldError => ({
  reason: 'FieldValueNotFound',
  field,
  message: `Not found: ${print(value)}`,
});

export const tooLong = (field: string, maxBytes: number): FieldError => ({
  reason: 'FieldValueTooLong',
  field,
  message: maxBytes < 0 ? 'Too long: value is too long' : `Too long: may not be more than ${maxBytes} bytes`,
});

export const tooMany = (field: string, actual: number, max: number): FieldError => ({
  reason: 'FieldValueTooMany',
  field,
  message: `Too many: ${actual}: must have at most ${max} ${max === 1 ? 'item' : 'items'}`,
});

export const typeInvalid = (field: string, value: JsonValue | undefined, detail: string): FieldError => ({
  reason: 'FieldValueTypeInvalid',
  field,
  message: withDetail(`Invalid value: ${print(value)}`, detail),
});

export const internal = (field: string, detail: string): FieldError => ({
  reason: 'InternalError',
  field,
  message: withDetail('Internal error', detail),
});
