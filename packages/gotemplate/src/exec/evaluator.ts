import type { GoType } from '../value/types.ts';
import type { Value } from '../value/value.ts';
import type { State } from './state.ts';

/** A compiled expression. */
export type Eval = (s: State, dot: Value) => Value;

/** A compiled argument whose type is known only when it is called: that of a method's parameter. */
export type EvalAs = (s: State, dot: Value, type: GoType | undefined) => Value;

/** How a compiled action ended. */
export type Flow = 0 | 1 | 2;

/** The next action follows. */
export const NEXT: Flow = 0;
/** {{break}} was met. */
export const BREAK: Flow = 1;
/** {{continue}} was met. */
export const CONTINUE: Flow = 2;

/** A compiled action. */
export type Exec = (s: State, dot: Value) => Flow;

/** Marks that no value comes from the previous command of the pipeline. Never seen by a template. */
export const NO_FINAL: unique symbol = Symbol('no final value');

/** The value of the previous command of a pipeline, if there is one. */
export type Final = Value | typeof NO_FINAL;

/** What a place in the source needs to know about its surroundings while it is compiled. */
export interface Scope {
  /** Whether dot is the element of a range rather than the value of a pipeline. */
  readonly dotIsElement: boolean;
}
