/** A binary min-heap: `pop` takes an item than which none is before. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #before: (a: T, b: T) => boolean;

  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let hole = items.length;
    items.push(item);
    while (hole > 0) {
      const up = (hole - 1) >> 1;
      const parent = items[up];
      if (parent === undefined || !this.#before(item, parent)) break;
      items[hole] = parent;
      hole = up;
    }
    items[hole] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let hole = 0;
    for (;;) {
      const left = 2 * hole + 1;
      const right = left + 1;
      const leftItem = items[left];
      if (leftItem === undefined) break;
      const rightItem = items[right];
      const down = rightItem !== undefined && this.#before(rightItem, leftItem) ? right : left;
      const child = down === right && rightItem !== undefined ? rightItem : leftItem;
      if (!this.#before(child, last)) break;
      items[hole] = child;
      hole = down;
    }
    items[hole] = last;
    return first;
  }
}
