/** Values of CEL while an expression is evaluated. int is bigint, double number, a list an array, a map a Map, a struct a CelStruct. */
import type { CelType } from './types.ts';

export class CelUint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** Nanoseconds since 1970. */
export class CelTimestamp {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

export class CelDuration {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

export class CelTypeValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export class CelOptional {
  static readonly none = new CelOptional(false, undefined);
  readonly present: boolean;
  readonly value: unknown;

  private constructor(present: boolean, value: unknown) {
    this.present = present;
    this.value = value;
  }

  static of(value: unknown): CelOptional {
    return new CelOptional(true, value);
  }
}

/** A struct; fields that are not set are not there. */
export class CelStruct {
  readonly type: string;
  readonly fields: ReadonlyMap<string, unknown>;
  constructor(type: string, fields: ReadonlyMap<string, unknown>) {
    this.type = type;
    this.fields = fields;
  }
}

/** A value of a type of the libraries. */
export abstract class CelOpaque {
  abstract readonly celType: string;
  equals(other: unknown): boolean {
    return this === other;
  }
}

/** A list whose items have no order: equal when the same items are in it. */
export abstract class Unordered extends Array<unknown> {
  abstract merge(others: readonly unknown[]): unknown[];
}

export function typeOf(value: unknown): string {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
    default:
      break;
  }
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Map) return 'map';
  if (value instanceof CelStruct) return value.type;
  if (value instanceof CelUint) return 'uint';
  if (value instanceof CelTimestamp) return 'timestamp';
  if (value instanceof CelDuration) return 'duration';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof CelTypeValue) return 'type';
  if (value instanceof CelOptional) return 'optional_type';
  return value instanceof CelOpaque ? value.celType : 'object';
}

/** Whether a value is of a declared type, as far as the choice of an overload asks. */
export function isOf(value: unknown, type: CelType): boolean {
  switch (type.kind) {
    case 'param':
      return true;
    case 'list':
      return Array.isArray(value) && (value.length === 0 || isOf(value[0], type.of));
    case 'map':
      return value instanceof Map;
    case 'opaque':
      return typeOf(value) === type.name;
    case 'object':
      return value instanceof CelStruct;
    default:
      return type.name === 'dyn' || typeOf(value) === type.name;
  }
}

function numberOf(value: unknown): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof CelUint ? value.value : undefined;
}

export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const left = numberOf(a);
  if (left !== undefined) {
    const right = numberOf(b);
    // loose on purpose: 1n == 1
    // biome-ignore lint/suspicious/noDoubleEquals: compares bigint with number by value
    return right !== undefined && left == right;
  }
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b);
  if (a instanceof Map)
    return b instanceof Map && a.size === b.size && [...a].every(([key, value]) => b.has(key) && equal(value, b.get(key)));
  if (a instanceof CelStruct)
    return (
      b instanceof CelStruct &&
      a.fields.size === b.fields.size &&
      [...a.fields].every(([key, value]) => b.fields.has(key) && equal(value, b.fields.get(key)))
    );
  if (a instanceof CelTimestamp) return b instanceof CelTimestamp && a.nanos === b.nanos;
  if (a instanceof CelDuration) return b instanceof CelDuration && a.nanos === b.nanos;
  if (a instanceof CelTypeValue) return b instanceof CelTypeValue && a.name === b.name;
  if (a instanceof CelOptional) return b instanceof CelOptional && a.present === b.present && (!a.present || equal(a.value, b.value));
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  return a instanceof CelOpaque && a.equals(b);
}

function equalLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  if (a instanceof Unordered || b instanceof Unordered) return a.every((one) => b.some((other) => equal(one, other)));
  return a.every((one, i) => equal(one, b[i]));
}

/** Below zero, zero or above; undefined when the two have no order. */
export function compare(a: unknown, b: unknown): number | undefined {
  const [left, right] = [orderable(a), orderable(b)];
  if (left === undefined || right === undefined) return undefined;
  if (typeof left === 'string' || typeof right === 'string') {
    if (typeof left !== typeof right) return undefined;
    return Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right)));
  }
  if (Number.isNaN(left) || Number.isNaN(right)) return undefined;
  return left < right ? -1 : left > right ? 1 : 0;
}

function orderable(value: unknown): bigint | number | string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof CelTimestamp || value instanceof CelDuration) return value.nanos;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  return numberOf(value);
}

/** A map's key: whole numbers of all kinds are one. */
export function keyOf(value: unknown): unknown {
  if (value instanceof CelUint) return value.value;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
}
