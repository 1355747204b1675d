import type { Cell } from './cell.ts';

/** The cells that hold whole objects: the most recently written or read ones, so many at most. */
export class YoungCells {
  readonly #capacity: number;
  #cells: (Cell | undefined)[] = [];
  #start = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(cell: Cell): void {
    this.#cells.push(cell);
    if (this.#cells.length - this.#start <= this.#capacity) return;
    this.#cells[this.#start]?.demote();
    this.#cells[this.#start] = undefined;
    this.#start += 1;
    if (this.#start > this.#capacity) {
      this.#cells = this.#cells.slice(this.#start);
      this.#start = 0;
    }
  }

  /** A cell was read by name: its object is likely to be read again. */
  touch(cell: Cell): void {
    if (cell.isYoung) return;
    cell.promote();
    this.add(cell);
  }
}
