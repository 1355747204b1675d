import { GoError } from '../errors.ts';
import { byteLength, sliceBytes, toBytes } from '../text/bytes.ts';
import { typeName } from '../value/kind.ts';
import { GoMap } from '../value/map.ts';
import { Int, uint8 } from '../value/number.ts';
import { GoSlice } from '../value/slice.ts';
import type { Value } from '../value/value.ts';

/** Go's indexArg: an index within 0..limit; the limit itself passes here. */
function indexArg(index: Value, limit: number): number {
  if (index === undefined || index === null) throw new GoError('cannot index slice/array with nil');
  if (!(index instanceof Int)) throw new GoError(`cannot index slice/array with type ${typeName(index)}`);
  const x = BigInt.asIntN(64, index.big);
  if (x < 0n || x > BigInt(limit)) throw new GoError(`index out of range: ${x}`);
  return Number(x);
}

/** The type that index and len name: they look through a pointer first. */
function pointedTypeName(item: Value): string {
  return typeName(item).replace(/^\*/, '');
}

function indexOne(item: Value, index: Value): Value {
  if (item === null) throw new GoError('index of nil pointer');
  if (typeof item === 'string') {
    const bytes = toBytes(item);
    const i = indexArg(index, bytes.length);
    if (i >= bytes.length) throw new GoError('reflect: string index out of range');
    return uint8(bytes[i] ?? 0);
  }
  if (item instanceof GoSlice) {
    const i = indexArg(index, item.length);
    if (i >= item.length) throw new GoError('reflect: slice index out of range');
    return item.at(i);
  }
  if (item instanceof GoMap) {
    if (index === undefined || index === null) throw new GoError('value is nil; should be of type string');
    if (typeof index !== 'string') throw new GoError(`value has type ${typeName(index)}; should be string`);
    return item.get(index) ?? (item.type.elem?.kind === 'string' ? '' : null);
  }
  throw new GoError(`can't index item of type ${pointedTypeName(item)}`);
}

/** index x 1 2 is x[1][2]. */
export function index(item: Value, indexes: readonly Value[]): Value {
  if (item === undefined || item === null) throw new GoError('index of untyped nil');
  let v: Value = item;
  for (const i of indexes) v = indexOne(v, i);
  return v;
}

/** slice x 1 2 is x[1:2]; a third index limits the capacity. */
export function slice(item: Value, indexes: readonly Value[]): Value {
  if (item === undefined || item === null) throw new GoError('slice of untyped nil');
  if (indexes.length > 3) throw new GoError(`too many slice indexes: ${indexes.length}`);
  const isText = typeof item === 'string';
  if (isText && indexes.length === 3) throw new GoError('cannot 3-index slice a string');
  if (!isText && !(item instanceof GoSlice)) throw new GoError(`can't slice item of type ${typeName(item)}`);
  const length = isText ? byteLength(item) : item.length;
  const capacity = isText ? length : item.capacity;
  const given = indexes.map((i) => {
    // Unlike index, slice does not look into the interface that holds its index.
    if (i === null) throw new GoError('cannot index slice/array with type interface {}');
    return indexArg(i, capacity);
  });
  const [start = 0, end = length, limit] = given;
  if (start > end) throw new GoError(`invalid slice index: ${start} > ${end}`);
  if (isText) return sliceBytes(item, start, end);
  if (limit !== undefined && end > limit) throw new GoError(`invalid slice index: ${end} > ${limit}`);
  return item.window(start, end, limit);
}

/** len, in bytes for a string. */
export function length(item: Value): number {
  if (typeof item === 'string') return byteLength(item);
  if (item instanceof GoSlice) return item.length;
  if (item instanceof GoMap) return item.size;
  if (item === null) throw new GoError('len of nil pointer');
  if (item === undefined) throw new GoError('reflect: call of reflect.Value.Type on zero Value');
  // Go looks at what a pointer points to.
  throw new GoError(`len of type ${pointedTypeName(item)}`);
}
