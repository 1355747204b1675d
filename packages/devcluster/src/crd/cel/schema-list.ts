/** Lists of type set and map, as rules compare and add them. */
import { CelStruct, equal, Unordered } from '../../cel/values.ts';

export class SchemaList extends Unordered {
  readonly #keys: readonly string[] | undefined;

  /** `keys` tell the items of a map list apart; a set has none. */
  constructor(items: readonly unknown[], keys: readonly string[] | undefined) {
    super(...items.slice(0, 0));
    this.push(...items);
    this.#keys = keys;
  }

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** Other items replace those of the same identity, and follow the others. */
  merge(others: readonly unknown[]): unknown[] {
    const out = [...this];
    for (const other of others) {
      const at = out.findIndex((one) => this.#same(one, other));
      if (at < 0) out.push(other);
      else out[at] = other;
    }
    return new SchemaList(out, this.#keys);
  }

  #same(a: unknown, b: unknown): boolean {
    if (this.#keys === undefined) return equal(a, b);
    return (
      a instanceof CelStruct &&
      b instanceof CelStruct &&
      this.#keys.every((key) => equal(a.fields.get(key) ?? null, b.fields.get(key) ?? null))
    );
  }
}
