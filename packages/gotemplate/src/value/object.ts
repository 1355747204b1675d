import type { GoFunction } from './function.ts';
import type { GoType } from './types.ts';
import type { Value } from './value.ts';

/** A value with methods: a time, a version. Subclasses say what Go's reflection would find. */
export abstract class GoObject {
  abstract readonly type: GoType;

  /** The method of that name, bound to this value, or undefined. */
  abstract method(name: string): GoFunction | undefined;

  /** The exported field of that name, or undefined. */
  field(_name: string): Value | undefined {
    return undefined;
  }

  /** fmt.Stringer: what printing gives. */
  abstract toText(): string;

  /** fmt.GoStringer: what %#v gives, where there is one. */
  toGoText(): string | undefined {
    return undefined;
  }

  /** The struct's fields by name, for the verbs that no method answers. */
  structFields(): readonly (readonly [string, Value])[] | undefined {
    return undefined;
  }

  /** json.Marshaler: the JSON text. */
  abstract toJsonText(): string;

  /** The answer of Go's == or reflect.DeepEqual. */
  abstract equals(other: GoObject): boolean;
}
