import { fromHost as wellFormed } from '../text/bytes.ts';
import { sortStrings } from '../text/compare.ts';
import { growCapacity } from './capacity.ts';
import { GoFunction } from './function.ts';
import { GoMap } from './map.ts';
import { Missing } from './missing.ts';
import { Complex, Float, Int, int64 } from './number.ts';
import { GoObject } from './object.ts';
import { GoSlice } from './slice.ts';
import { T } from './types.ts';
import type { Value } from './value.ts';

/**
 * How plain JSON numbers are taken: `int64` as a Kubernetes object holds them (integral ones are int64, others
 * float64), `float64` as encoding/json decodes them (all are float64).
 */
export type Numbers = 'int64' | 'float64';

const INT64_LIMIT = 2 ** 63;

/** A JSON number as a Go value. */
export function numberFromHost(n: number, numbers: Numbers): Value {
  if (numbers === 'int64' && Number.isInteger(n) && n < INT64_LIMIT && n >= -INT64_LIMIT) return int64(n);
  return new Float(n);
}

/**
 * Takes JSON-like data as Go values, one level at a time: a nested object is converted when a template reaches it. The
 * data itself is never changed; what `set` changes is a view that lives as long as one render.
 *
 * Besides JSON it takes bigint (int64), Map, and values of this package ({@link Int}, {@link Float}, {@link GoMap} ...).
 * Throws a TypeError for a symbol or a plain JavaScript function.
 */
export function fromHost(v: unknown, numbers: Numbers): Value {
  switch (typeof v) {
    case 'string':
      return wellFormed(v);
    case 'boolean':
      return v;
    case 'number':
      return numberFromHost(v, numbers);
    case 'bigint':
      return int64(v);
    case 'undefined':
      return null;
    case 'object':
      return v === null ? null : objectFromHost(v, numbers);
    default:
      throw new TypeError(`template data cannot hold a ${typeof v}`);
  }
}

function objectFromHost(v: object, numbers: Numbers): Value {
  if (Array.isArray(v)) return sliceFromHost(v, numbers);
  if (v instanceof GoMap || v instanceof GoSlice || v instanceof Int || v instanceof Float || v instanceof Complex) return v;
  if (v instanceof GoObject || v instanceof GoFunction || v instanceof Missing) return v;
  if (v instanceof Map) return new HostMap(Object.fromEntries([...v].map(([k, e]) => [String(k), e])), numbers);
  return new HostMap(v, numbers);
}

function sliceFromHost(v: readonly unknown[], numbers: Numbers): GoSlice {
  const items = v.map((e) => fromHost(e, numbers));
  return new GoSlice(T.sliceAny, items, { capacity: growCapacity(items.length) });
}

/** A map[string]interface {} over a JavaScript object: own enumerable properties only, converted when read, copied when written. */
class HostMap extends GoMap {
  #raw: object | undefined;
  readonly #numbers: Numbers;

  constructor(raw: object, numbers: Numbers) {
    super(T.mapAny);
    this.#raw = raw;
    this.#numbers = numbers;
  }

  override get size(): number {
    return this.#raw === undefined ? super.size : this.#keys(this.#raw).length;
  }

  override get(key: string): Value | undefined {
    const known = this.entries.get(key);
    if (known !== undefined || this.#raw === undefined) return known;
    const raw: unknown = Object.hasOwn(this.#raw, key) ? Reflect.get(this.#raw, key) : undefined;
    if (raw === undefined) return undefined;
    const v = fromHost(raw, this.#numbers);
    if (typeof raw === 'object') this.entries.set(key, v);
    return v;
  }

  override has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  override set(key: string, value: Value): void {
    this.#load();
    super.set(key, value);
  }

  override delete(key: string): void {
    this.#load();
    super.delete(key);
  }

  override sortedKeys(): string[] {
    return this.#raw === undefined ? super.sortedKeys() : sortStrings(this.#keys(this.#raw));
  }

  #keys(raw: object): string[] {
    return Object.keys(raw).filter((k) => Reflect.get(raw, k) !== undefined);
  }

  #load(): void {
    const raw = this.#raw;
    if (raw === undefined) return;
    for (const k of this.#keys(raw)) {
      const v = this.get(k);
      if (v !== undefined) this.entries.set(k, v);
    }
    this.#raw = undefined;
  }
}
