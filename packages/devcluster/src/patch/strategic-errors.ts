import type { JsonObject, JsonValue } from '@caretaker/kube';
import { printGo } from '../apply/typed-validate.ts';

/** A strategic merge patch that cannot be carried out; `status` is that of the answer. */
export class StrategicPatchError extends Error {
  readonly status: 400 | 422 | 500;
  constructor(message: string, status: 400 | 422 | 500 = 500) {
    super(message);
    this.name = 'StrategicPatchError';
    this.status = status;
  }
}

export const LIST = '[]interface {}';

export function goType(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '%!s(<nil>)';
  if (Array.isArray(value)) return LIST;
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return Number.isInteger(value) ? 'int64' : 'float64';
}

export const badArgument = (expected: JsonValue, actual: JsonValue | undefined): StrategicPatchError =>
  new StrategicPatchError(`expected a ${goType(expected)}, but received a ${goType(actual)}`);

export const noMergeKey = (item: JsonObject, key: string): StrategicPatchError =>
  new StrategicPatchError(`map: ${printGo(item)} does not contain declared merge key: ${key}`);

export const badDirective = (directive: JsonValue, map: JsonObject): StrategicPatchError =>
  new StrategicPatchError(`unknown patch type: ${printGoText(directive)} in map: ${printGo(map)}`);

/** Go's `%s` of what should be a text. */
function printGoText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(printGoText).join(' ')}]`;
  if (value === null) return '%!s(<nil>)';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return `%!s(${goType(value)}=${printGo(value)})`;
  const members = Object.keys(value).sort();
  return `map[${members.map((key) => `${key}:${printGoText(value[key] as JsonValue)}`).join(' ')}]`;
}

export const notAMap = (index: number): StrategicPatchError => new StrategicPatchError(`value for key ${index} is not a map`);
export const notASlice = (): StrategicPatchError => new StrategicPatchError('expected slice or array type, but got: struct');

export const listOfLists = (): StrategicPatchError => new StrategicPatchError('lists of lists are not supported', 422);
export const mixedItems = (...lists: readonly (readonly JsonValue[])[]): StrategicPatchError =>
  new StrategicPatchError(`list element types are not identical: ${printGo(lists as JsonValue[])}`);
export const noElements = (): StrategicPatchError => new StrategicPatchError('no elements in any of the given slices');
export const badRetainKeys = (): StrategicPatchError => new StrategicPatchError('invalid patch format of retainKeys', 400);
export const badElementOrder = (): StrategicPatchError => new StrategicPatchError('invalid patch format of setElementOrder list', 400);
export const badPrimitiveList = (): StrategicPatchError => new StrategicPatchError('invalid patch format of primitive list', 400);
