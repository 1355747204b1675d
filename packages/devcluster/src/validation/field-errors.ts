/** Causes of a 422, in the words of the API server. */
import type { JsonValue } from '@caretaker/kube';
import type { FieldError } from '../schema/contract.ts';

/** A value as messages print it: text quoted, null as null, everything else as JSON. */
function print(value: JsonValue | undefined): string {
  return value === undefined ? 'null' : JSON.stringify(value);
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
