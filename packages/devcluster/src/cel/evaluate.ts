/** Evaluates expressions. */
import type { Comprehension, Expression } from './ast.ts';
import { actualCost } from './cost/actual.ts';
import { ACCESS, CALL, CostExceeded, GROWING, LIST, MAP, Meter, STRUCT } from './cost/meter.ts';
import { CelFault } from './errors.ts';
import type { Library } from './library.ts';
import { qualifiedName } from './parser.ts';
import { CelOptional, CelStruct, CelTypeValue, CelUint, keyOf, typeOf } from './values.ts';

/** Values by name; a function is called for its value when it is needed. */
export type Scope = { readonly [name: string]: unknown };

interface Frame {
  readonly meter: Meter;
  readonly library: Library;
  readonly scope: Scope;
  readonly locals: Map<string, unknown>;
}

/** A variable that is computed when it is first used. */
export class Lazy {
  readonly #compute: () => unknown;
  #done: { readonly value: unknown } | { readonly error: unknown } | undefined;

  constructor(compute: () => unknown) {
    this.#compute = compute;
  }

  get value(): unknown {
    if (this.#done === undefined) {
      try {
        this.#done = { value: this.#compute() };
      } catch (error) {
        this.#done = { error };
      }
    }
    if ('error' in this.#done) throw this.#done.error;
    return this.#done.value;
  }
}

/** Throws CelFault. */
export function evaluate(library: Library, expression: Expression, scope: Scope, meter: Meter = new Meter()): unknown {
  return run(expression, { library, scope, locals: new Map(), meter });
}

function run(expression: Expression, frame: Frame): unknown {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return value !== null && typeof value === 'object' && 'uint' in value ? new CelUint(value.uint) : value;
    }
    case 'ident':
      frame.meter.add(ACCESS);
      return variable(expression.name, frame);
    case 'select':
      return expression.test ? hasField(expression, frame) : selected(expression, frame);
    case 'call':
      return called(expression, frame);
    case 'list': {
      const items: unknown[] = [];
      for (const item of expression.items) {
        const value = run(item.value, frame);
        if (!item.optional) items.push(value);
        else if (value instanceof CelOptional && value.present) items.push(value.value);
      }
      frame.meter.add(LIST);
      return items;
    }
    case 'map': {
      const map = new Map<unknown, unknown>();
      for (const entry of expression.entries) {
        const key = keyOf(run(entry.key, frame));
        const value = run(entry.value, frame);
        if (map.has(key)) throw new CelFault(`insert failed: key ${String(key)} already exists`);
        if (!entry.optional) map.set(key, value);
        else if (value instanceof CelOptional && value.present) map.set(key, value.value);
      }
      frame.meter.add(MAP);
      return map;
    }
    case 'struct': {
      const fields = new Map<string, unknown>();
      for (const field of expression.fields) {
        const value = run(field.value, frame);
        if (!field.optional) fields.set(field.name, value);
        else if (value instanceof CelOptional && value.present) fields.set(field.name, value.value);
      }
      frame.meter.add(STRUCT);
      return new CelStruct(expression.name, fields);
    }
    default:
      return folded(expression, frame);
  }
}

function lookUp(name: string, frame: Frame): { readonly value: unknown } | undefined {
  if (frame.locals.has(name)) return { value: frame.locals.get(name) };
  if (!Object.hasOwn(frame.scope, name)) return undefined;
  const found = frame.scope[name];
  return { value: found instanceof Lazy ? found.value : found };
}

function variable(name: string, frame: Frame): unknown {
  const found = lookUp(name, frame);
  if (found !== undefined) return found.value;
  return new CelTypeValue(name);
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  'google.protobuf.Timestamp': 'google.protobuf.Timestamp',
  'google.protobuf.Duration': 'google.protobuf.Duration',
};

function selected(expression: Extract<Expression, { kind: 'select' }>, frame: Frame): unknown {
  frame.meter.add(ACCESS);
  const name = qualifiedName(expression);
  if (name !== undefined) {
    const found = lookUp(name, frame);
    if (found !== undefined) return found.value;
    if (Object.hasOwn(TYPE_NAMES, name)) return new CelTypeValue(name);
  }
  return member(run(expression.operand, frame), expression.field);
}

