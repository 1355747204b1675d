/** Random values of a shape. A shape is a function of chance; `undefined` leaves a member out. */
import type { Dice } from './dice.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
export type Shape = (dice: Dice) => Json | undefined;

export const one =
  (...choices: readonly Json[]): Shape =>
  (dice) =>
    dice.pick(choices);

/** Mostly what is right, sometimes what is not. */
export const mostly =
  (shape: Shape, ...wrong: readonly Json[]): Shape =>
  (dice) =>
    dice.chance(0.97) ? shape(dice) : dice.pick(wrong);

export const maybe =
  (probability: number, shape: Shape): Shape =>
  (dice) =>
    dice.chance(probability) ? shape(dice) : undefined;

export const object =
  (members: Readonly<Record<string, Shape>>): Shape =>
  (dice) => {
    const result: JsonObject = {};
    for (const name of Object.keys(members)) {
      const value = members[name]?.(dice);
      if (value !== undefined) result[name] = value;
    }
    return result;
  };

/** A map of some of the keys. */
export const map =
  (keys: readonly string[], value: Shape, probability = 0.5): Shape =>
  (dice) =>
    Object.fromEntries(dice.some(keys, probability).map((key) => [key, value(dice) ?? null]));

/** One item for each of some keys, in any order. */
export const keyed =
  (key: string, keys: readonly Json[], item: Shape, probability = 0.5): Shape =>
  (dice) =>
    dice.shuffled(dice.some(keys, probability)).map((value) => ({ [key]: value, ...(item(dice) as JsonObject) }));

export const set =
  (choices: readonly Json[], probability = 0.5): Shape =>
  (dice) =>
    dice.shuffled(dice.some(choices, probability));

/** Takes members away at random, and puts null or something of the wrong type in the place of a few. */
export function thinned(dice: Dice, value: Json, keep: number, depth = 0): Json {
  if (Array.isArray(value)) return value.filter(() => dice.chance(Math.max(keep, 0.7))).map((item) => thinned(dice, item, keep, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  const result: JsonObject = {};
  for (const name of Object.keys(value)) {
    const isHead = depth === 0 && (name === 'apiVersion' || name === 'kind' || name === 'metadata');
    const isName = name === 'name' || name === 'containerPort' || name === 'port';
    if (!isHead && !dice.chance(isName ? 0.97 : keep)) continue;
    result[name] = isHead ? (value[name] as Json) : thinned(dice, value[name] as Json, keep, depth + 1);
  }
  return result;
}

/** Like `thinned`, with nulls, which delete in patches. */
export function withNulls(dice: Dice, value: Json, probability: number): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, dice.chance(probability) ? null : withNulls(dice, member, probability)]),
  );
}
