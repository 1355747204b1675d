/** Expressions, with macros already expanded. `at` is the offset that messages name. */
export type Expression =
  | { readonly kind: 'literal'; readonly at: number; readonly value: Literal }
  | { readonly kind: 'ident'; readonly at: number; readonly name: string }
  | { readonly kind: 'select'; readonly at: number; readonly operand: Expression; readonly field: string; readonly test: boolean }
  | {
      readonly kind: 'call';
      readonly at: number;
      readonly name: string;
      readonly target: Expression | undefined;
      readonly args: readonly Expression[];
    }
  | { readonly kind: 'list'; readonly at: number; readonly items: readonly ListItem[] }
  | { readonly kind: 'map'; readonly at: number; readonly entries: readonly MapEntry[] }
  | { readonly kind: 'struct'; readonly at: number; readonly name: string; readonly fields: readonly StructField[] }
  | Comprehension;

/** null, true, 1n, 1.5, 'a', bytes; a uint is marked. */
export type Literal = null | boolean | bigint | number | string | Uint8Array | { readonly uint: bigint };

export interface ListItem {
  readonly value: Expression;
  readonly optional: boolean;
}

export interface MapEntry {
  readonly at: number;
  readonly key: Expression;
  readonly value: Expression;
  readonly optional: boolean;
}

export interface StructField {
  readonly at: number;
  readonly name: string;
  readonly value: Expression;
  readonly optional: boolean;
}

/** A fold over a list or a map: what all macros but has() become. */
export interface Comprehension {
  readonly kind: 'fold';
  readonly at: number;
  readonly range: Expression;
  readonly first: string;
  /** The second variable, of the macros with two. */
  readonly second: string | undefined;
  readonly accumulator: string;
  readonly start: Expression;
  readonly condition: Expression;
  readonly step: Expression;
  readonly result: Expression;
}

export const ACCUMULATOR = '@result';

export const ident = (at: number, name: string): Expression => ({ kind: 'ident', at, name });
export const call = (at: number, name: string, ...args: Expression[]): Expression => ({ kind: 'call', at, name, target: undefined, args });
export const literal = (at: number, value: Literal): Expression => ({ kind: 'literal', at, value });
export const list = (at: number, ...values: Expression[]): Expression => ({
  kind: 'list',
  at,
  items: values.map((value) => ({ value, optional: false })),
});
