import { readFileSync } from 'node:fs';
import type { JsonValue } from '@caretaker/kube';

/** One field of a built-in struct, as generate/builtin-types.go writes it. */
export interface FieldRow {
  /** JSON name. */
  readonly n: string;
  /** Type: `string`, `int32`, `[]T` list, `{}T` map, `#path.Name` struct, and the named forms quantity, time, intorstring … */
  readonly t: string;
  /** Go's name of the type, for the decoder's error texts, where it differs from `t`. */
  readonly g?: string;
  /** Bits: 1 omitempty, 2 omitzero, 4 pointer. */
  readonly o?: number;
  /** Protobuf field number. */
  readonly p?: number;
  /** List type, when not atomic. */
  readonly l?: 'set' | 'map';
  readonly k?: readonly string[];
  /** Atomic map or struct at this place. */
  readonly a?: boolean;
  /** Granular at this place, although the struct is atomic. */
  readonly b?: boolean;
  /** Patch strategies, comma-separated. */
  readonly s?: string;
  /** Patch merge key. */
  readonly m?: string;
  /** Declared default. */
  readonly d?: JsonValue;
  /** The declared default is the zero value, which is left out when written: it only stands for a key. */
  readonly z?: 1;
  readonly e?: readonly JsonValue[];
  /** Go names of the embedded structs that the field comes from. */
  readonly i?: readonly string[];
}

export interface TypeRow {
  readonly name: string;
  readonly atomic?: boolean;
  readonly fields: readonly FieldRow[];
}

export interface KindRow {
  readonly Group: string;
  readonly Version: string;
  readonly Kind: string;
  readonly Type: string;
}

export interface TypeTable {
  readonly kinds: readonly KindRow[];
  readonly types: Readonly<Record<string, TypeRow>>;
}

export const OMIT_EMPTY = 1;
export const OMIT_ZERO = 2;
export const POINTER = 4;

let table: TypeTable | undefined;

/** The generated table of built-in types, read on first use. */
export function typeTable(): TypeTable {
  table ??= JSON.parse(readFileSync(new URL('../generated/builtin-types.json', import.meta.url), 'utf8')) as TypeTable;
  return table;
}

/** The struct named by a `#…` type expression. */
export function typeRow(name: string): TypeRow {
  const row = typeTable().types[name];
  if (row === undefined) throw new Error(`no built-in type ${name}`);
  return row;
}
