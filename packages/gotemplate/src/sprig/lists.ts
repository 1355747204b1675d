import { GoError } from '../errors.ts';
import { grow, growCapacity } from '../value/capacity.ts';
import { def, P, variadic } from '../value/define.ts';
import { deepEqual } from '../value/equal.ts';
import type { CallContext, FunctionMap } from '../value/function.ts';
import { kindOf } from '../value/kind.ts';
import { truncateToInt64 } from '../value/number.ts';
import { GoSlice, list, nilSlice } from '../value/slice.ts';
import { T } from '../value/types.ts';
import type { Value } from '../value/value.ts';
import { toInt64 } from './cast.ts';
import { isEmpty } from './empty.ts';

const NIL_POINTER = 'runtime error: invalid memory address or nil pointer dereference';

/** The argument as a list; Sprig's words for anything else. */
function asList(v: Value, complaint: (kind: string) => string): GoSlice {
  if (v instanceof GoSlice) return v;
  throw new GoError(v === null || v === undefined ? NIL_POINTER : complaint(kindOf(v)));
}

function find(v: Value, what: string): GoSlice {
  return asList(v, (kind) => `Cannot find ${what} on type ${kind}`);
}

function copied(items: readonly Value[], context: CallContext): Value[] {
  context.limiter.iterate(items.length);
  return [...items];
}

function push(v: Value, item: Value, context: CallContext): Value {
  const source = asList(v, (kind) => `Cannot push on type ${kind}`);
  const items = copied(source.items(), context);
  items.push(item);
  return list(items, grow(source.length, items.length));
}

function prepend(v: Value, item: Value, context: CallContext): Value {
  const source = asList(v, (kind) => `Cannot prepend on type ${kind}`);
  const items = [item, ...copied(source.items(), context)];
  return list(items, grow(1, items.length));
}

/** int(f) of Go for a length; a slice cannot be made with a negative one. */
function madeLength(f: number): number {
  const n = Number(truncateToInt64(f));
  if (n < 0) throw new GoError('runtime error: makeslice: len out of range');
  return n;
}

function chunk(size: number, v: Value, context: CallContext): Value {
  const source = asList(v, (kind) => `Cannot chunk type ${kind}`);
  const n = source.length;
  const count = madeLength(Math.floor((n - 1) / size) + 1);
  context.limiter.iterate(n + count);
  const chunks: Value[] = [];
  for (let i = 0; i < count; i++) {
    const rest = Math.floor(n % size);
    const length = madeLength(i === count - 1 && rest !== 0 ? rest : size);
    const items: Value[] = [];
    for (let j = 0; j < length; j++) items.push(source.at(i * size + j));
    chunks.push(list(items));
  }
  return new GoSlice(T.sliceSliceAny, chunks);
}

function tail(v: Value, what: 'rest' | 'initial', context: CallContext): Value {
  const source = find(v, what);
  if (source.length === 0) return nilSlice(T.sliceAny);
  const items = copied(source.items(), context);
  return list(what === 'rest' ? items.slice(1) : items.slice(0, -1));
}

function end(v: Value, what: 'first' | 'last'): Value {
  const source = find(v, what);
  return source.length === 0 ? null : source.at(what === 'first' ? 0 : source.length - 1);
}

function filtered(source: GoSlice, keep: (item: Value) => boolean): Value {
  const items = source.items().filter(keep);
  return list(items, growCapacity(items.length));
}

function contains(items: readonly Value[], item: Value): boolean {
  return items.some((e) => deepEqual(item, e));
}

function uniq(v: Value, context: CallContext): Value {
  const out: Value[] = [];
  for (const item of find(v, 'uniq').items()) {
    context.limiter.iterate(1 + out.length / 16);
    if (!contains(out, item)) out.push(item);
  }
  return list(out, growCapacity(out.length));
}

function has(needle: Value, v: Value): Value {
  return v === null || v === undefined ? false : contains(find(v, 'has').items(), needle);
}

function slice(v: Value, indices: readonly Value[]): Value {
  const source = asList(v, (kind) => `list should be type of slice or array but ${kind}`);
  if (source.length === 0) return null;
  const start = indices.length > 0 ? Number(toInt64(indices[0])) : 0;
  const stop = indices.length < 2 ? source.length : Number(toInt64(indices[1]));
  if (start < 0 || stop < start || stop > source.capacity) throw new GoError('reflect.Value.Slice: slice index out of bounds');
  return source.window(start, stop);
}

function concat(lists: readonly Value[], context: CallContext): Value {
  const items: Value[] = [];
  let capacity = 0;
  for (const v of lists) {
    for (const item of copied(asList(v, (kind) => `Cannot concat type ${kind} as list`).items(), context)) {
      items.push(item);
      capacity = grow(capacity, items.length);
    }
  }
  return items.length === 0 ? nilSlice(T.sliceAny) : list(items, capacity);
}

const make = variadic([], P.any, (items) => list(items));
const pushFunction = def([P.any, P.any], push);
const prependFunction = def([P.any, P.any], prepend);
const first = def([P.any], (v) => end(v, 'first'));
const last = def([P.any], (v) => end(v, 'last'));
const rest = def([P.any], (v, context) => tail(v, 'rest', context));
const initial = def([P.any], (v, context) => tail(v, 'initial', context));
const reverse = def([P.any], (v, context) => list(copied(find(v, 'reverse').items(), context).reverse()));
const uniqFunction = def([P.any], uniq);
const without = variadic([P.any], P.any, (v, omit) => filtered(find(v, 'without'), (item) => !contains(omit, item)));
const hasFunction = def([P.any, P.any], has);
const compact = def([P.any], (v) =>
  filtered(
    asList(v, (kind) => `Cannot compact on type ${kind}`),
    (item) => !isEmpty(item),
  ),
);
const sliceFunction = variadic([P.any], P.any, slice);
const chunkFunction = def([P.int, P.any], (size, v, context) => chunk(size.toNumber(), v, context));

/** Sprig's list functions. Those named must… differ in Go only in how they fail, which a template cannot tell. */
export const listFunctions: FunctionMap = {
  list: make,
  tuple: make,
  append: pushFunction,
  mustAppend: pushFunction,
  push: pushFunction,
  mustPush: pushFunction,
  prepend: prependFunction,
  mustPrepend: prependFunction,
  first,
  mustFirst: first,
  last,
  mustLast: last,
  rest,
  mustRest: rest,
  initial,
  mustInitial: initial,
  reverse,
  mustReverse: reverse,
  uniq: uniqFunction,
  mustUniq: uniqFunction,
  without,
  mustWithout: without,
  has: hasFunction,
  mustHas: hasFunction,
  compact,
  mustCompact: compact,
  slice: sliceFunction,
  mustSlice: sliceFunction,
  concat: variadic([], P.any, concat),
  chunk: chunkFunction,
  mustChunk: chunkFunction,
};
