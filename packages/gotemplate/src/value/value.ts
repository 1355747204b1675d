import type { GoFunction } from './function.ts';
import type { GoMap } from './map.ts';
import type { Missing } from './missing.ts';
import type { Complex, Float, Int } from './number.ts';
import type { GoObject } from './object.ts';
import type { GoSlice } from './slice.ts';

/**
 * A value as the evaluator holds it.
 *
 * `undefined` is Go's zero reflect.Value (printed `<no value>`), `null` a nil held in an `interface {}` (printed
 * `<nil>`); the rest carry their Go type. {@link Missing} exists in the mode missingkey=handled only.
 */
export type Value = undefined | null | boolean | string | Int | Float | Complex | GoMap | GoSlice | GoObject | GoFunction | Missing;
