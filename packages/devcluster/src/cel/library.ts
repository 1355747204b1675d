/** Functions that expressions may call, by name. */
import { readSignature, type Signature } from './signature.ts';
import type { CelType } from './types.ts';
import { isOf } from './values.ts';

// Each implementation takes what its declaration says: values are checked against it before the call.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Implementation = (...args: any[]) => unknown;

export interface Overload extends Signature {
  readonly run: Implementation;
}

export class Library {
  readonly #overloads = new Map<string, Overload[]>();

  /** Declares and defines, e.g. `string.startsWith(string): bool`. */
  add(declaration: string, run: Implementation): void {
    const overload = { ...readSignature(declaration), run };
    const known = this.#overloads.get(overload.name);
    if (known === undefined) this.#overloads.set(overload.name, [overload]);
    else known.push(overload);
  }

  overloads(name: string): readonly Overload[] {
    return this.#overloads.get(name) ?? [];
  }

  /** The overload for these values; undefined when there is none. */
  find(name: string, member: boolean, values: readonly unknown[]): Overload | undefined {
    return this.overloads(name).find((one) => one.member === member && fits(one.params, values));
  }
}

const fits = (params: readonly CelType[], values: readonly unknown[]): boolean =>
  params.length === values.length && params.every((type, i) => isOf(values[i], type));
