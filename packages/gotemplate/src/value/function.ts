import type { Limiter } from '../exec/limiter.ts';
import type { GoType } from './types.ts';
import type { Value } from './value.ts';

/** What a function may ask of the render that calls it. */
export interface CallContext {
  readonly limiter: Limiter;
}

/** A function as Go's reflection sees it: the types of its parameters decide which arguments are accepted and how literals are read. */
export class GoFunction {
  /** Parameter types; with `variadic` the last one is the type of each further argument. */
  readonly params: readonly GoType[];
  readonly variadic: boolean;
  /** Receives arguments of exactly the declared types. Throws {@link GoError} for what Go would return or panic with. */
  readonly call: (args: Value[], context: CallContext) => Value;
  /** Accepts a missing value (missingkey=handled) at these parameter positions; 'all' for every one. */
  readonly acceptsMissing: 'all' | 'none' | number;

  constructor(
    params: readonly GoType[],
    variadic: boolean,
    call: (args: Value[], context: CallContext) => Value,
    acceptsMissing: 'all' | 'none' | number = 'none',
  ) {
    this.params = params;
    this.variadic = variadic;
    this.call = call;
    this.acceptsMissing = acceptsMissing;
  }

  get type(): GoType {
    const names = this.params.map((p, i) => (this.variadic && i === this.params.length - 1 ? `...${p.name}` : p.name));
    return { kind: 'func', name: `func(${names.join(', ')}) interface {}` };
  }
}

/** Functions by name. */
export type FunctionMap = Readonly<Record<string, GoFunction>>;