const noSuchKey = (key: unknown): CelFault => new CelFault(`no such key: ${String(key)}`);

/** What holds a member: undefined when nothing does. */
function find(value: unknown, key: unknown): { readonly value: unknown } | undefined {
  if (value instanceof Map) return value.has(key) ? { value: value.get(key) } : undefined;
  if (value instanceof CelStruct) {
    const found = typeof key === 'string' && value.fields.has(key) ? value.fields.get(key) : undefined;
    if (found === undefined) return undefined;
    return { value: found instanceof Lazy ? found.value : found };
  }
  if (value === null || value === undefined) return undefined;
  throw new CelFault('no such overload');
}

function member(value: unknown, field: string): unknown {
  if (value instanceof CelOptional) return optionalMember(value, field);
  const found = find(value, field);
  if (found === undefined) throw noSuchKey(field);
  return found.value;
}

function optionalMember(value: unknown, key: unknown): CelOptional {
  const holder = value instanceof CelOptional ? (value.present ? value.value : undefined) : value;
  if (holder === undefined) return CelOptional.none;
  if (Array.isArray(holder)) {
    const index = Number(key);
    return index >= 0 && index < holder.length ? CelOptional.of(holder[index]) : CelOptional.none;
  }
  const found = find(holder, keyOf(key));
  return found === undefined ? CelOptional.none : CelOptional.of(found.value);
}

function hasField(expression: Extract<Expression, { kind: 'select' }>, frame: Frame): boolean {
  const holder = run(expression.operand, frame);
  if (holder instanceof CelOptional) return optionalMember(holder, expression.field).present;
  return find(holder, expression.field) !== undefined;
}

function called(expression: Extract<Expression, { kind: 'call' }>, frame: Frame): unknown {
  const { name, target, args } = expression;
  const [first, second, third] = args;
  switch (name) {
    case '_&&_':
      return logical(first, second, false, frame);
    case '_||_':
      return logical(first, second, true, frame);
    case '_?_:_': {
      const condition = first === undefined ? false : run(first, frame);
      if (typeof condition !== 'boolean') throw new CelFault('no such overload');
      const chosen = condition ? second : third;
      return chosen === undefined ? null : run(chosen, frame);
    }
    case '@not_strictly_false':
      return notFalse(first, frame);
    case '_[_]':
      frame.meter.add(ACCESS);
      return indexed(values(args, frame));
    case '_[?_]':
    case '_?._': {
      frame.meter.add(ACCESS);
      const [holder, key] = values(args, frame);
      return optionalMember(holder, key);
    }
    default:
      break;
  }
  const given = values(args, frame);
  if (target !== undefined) {
    const dotted = qualifiedName(target);
    const whole = dotted === undefined ? '' : `${dotted}.${name}`;
    if (whole !== '' && frame.library.overloads(whole).length > 0) return invoke(frame, whole, false, given);
    return invoke(frame, name, true, [run(target, frame), ...given]);
  }
  return invoke(frame, name, false, given);
}

const values = (args: readonly Expression[], frame: Frame): unknown[] => args.map((arg) => run(arg, frame));

function invoke(frame: Frame, name: string, member: boolean, given: readonly unknown[]): unknown {
  const overload = frame.library.find(name, member, given);
  if (overload === undefined) throw new CelFault('no such overload');
  const result = overload.run(...given);
  frame.meter.add(actualCost(overload, given, result));
  return result;
}

function indexed([holder, key]: readonly unknown[]): unknown {
  if (holder instanceof CelOptional) return optionalMember(holder, key);
  if (!Array.isArray(holder)) {
    const found = find(holder, keyOf(key));
    if (found === undefined) throw noSuchKey(key);
    return found.value;
  }
  const index = keyOf(key);
  if (typeof index !== 'bigint') throw new CelFault(`unsupported index type '${typeOf(key)}' in list`);
  if (index < 0n || index >= BigInt(holder.length)) throw new CelFault(`index out of bounds: ${index}`);
  return holder[Number(index)];
}

