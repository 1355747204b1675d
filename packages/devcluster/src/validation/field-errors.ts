/** Causes of a 422, in the words of the API server. */
import type { JsonValue } from '@caretaker/kube';
import type { FieldError } from '../schema/contract.ts';

/** A value as messages print it: text quoted, null as null, everything else as JSON. */
function print(value: JsonValue | undefined): string {
  return value === undefined ? 'null' : typeof value === 'object' ? JSON.stringify(value, sortMaps) : JSON.stringify(value);
}

/** Members that are maps in Go, which prints those in the order of their keys; structs keep theirs. */
const MAPS: ReadonlySet<string> = new Set(
  'matchLabels labels annotations nodeSelector limits requests data binaryData capacity allocatable hard used selector'.split(' '),
);

function sortMaps(key: string, value: unknown): unknown {
  if (!MAPS.has(key) || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value);
  if (members.some(([, one]) => typeof one === 'object')) return value;
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
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
  message: withDetail(`Invalid value: ${print(value)}`, detail),
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
    `Unsupported value: ${print(value)}`,
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
  message: `Too many: ${actual}: must have at most ${max} items`,
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
