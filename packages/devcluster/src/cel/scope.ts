/** What an expression may name: variables and structs. */
import type { Library } from './library.ts';
import type { CelType } from './types.ts';

export interface CelEnvironment {
  readonly library: Library;
  readonly variables: ReadonlyMap<string, CelType>;
  /** Structs that expressions may make, by name: their fields, or undefined when there is none of that name. */
  readonly struct?: (name: string) => CelType | undefined;
}
