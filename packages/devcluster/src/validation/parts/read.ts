/** Reading members of objects that were decoded: absent members are zero, as in Go. */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import type { FieldError } from '../../schema/contract.ts';
import { invalid, notSupported, required } from './field-errors.ts';

export const str = (object: JsonObject | undefined, name: string): string => {
  const value = object?.[name];
  return typeof value === 'string' ? value : '';
};

export const num = (object: JsonObject | undefined, name: string): number | undefined => {
  const value = object?.[name];
  return typeof value === 'number' ? value : undefined;
};

export const flag = (object: JsonObject | undefined, name: string): boolean => object?.[name] === true;

export const given = (object: JsonObject | undefined, name: string): boolean => {
  const value = object?.[name];
  return value !== undefined && value !== null;
};

export const isObj = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member that is an object. */
export const obj = (object: JsonObject | undefined, name: string): JsonObject | undefined => {
  const value = object?.[name];
  return isObj(value) ? value : undefined;
};

/** A member that is an object, {} when absent. */
export const sub = (object: JsonObject | undefined, name: string): JsonObject => obj(object, name) ?? {};

/** An object as what it is: members by name. */
export const members = (object: KubeObject): JsonObject => object as unknown as JsonObject;

export const specOf = (object: KubeObject | undefined): JsonObject => sub(object && members(object), 'spec');

export const objs = (object: JsonObject | undefined, name: string): JsonObject[] => {
  const value = object?.[name];
  return Array.isArray(value) ? value.map((one) => (isObj(one) ? one : {})) : [];
};

export const strs = (object: JsonObject | undefined, name: string): string[] => {
  const value = object?.[name];
  return Array.isArray(value) ? value.map((one) => (typeof one === 'string' ? one : '')) : [];
};

export const size = (object: JsonObject | undefined, name: string): number => {
  const value = object?.[name];
  if (Array.isArray(value)) return value.length;
  return isObj(value) ? Object.keys(value).length : 0;
};

export type Errors = FieldError[];
export type Format = (value: string) => readonly string[];

export const NOT_NEGATIVE = 'must be greater than or equal to 0';
export const POSITIVE = 'must be greater than 0';

/** Complaints of a format about a text member. */
export function format(path: string, value: string, check: Format, errors: Errors): void {
  for (const words of check(value)) errors.push(invalid(path, value, words));
}

export function notNegative(object: JsonObject | undefined, name: string, at: string, errors: Errors): void {
  const value = num(object, name);
  if (value !== undefined && value < 0) errors.push(invalid(`${at}.${name}`, value, NOT_NEGATIVE));
}

export function positive(object: JsonObject | undefined, name: string, at: string, errors: Errors): void {
  const value = num(object, name);
  if (value !== undefined && value <= 0) errors.push(invalid(`${at}.${name}`, value, POSITIVE));
}

/** A text member that must be there and be one of `allowed`. */
export function requiredEnum(object: JsonObject | undefined, name: string, at: string, allowed: readonly string[], errors: Errors): void {
  const value = str(object, name);
  const path = at === '' ? name : `${at}.${name}`;
  if (value === '') errors.push(required(path));
  else if (!allowed.includes(value)) errors.push(notSupported(path, value, allowed));
}

/** A text member that may be absent, else one of `allowed`. */
export function optionalEnum(object: JsonObject | undefined, name: string, at: string, allowed: readonly string[], errors: Errors): void {
  const value = str(object, name);
  if (given(object, name) && !allowed.includes(value)) errors.push(notSupported(at === '' ? name : `${at}.${name}`, value, allowed));
}

export const items = (path: string, index: number): string => `${path}[${index}]`;
