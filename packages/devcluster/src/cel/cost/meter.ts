/** What an evaluation has cost so far. */

/** One expression may cost so much when it is evaluated. */
const PER_CALL = 1_000_000;

/** All expressions for an object or a binding may cost so much together. */
export const PER_OBJECT = 10_000_000;

/** Naming a variable, a member or an index. */
export const ACCESS = 1;
export const CALL = 1;
export const LIST = 10;
export const MAP = 30;
export const STRUCT = 40;
/** Adding an item to a list in a loop: the list so far, a list of the item, and putting both together. */
export const GROWING = ACCESS + LIST + CALL;

export class CostExceeded extends Error {
  readonly code = 'COST_EXCEEDED';
  readonly retryable = false;
  readonly hint = 'bound the lists and texts that the expression goes through';

  constructor() {
    super('operation cancelled: actual cost limit exceeded');
  }
}

export class Meter {
  #spent = 0;

  get spent(): number {
    return this.#spent;
  }

  /** Throws CostExceeded. */
  add(cost: number): void {
    this.#spent += cost;
    if (this.#spent > PER_CALL) throw new CostExceeded();
  }
}

/** What is left for the expressions of an object. */
export class Budget {
  #left = PER_OBJECT;

  /** False when it is spent, now or before. */
  spend(meter: Meter): boolean {
    this.#left -= meter.spent;
    return this.#left >= 0;
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }
}
