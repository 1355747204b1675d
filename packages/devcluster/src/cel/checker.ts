/** Finds the type of an expression, and what is wrong with it, in the words of the server's library. */
import type { Comprehension, Expression, Literal } from './ast.ts';
import { CelCompileError, type CelProblem } from './errors.ts';
import type { Overload } from './library.ts';
import { qualifiedName } from './parser.ts';
import type { CelEnvironment } from './scope.ts';
import {
  Bindings,
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DYN,
  ERROR,
  INT,
  isOptional,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  paramOf,
  STRING,
  showType,
  TYPE,
  UINT,
} from './types.ts';

/** An expression whose types are known. */
export interface Checked {
  readonly expression: Expression;
  readonly type: CelType;
  readonly types: ReadonlyMap<Expression, CelType>;
  /** The overloads that a call may mean. */
  readonly overloads: ReadonlyMap<Expression, readonly Overload[]>;
}

const TYPE_NAMES = new Set([
  'bool',
  'int',
  'uint',
  'double',
  'string',
  'bytes',
  'list',
  'map',
  'null_type',
  'type',
  'dyn',
  'google.protobuf.Timestamp',
  'google.protobuf.Duration',
  'optional_type',
]);

function literalType(value: Literal): CelType {
  switch (typeof value) {
    case 'boolean':
      return BOOL;
    case 'bigint':
      return INT;
    case 'number':
      return DOUBLE;
    case 'string':
      return STRING;
    default:
      return value === null ? NULL : value instanceof Uint8Array ? BYTES : UINT;
  }
}

class Checker {
  readonly problems: CelProblem[] = [];
  readonly types = new Map<Expression, CelType>();
  readonly overloads = new Map<Expression, readonly Overload[]>();
  readonly #environment: CelEnvironment;
  readonly #locals: (readonly [name: string, type: CelType])[] = [];
  #bindings = new Bindings();
  #fresh = 0;
  /** Within the arguments of format(), lists may hold values of several types. */
  #mixes = false;

  constructor(environment: CelEnvironment) {
    this.#environment = environment;
  }

  resolved(type: CelType): CelType {
    return this.#bindings.resolve(type, true);
  }

  check(expression: Expression): CelType {
    const type = this.#bindings.resolve(this.#typeOf(expression));
    this.types.set(expression, type);
    return type;
  }

