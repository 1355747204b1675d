import type { KubeObject } from '@caretaker/kube';
import type { ResourceTable } from '../../storage/resource-table.ts';

/** Which values the stored objects of a table hold, and how many objects hold each. */
export class ValuePool<Value> {
  readonly #used = new Map<Value, number>();
  readonly #valuesOf: (object: KubeObject) => readonly Value[];

  constructor(table: ResourceTable, valuesOf: (object: KubeObject) => readonly Value[]) {
    this.#valuesOf = valuesOf;
    for (const object of table.values()) this.#count(object, 1);
    table.listen((event) => {
      if (event.previous !== undefined) this.#count(event.previous, -1);
      if (event.type !== 'DELETED') this.#count(event.object, 1);
    });
  }

  has(value: Value): boolean {
    return this.#used.has(value);
  }

  #count(object: KubeObject, by: number): void {
    for (const value of this.#valuesOf(object)) {
      const count = (this.#used.get(value) ?? 0) + by;
      if (count > 0) this.#used.set(value, count);
      else this.#used.delete(value);
    }
  }
}
