/** How much an expression may cost at most, as the server estimates it before it accepts a rule. */
import type { Comprehension, Expression } from '../ast.ts';
import type { Checked } from '../checker.ts';
import type { Overload } from '../library.ts';
import { BOOL, type CelType, DOUBLE, DURATION, DYN, INT, isOptional, TIMESTAMP, UINT } from '../types.ts';
import { callCost, type Operand } from './calls.ts';
import { exactly, plus, type Range, times, total, UNKNOWN, union } from './range.ts';
import type { SizeTree } from './sizes.ts';

interface EntrySizes {
  readonly of: 'list' | 'map';
  readonly key: Range;
  readonly value: Range;
}

interface Local {
  readonly name: string;
  readonly path: SizeTree | undefined;
  readonly size: Range | undefined;
  readonly entries: EntrySizes | undefined;
}

const SCALARS: ReadonlySet<CelType> = new Set([BOOL, INT, UINT, DOUBLE, TIMESTAMP, DURATION]);
const isScalar = (type: CelType): boolean => SCALARS.has(type) || (isOptional(type) && isScalar(type.params[0] ?? DYN));
const ACCESS = exactly(1);

class Coster {
  readonly #checked: Checked;
  readonly #root: SizeTree;
  readonly #paths = new Map<Expression, SizeTree | undefined>();
  readonly #sizes = new Map<Expression, Range>();
  readonly #entries = new Map<Expression, EntrySizes>();
  readonly #locals: Local[] = [];

  constructor(checked: Checked, root: SizeTree) {
    this.#checked = checked;
    this.#root = root;
  }

  cost(expression: Expression): Range {
    switch (expression.kind) {
      case 'literal':
        return exactly(0);
      case 'ident': {
        const local = this.#local(expression.name);
        this.#paths.set(expression, local === undefined ? this.#root : local.path);
        return ACCESS;
      }
      case 'select':
        return this.#select(expression);
      case 'call':
        return this.#call(expression);
      case 'list': {
        const sum = total(expression.items.map((item) => this.cost(item.value)));
        const value = this.#joined(expression.items.map((item) => item.value));
        this.#entries.set(expression, { of: 'list', key: ACCESS, value });
        return plus(sum, exactly(10));
      }
      case 'map': {
        const sum = total(expression.entries.flatMap((entry) => [this.cost(entry.key), this.cost(entry.value)]));
        const key = this.#joined(expression.entries.map((entry) => entry.key));
        this.#entries.set(expression, { of: 'map', key, value: this.#joined(expression.entries.map((entry) => entry.value)) });
        return plus(sum, exactly(30));
      }
      case 'struct':
        return plus(total(expression.fields.map((field) => this.cost(field.value))), exactly(40));
      default:
        return this.#fold(expression);
    }
  }

  #joined(values: readonly Expression[]): Range {
    const [first, ...rest] = values.map((value) => this.#sizeOf(value));
    return first === undefined ? exactly(0) : rest.reduce(union, first);
  }

