import type { JsonValue, KubeObject } from '@caretaker/kube';
import { equalValues } from '../apply/typed-view.ts';
import { cloneJson } from '../schema/clone-json.ts';

/**
 * The rounds of mutation of one request: when a webhook or policy changed the object, every mutating plugin is asked a second time, and those webhooks and
 * policies again that ask for it (`reinvocationPolicy: IfNeeded`). There is no third round.
 */
export class MutationRounds {
  readonly #plugins = new Map<string, Reinvocable>();
  #second = false;
  #wanted = false;

  get second(): boolean {
    return this.#second;
  }

  /** A second round is needed. */
  want(): void {
    this.#wanted = true;
  }

  /** Whether there is another round, which begins by this call. */
  next(): boolean {
    if (this.#second || !this.#wanted) return false;
    this.#second = true;
    return true;
  }

  /** What is remembered of the webhooks or policies of one plugin. */
  of(plugin: string): Reinvocable {
    const known = this.#plugins.get(plugin) ?? new Reinvocable();
    this.#plugins.set(plugin, known);
    return known;
  }
}

/** Which webhooks (or policies) have been called, and which of them are called again. */
export class Reinvocable {
  readonly #again = new Set<string>();
  #called = new Set<string>();
  #left: KubeObject | undefined;

  isCalledAgain(key: string): boolean {
    return this.#again.has(key);
  }

  /** It asks to be called again when another one changes the object later. */
  called(key: string): void {
    this.#called.add(key);
  }

  /** The object was changed: all that were called before are called again. */
  changed(): void {
    for (const key of this.#called) this.#again.add(key);
    this.#called = new Set();
  }

  /** The second round reaches the plugin: another plugin may have changed what this one left. */
  resume(object: KubeObject | undefined): void {
    if (this.#called.size > 0 && !equalValues(jsonOf(this.#left), jsonOf(object))) this.changed();
  }

  /** The plugin is done with the object. */
  leave(object: KubeObject | undefined): void {
    this.#left = this.#called.size === 0 || object === undefined ? undefined : cloneJson(object);
  }
}

const jsonOf = (object: KubeObject | undefined): JsonValue => (object ?? null) as unknown as JsonValue;
