/** Where the decoder is in a document, and what it found wrong so far. */
import type { JsonValue } from '@caretaker/kube';
import { converterWords, describe, type GoForm } from './words.ts';

/** A value that does not fit its Go type; the message is Go's. */
export class GoDecodeError extends Error {
  /** The words of the converter that reads strategic merge patches, which differ from the decoder's. */
  readonly convertMessage: string;
  constructor(message: string, convertMessage = message) {
    super(message);
    this.name = 'GoDecodeError';
    this.convertMessage = convertMessage;
  }
}

export interface Place {
  /** Name of the innermost struct. */
  struct: string;
  /** Names of fields down to here, as Go's decoder prints them (no indexes, no map keys). */
  readonly fields: string[];
  /** Path as strict decoding prints it: `spec.containers[0].x`. */
  readonly path: string[];
  readonly unknown: string[];
  /** The first value of a wrong type. Reading goes on after it, for a type's own decoder may refuse a later value at once. */
  fault: GoDecodeError | undefined;
  /** How numbers are written that are more than digits, by path. */
  readonly numbers: ReadonlyMap<string, string> | undefined;
}

export const newPlace = (numbers?: ReadonlyMap<string, string>): Place => ({
  struct: '',
  fields: [],
  path: [],
  unknown: [],
  fault: undefined,
  numbers,
});

/** The number at the place as it is written. */
export const spelling = (place: Place, value: number): string =>
  place.numbers?.get(place.path.join('').replace(/^\./, '')) ?? JSON.stringify(value);

/** A value of a type that the field does not take. Its text says where it is as seen from the outermost decoder. */
export class TypeMismatch extends GoDecodeError {
  readonly what: string;
  readonly goType: string;
  /** Fields below the decoder that met it. */
  readonly fields: readonly string[];

  constructor(what: string, goType: string, struct: string, fields: readonly string[], convertMessage: string) {
    const target = fields.length === 0 ? 'Go value' : `Go struct field ${struct}.${fields.join('.')}`;
    super(`json: cannot unmarshal ${what} into ${target} of type ${goType}`, convertMessage);
    this.what = what;
    this.goType = goType;
    this.fields = [...fields];
  }

  /** As a decoder further out tells it, whose place is that of the value. */
  seenFrom(place: Place): TypeMismatch {
    return new TypeMismatch(this.what, this.goType, place.struct, [...place.fields, ...this.fields], this.convertMessage);
  }
}

export function mismatch(
  value: JsonValue,
  goType: string,
  form: GoForm,
  place: Place,
  what = describe(value),
  words = converterWords(value, goType, form),
): TypeMismatch {
  return new TypeMismatch(what, goType, place.struct, place.fields, words);
}

/** Notes a fault that does not end the reading; the value counts as absent. */
export function note(fault: GoDecodeError, place: Place): null {
  place.fault ??= fault;
  return null;
}

/** Ends the reading: the type's own decoder refuses the value. What the converter meets first is still the first fault. */
export function refuse(fault: GoDecodeError, place: Place): never {
  if (place.fault === undefined) throw fault;
  throw new GoDecodeError(fault.message, place.fault.convertMessage);
}
