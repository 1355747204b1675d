import type { Cell } from './cell.ts';

/** So many new objects are kept as objects before anybody asked for them. */
const FRESH = 128;

/**
 * The cells that hold whole objects, so many at most: those that were read by name or written again lately, and the newest of all. Objects that are made in
 * bulk and left alone become text while they are young, which spares the collector most of its work.
 */
export class YoungCells {
  readonly #used: Ring;
  readonly #fresh: Ring;

  constructor(capacity: number) {
    this.#used = new Ring(capacity, (cell) => cell.demote());
    this.#fresh = new Ring(Math.min(capacity, FRESH), (cell) => (cell.isWanted ? this.#used.add(cell) : cell.demote()));
  }

  /** A cell was written: of a new object, or in the place of another. */
  add(cell: Cell, isNew: boolean): void {
    (isNew ? this.#fresh : this.#used).add(cell);
  }

  /** A cell was read by name: its object is likely to be read again. */
  touch(cell: Cell): void {
    cell.isWanted = true;
    if (cell.isYoung) return;
    cell.promote();
    this.#used.add(cell);
  }
}

/** The last so many cells, first in, first out. */
class Ring {
  readonly #capacity: number;
  readonly #leave: (cell: Cell) => void;
  readonly #cells: Cell[] = [];
  /** Where the oldest is, once the ring is full. */
  #oldest = 0;

  constructor(capacity: number, leave: (cell: Cell) => void) {
    this.#capacity = capacity;
    this.#leave = leave;
  }

  add(cell: Cell): void {
    if (this.#cells.length < this.#capacity) {
      this.#cells.push(cell);
      return;
    }
    const leaving = this.#cells[this.#oldest] ?? cell;
    this.#cells[this.#oldest] = cell;
    this.#oldest = (this.#oldest + 1) % Math.max(1, this.#capacity);
    this.#leave(leaving);
  }
}