  #typeOf(expression: Expression): CelType {
    switch (expression.kind) {
      case 'literal':
        return literalType(expression.value);
      case 'ident':
        return this.#variable(expression.name) ?? this.#undeclared(expression.at, expression.name);
      case 'select':
        return this.#select(expression);
      case 'call':
        return this.#call(expression);
      case 'list':
        return this.#list(expression);
      case 'map':
        return this.#map(expression);
      case 'struct':
        return this.#struct(expression);
      default:
        return this.#fold(expression);
    }
  }

  #variable(name: string): CelType | undefined {
    const local = this.#locals.findLast(([known]) => known === name);
    if (local !== undefined) return local[1];
    return this.#environment.variables.get(name) ?? (TYPE_NAMES.has(name) ? TYPE : undefined);
  }

  #complain(offset: number, message: string): CelType {
    this.problems.push({ offset, message });
    return ERROR;
  }

  #undeclared(offset: number, name: string): CelType {
    return this.#complain(offset, `undeclared reference to '${name}' (in container '')`);
  }

  #select(expression: Extract<Expression, { kind: 'select' }>): CelType {
    const name = qualifiedName(expression);
    if (name !== undefined && this.#locals.every(([known]) => known !== name.split('.')[0])) {
      if (TYPE_NAMES.has(name)) return TYPE;
      const known = this.#environment.variables.get(name);
      if (known !== undefined) return known;
    }
    const operand = this.check(expression.operand);
    const found = this.#field(operand, expression.field, expression.at);
    return expression.test ? BOOL : found;
  }

  #field(operand: CelType, field: string, at: number): CelType {
    if (isOptional(operand)) {
      const inner = this.#field(operand.params[0] ?? DYN, field, at);
      return isOptional(inner) ? inner : optionalOf(inner);
    }
    switch (operand.kind) {
      case 'map':
        return operand.of;
      case 'object':
        return operand.fields.get(field) ?? (operand.open ? DYN : this.#complain(at, `undefined field '${field}'`));
      case 'param':
        this.#bindings.assign(operand, DYN);
        return DYN;
      default:
        if (operand === DYN || operand === ERROR) return operand;
        return this.#complain(at, `type '${showType(operand)}' does not support field selection`);
    }
  }

  #call(expression: Extract<Expression, { kind: 'call' }>): CelType {
    const { name, target, args, at } = expression;
    if (target !== undefined) {
      const dotted = qualifiedName(target);
      const whole = dotted === undefined ? '' : `${dotted}.${name}`;
      if (whole !== '' && this.#environment.library.overloads(whole).length > 0)
        return this.#resolve(
          expression,
          whole,
          undefined,
          args.map((arg) => this.check(arg)),
        );
    }
    if (name === '_&&_' || name === '_||_') return this.#logical(args);
    if (name === '_?._') return this.#optionalField(args, at);
    const targetType = target === undefined ? undefined : this.check(target);
    const mixed = this.#mixes;
    this.#mixes ||= name === 'format';
    const types = args.map((arg) => this.check(arg));
    this.#mixes = mixed;
    if (this.#environment.library.overloads(name).length === 0) return this.#undeclared(at, name);
    return this.#resolve(expression, name, targetType, types);
  }

  #logical(args: readonly Expression[]): CelType {
    for (const arg of args) this.#assertType(arg, BOOL);
    return BOOL;
  }

  #assertType(expression: Expression, wanted: CelType): void {
    const type = this.check(expression);
    if (!this.#bindings.assign(type, wanted)) this.#mismatch(expression.at, wanted, type);
  }

  #mismatch(at: number, wanted: CelType, found: CelType): void {
    this.#complain(
      at,
      `expected type '${showType(this.#bindings.resolve(wanted))}' but found '${showType(this.#bindings.resolve(found))}'`,
    );
  }

  #optionalField([operand, field]: readonly Expression[], at: number): CelType {
    if (operand === undefined || field?.kind !== 'literal' || typeof field.value !== 'string')
      return this.#complain(at, 'unsupported optional field selection');
    const found = this.#field(this.check(operand), field.value, at);
    return isOptional(found) ? found : optionalOf(found);
  }

  #resolve(expression: Expression, name: string, target: CelType | undefined, args: readonly CelType[]): CelType {
    const given = target === undefined ? args : [target, ...args];
    const found: Overload[] = [];
    let result: CelType | undefined;
    for (const overload of this.#environment.library.overloads(name)) {
      if (overload.member !== (target !== undefined) || overload.params.length !== given.length) continue;
      const names = new Map<string, CelType>();
      const attempt = this.#bindings.clone();
      const fits = overload.params.every((param, i) => attempt.assign(given[i] ?? DYN, this.#instance(param, names)));
      if (!fits) continue;
      this.#bindings = attempt;
      found.push(overload);
      const type = attempt.resolve(this.#instance(overload.result, names));
      if (result === undefined) result = type;
      else if (showType(result) !== showType(type)) result = DYN;
    }
    this.overloads.set(expression, found);
    if (result !== undefined) return result;
    const shown = args.map((type) => showType(this.#bindings.resolve(type))).join(', ');
    const applied = target === undefined ? `(${shown})` : `${showType(this.#bindings.resolve(target))}.(${shown})`;
    return this.#complain(expression.at, `found no matching overload for '${name}' applied to '${applied}'`);
  }

  /** A declared type with parameters of its own for this call. */
  #instance(type: CelType, names: Map<string, CelType>): CelType {
    switch (type.kind) {
      case 'param': {
        const known = names.get(type.name) ?? this.#newParam();
        names.set(type.name, known);
        return known;
      }
      case 'list':
        return listOf(this.#instance(type.of, names));
      case 'map':
        return mapOf(this.#instance(type.key, names), this.#instance(type.of, names));
      case 'opaque':
        return { ...type, params: type.params.map((one) => this.#instance(one, names)) };
      default:
        return type;
    }
  }

  #newParam(): CelType {
    const param = paramOf(`_var${this.#fresh}`);
    this.#fresh += 1;
    return param;
  }

  /** The type of all of several expressions; all must have one. */
  #joined(parts: readonly { readonly value: Expression; readonly optional: boolean }[]): CelType {
    let common: CelType | undefined;
    for (const { value, optional } of parts) {
      const own = this.check(value);
      const type = optional && isOptional(own) ? (own.params[0] ?? DYN) : own;
      if (common === undefined) common = type;
      else if (this.#bindings.assign(common, type)) common = type === DYN || type === ERROR ? type : common;
      else {
        if (!this.#mixes) this.#mismatch(value.at, common, type);
        common = DYN;
      }
    }
    return common ?? this.#newParam();
  }

  #list(expression: Extract<Expression, { kind: 'list' }>): CelType {
    return listOf(this.#joined(expression.items));
  }

  #map(expression: Extract<Expression, { kind: 'map' }>): CelType {
    const key = this.#joined(expression.entries.map((entry) => ({ value: entry.key, optional: false })));
    return mapOf(key, this.#joined(expression.entries));
  }

  #struct(expression: Extract<Expression, { kind: 'struct' }>): CelType {
    const type = this.#environment.struct?.(expression.name);
    if (type === undefined || type.kind !== 'object') return this.#undeclared(expression.at, expression.name);
    for (const field of expression.fields) {
      const own = this.check(field.value);
      const found = field.optional && isOptional(own) ? (own.params[0] ?? DYN) : own;
      const wanted = type.fields.get(field.name) ?? (type.open ? DYN : undefined);
      if (wanted === undefined || !this.#bindings.assign(found, wanted)) {
        const name = wanted === undefined ? '' : showType(wanted);
        this.#complain(field.at, `expected type of field '${field.name}' is '${name}' but provided type is '${showType(found)}'`);
      }
    }
    return type;
  }

  #fold(fold: Comprehension): CelType {
    const range = this.check(fold.range);
    const start = this.check(fold.start);
    const [first, second] = this.#iterated(fold, range);
    this.#locals.push([fold.accumulator, start]);
    const depth = this.#locals.length;
    this.#locals.push([fold.first, first]);
    if (fold.second !== undefined) this.#locals.push([fold.second, second]);
    this.#assertType(fold.condition, BOOL);
    this.#assertType(fold.step, start);
    this.#locals.length = depth;
    const result = this.check(fold.result);
    this.#locals.length = depth - 1;
    return result;
  }

  /** Types of the variables: of a list the item, or position and item; of a map the key, or key and value. */
  #iterated(fold: Comprehension, range: CelType): readonly [CelType, CelType] {
    const two = fold.second !== undefined;
    switch (range.kind) {
      case 'list':
        return two ? [INT, range.of] : [range.of, DYN];
      case 'map':
        return [range.key, range.of];
      case 'param':
        this.#bindings.assign(range, DYN);
        return [DYN, DYN];
      default:
        if (range !== DYN && range !== ERROR)
          this.#complain(
            fold.range.at,
            `expression of type '${showType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
          );
        return [range === ERROR ? ERROR : DYN, range === ERROR ? ERROR : DYN];
    }
  }
}

/** Throws CelCompileError. */
export function check(source: string, expression: Expression, environment: CelEnvironment): Checked {
  const checker = new Checker(environment);
  const type = checker.check(expression);
  if (checker.problems.length > 0) throw new CelCompileError(source, checker.problems);
  const types = new Map([...checker.types].map(([one, its]) => [one, checker.resolved(its)]));
  return { expression, type: checker.resolved(type), types, overloads: checker.overloads };
}