/** One side decides when it can, whatever is wrong with the other. */
function logical(left: Expression | undefined, right: Expression | undefined, decisive: boolean, frame: Frame): boolean {
  let fault: unknown;
  for (const side of [left, right]) {
    if (side === undefined) continue;
    try {
      const value = run(side, frame);
      if (typeof value !== 'boolean') throw new CelFault('no such overload');
      if (value === decisive) return decisive;
    } catch (error) {
      if (error instanceof CostExceeded) throw error;
      fault ??= error;
    }
  }
  if (fault !== undefined) throw fault;
  return !decisive;
}

function notFalse(expression: Expression | undefined, frame: Frame): boolean {
  frame.meter.add(CALL);
  try {
    return expression === undefined || run(expression, frame) !== false;
  } catch (error) {
    if (error instanceof CostExceeded) throw error;
    return true;
  }
}

/** A step that failed: kept as what has been folded so far, since a later step may decide all the same. */
class Failed {
  readonly error: unknown;
  constructor(error: unknown) {
    this.error = error;
  }
}

function folded(fold: Comprehension, frame: Frame): unknown {
  const range = run(fold.range, frame);
  const inner: Frame = { ...frame, locals: new Map(frame.locals) };
  const { locals } = inner;
  let folded: unknown = run(fold.start, frame);
  const grows = growingStep(fold);
  if (grows !== undefined && Array.isArray(folded)) folded = [...folded];
  const set = (value: unknown): void => {
    folded = value;
    locals.set(fold.accumulator, value);
  };
  set(folded);
  for (const [first, second] of iterated(range, fold.second !== undefined)) {
    locals.set(fold.first, first);
    if (fold.second !== undefined) locals.set(fold.second, second);
    if (!continues(fold, inner, folded)) break;
    set(step(fold, inner, folded, grows));
  }
  if (folded instanceof Failed) throw folded.error;
  return run(fold.result, inner);
}

/** all() and exists() go on after a failed step; everything else ends with it. */
function step(fold: Comprehension, frame: Frame, before: unknown, grows: GrowingStep | undefined): unknown {
  const logicalStep = fold.step.kind === 'call' && (fold.step.name === '_&&_' || fold.step.name === '_||_');
  if (!logicalStep) {
    if (grows === undefined || !Array.isArray(before)) return run(fold.step, frame);
    const keeps = grows.test === undefined || run(grows.test, frame);
    if (typeof keeps !== 'boolean') throw new CelFault('no such overload');
    frame.meter.add(keeps ? GROWING : ACCESS);
    if (keeps) before.push(run(grows.item, frame));
    return before;
  }
  const decisive = fold.step.kind === 'call' && fold.step.name === '_||_';
  const test = fold.step.kind === 'call' ? fold.step.args[1] : undefined;
  frame.meter.add(ACCESS);
  try {
    const value = test === undefined ? !decisive : run(test, frame);
    if (typeof value !== 'boolean') throw new CelFault('no such overload');
    if (value === decisive) return decisive;
    return before;
  } catch (error) {
    if (error instanceof CostExceeded) throw error;
    return before instanceof Failed ? before : new Failed(error);
  }
}

interface GrowingStep {
  readonly test: Expression | undefined;
  readonly item: Expression;
}

/** map() and filter() add one item per step: no copy of the list is needed. */
function growingStep(fold: Comprehension): GrowingStep | undefined {
  if (fold.step.kind !== 'call') return undefined;
  const { name, args } = fold.step;
  const added = name === '_?_:_' ? args[1] : fold.step;
  if (added?.kind !== 'call' || added.name !== '_+_') return undefined;
  const [left, right] = added.args;
  if (left?.kind !== 'ident' || left.name !== fold.accumulator || right?.kind !== 'list' || right.items.length !== 1) return undefined;
  const item = right.items[0]?.value;
  return item === undefined ? undefined : { test: name === '_?_:_' ? args[0] : undefined, item };
}

function continues(fold: Comprehension, frame: Frame, before: unknown): boolean {
  if (before instanceof Failed) return true;
  return run(fold.condition, frame) === true;
}

function* iterated(range: unknown, two: boolean): Generator<readonly [unknown, unknown]> {
  if (Array.isArray(range)) {
    for (const [i, value] of range.entries()) yield two ? [BigInt(i), value] : [value, undefined];
  } else if (range instanceof Map) yield* range.entries();
  else if (range instanceof CelStruct) yield* range.fields.entries();
  else throw new CelFault(`got 'types.${upperFirst(typeOf(range))}', expected iterable type`);
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
