import type { KubeObject } from '@caretaker/kube';

/**
 * One version of one object. A young cell holds it as an object; an old one only as text, a fifth of the size, and gives out a copy of its own at each call.
 * (No WeakRef: its targets live until the event loop turns, which a simulation on virtual time may not do for long.)
 */
export class Cell {
  #object: KubeObject | undefined;
  #text: string | undefined;

  constructor(object: KubeObject) {
    this.#object = object;
  }

  get object(): KubeObject {
    return this.#object ?? (JSON.parse(this.#text ?? 'null') as KubeObject);
  }

  /** The object as JSON. */
  toText(): string {
    return this.#text ?? JSON.stringify(this.#object);
  }

  get isYoung(): boolean {
    return this.#object !== undefined;
  }

  /** Keeps the object in memory again. */
  promote(): void {
    this.#object = this.object;
  }

  /** Lets go of the object; what is left is its text. */
  demote(): void {
    if (this.#object === undefined) return;
    this.#text ??= JSON.stringify(this.#object);
    this.#object = undefined;
  }
}
