import type { Cell } from './cell.ts';

/** Objects of one resource in one namespace (or the cluster scope), with names in order on demand. */
export class Partition {
  readonly #cells = new Map<string, Cell>();
  #names: string[] = [];
  /** Names were added at the end or removed since the last sort. */
  #dirty = false;

  get size(): number {
    return this.#cells.size;
  }

  get(name: string): Cell | undefined {
    return this.#cells.get(name);
  }

  set(name: string, cell: Cell): void {
    if (!this.#cells.has(name)) {
      const last = this.#names[this.#names.length - 1];
      this.#names.push(name);
      if (last !== undefined && last >= name) this.#dirty = true;
    }
    this.#cells.set(name, cell);
  }

  delete(name: string): void {
    if (this.#cells.delete(name)) this.#dirty = true;
  }

  /** Names in order. The array is shared: copy it before the next write. */
  names(): readonly string[] {
    if (this.#dirty) {
      // Nearly sorted input is sorted in linear time; a name that was removed and made again stands twice.
      this.#names = [...new Set(this.#names.filter((name) => this.#cells.has(name)))].sort(compareText);
      this.#dirty = false;
    }
    return this.#names;
  }

  *entries(): Generator<readonly [string, Cell]> {
    for (const name of this.names()) {
      const cell = this.#cells.get(name);
      if (cell !== undefined) yield [name, cell];
    }
  }
}

/** By UTF-16 code unit, as etcd orders keys for the names that Kubernetes allows. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