  #local(name: string): Local | undefined {
    return this.#locals.findLast((local) => local.name === name);
  }

  #typeOf(expression: Expression): CelType {
    return this.#checked.types.get(expression) ?? DYN;
  }

  #pathOf(expression: Expression): SizeTree | undefined {
    if (expression.kind === 'ident') {
      const local = this.#local(expression.name);
      if (local !== undefined) return local.path;
    }
    return this.#paths.get(expression);
  }

  #select(expression: Extract<Expression, { kind: 'select' }>): Range {
    const operand = this.cost(expression.operand);
    if (expression.test) return operand;
    const { kind } = this.#typeOf(expression.operand);
    const path = this.#pathOf(expression.operand);
    this.#paths.set(expression, path?.fields?.get(expression.field) ?? path?.other);
    return kind === 'map' || kind === 'object' || kind === 'param' ? plus(operand, ACCESS) : operand;
  }

  #operand(expression: Expression): Operand {
    const item = this.#pathOf(expression)?.item;
    return {
      expression,
      type: this.#typeOf(expression),
      size: this.#sizeOf(expression),
      itemSize: item === undefined ? UNKNOWN : { min: 0, max: item.max },
    };
  }

  #call(expression: Extract<Expression, { kind: 'call' }>): Range {
    const { name, args } = expression;
    const costs = args.map((arg) => this.cost(arg));
    const [first, second, third] = costs;
    if (name === 'dyn' && args[0] !== undefined) {
      this.#copy(expression, args[0]);
      return plus(first ?? exactly(0), exactly(1));
    }
    if (name === '_&&_' || name === '_||_') return { min: first?.min ?? 0, max: (first?.max ?? 0) + (second?.max ?? 0) };
    if (name === '_?_:_') {
      const [, yes, no] = args;
      if (yes !== undefined && no !== undefined) this.#choose(expression, yes, no);
      return plus(first ?? exactly(0), union(second ?? exactly(0), third ?? exactly(0)));
    }
    const target = this.#checked.overloads.get(expression)?.[0]?.member === true ? expression.target : undefined;
    const targetCost = target === undefined ? exactly(0) : this.cost(target);
    return plus(plus(targetCost, total(costs)), this.#function(expression, target));
  }

  #choose(expression: Expression, yes: Expression, no: Expression): void {
    this.#sizes.set(expression, union(this.#sizeOf(yes), this.#sizeOf(no)));
    const [a, b] = [this.#entriesOf(yes), this.#entriesOf(no)];
    const both = a !== undefined && b !== undefined ? { of: a.of, key: union(a.key, b.key), value: union(a.value, b.value) } : (a ?? b);
    if (both !== undefined) this.#entries.set(expression, both);
  }

  #copy(to: Expression, from: Expression): void {
    const size = this.#knownSize(from);
    if (size !== undefined) this.#sizes.set(to, size);
    const entries = this.#entriesOf(from);
    if (entries !== undefined) this.#entries.set(to, entries);
  }

  #function(expression: Extract<Expression, { kind: 'call' }>, target: Expression | undefined): Range {
    const overloads: readonly Overload[] = this.#checked.overloads.get(expression) ?? [];
    const args = expression.args.map((arg) => this.#operand(arg));
    const on = target === undefined ? undefined : this.#operand(target);
    const name = overloads[0]?.name ?? expression.name;
    let cost: Range | undefined;
    let size: Range | undefined;
    for (const overload of overloads) {
      const found = callCost(name, overload, on, args);
      cost = cost === undefined ? found.cost : union(cost, found.cost);
      if (found.size !== undefined) size = size === undefined ? found.size : union(size, found.size);
    }
    const [holder, other] = expression.args;
    if (name === '_[_]' && holder !== undefined) {
      this.#paths.set(expression, this.#pathOf(holder)?.item);
      size = this.#entriesOf(holder)?.value ?? size;
    }
    if (name === '_+_' && holder !== undefined && other !== undefined) this.#added(expression, holder, other);
    size ??= this.#knownSize(expression);
    if (size !== undefined) this.#sizes.set(expression, size);
    return cost ?? exactly(0);
  }

  #added(expression: Expression, a: Expression, b: Expression): void {
    const [left, right] = [this.#entriesOf(a), this.#entriesOf(b)];
    const both =
      left !== undefined && right !== undefined
        ? { of: left.of, key: union(left.key, right.key), value: union(left.value, right.value) }
        : (left ?? right);
    if (both !== undefined) this.#entries.set(expression, both);
  }

  #fold(fold: Comprehension): Range {
    const range = this.cost(fold.range);
    const start = this.cost(fold.start);
    const isBind =
      fold.range.kind === 'list' && fold.range.items.length === 0 && fold.condition.kind === 'literal' && fold.condition.value === false;
    const depth = this.#locals.length;
    this.#push(fold.accumulator, this.#pathOf(fold.start), this.#knownSize(fold.start), this.#entriesOf(fold.start));
    if (isBind) {
      const result = this.cost(fold.result);
      this.#locals.length = depth;
      this.#copy(fold, fold.result);
      return total([range, start, result]);
    }
    this.#pushIterated(fold);
    const each = plus(this.cost(fold.condition), this.cost(fold.step));
    this.#locals.length = depth + 1;
    const result = this.cost(fold.result);
    this.#locals.length = depth;
    const count = this.#sizeOf(fold.range);
    this.#settle(fold, count);
    return total([range, start, result, times(count, each)]);
  }

  #settle(fold: Comprehension, count: Range): void {
    if (fold.start.kind === 'literal') this.#sizes.set(fold, this.#sizeOf(fold.start));
    else if (fold.start.kind === 'list' || fold.start.kind === 'map') {
      this.#sizes.set(fold, count);
      const entries = this.#entriesOf(fold.step);
      if (entries !== undefined) this.#entries.set(fold, entries);
    }
  }

  #pushIterated(fold: Comprehension): void {
    const entries = this.#entriesOf(fold.range);
    const isList = (entries?.of ?? this.#typeOf(fold.range).kind) === 'list';
    const path = this.#pathOf(fold.range);
    const takesKey = fold.second !== undefined || !isList;
    const firstPath = takesKey ? (isList ? undefined : path?.key) : path?.item;
    this.#push(fold.first, firstPath, takesKey ? entries?.key : entries?.value, undefined);
    if (fold.second !== undefined) this.#push(fold.second, path?.item, entries?.value, undefined);
  }

  #push(name: string, path: SizeTree | undefined, size: Range | undefined, entries: EntrySizes | undefined): void {
    this.#locals.push({ name, path, size, entries });
  }

  #sizeOf(expression: Expression): Range {
    return this.#knownSize(expression) ?? UNKNOWN;
  }

  #knownSize(expression: Expression): Range | undefined {
    const known = this.#sizes.get(expression) ?? literalSize(expression);
    if (known !== undefined) return known;
    const path = this.#pathOf(expression);
    if (path !== undefined) return { min: 0, max: path.max };
    if (isScalar(this.#typeOf(expression))) return exactly(1);
    return expression.kind === 'ident' ? this.#local(expression.name)?.size : undefined;
  }

  #entriesOf(expression: Expression): EntrySizes | undefined {
    return this.#entries.get(expression) ?? (expression.kind === 'ident' ? this.#local(expression.name)?.entries : undefined);
  }
}

function literalSize(expression: Expression): Range | undefined {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      if (typeof value === 'string') return exactly([...value].length);
      return exactly(value instanceof Uint8Array ? value.length : 1);
    }
    case 'list':
      return exactly(expression.items.length);
    case 'map':
      return exactly(expression.entries.length);
    default:
      return undefined;
  }
}

/** `root` says how large `self` may be. */
export function estimateCost(checked: Checked, root: SizeTree): Range {
  return new Coster(checked, root).cost(checked.expression);
}
