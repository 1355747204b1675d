/** Go types as far as a template meets them: reflect.Kind and reflect.Type with the names that Go prints. */

/** reflect.Kind, by its printed name. */
export type Kind =
  | 'invalid'
  | 'bool'
  | 'int'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float64'
  | 'complex128'
  | 'string'
  | 'interface'
  | 'slice'
  | 'map'
  | 'func'
  | 'ptr'
  | 'struct';

/** A Go type. Two types are the same when their names are. */
export interface GoType {
  readonly kind: Kind;
  /** As `%T` and Go's errors print it, for example `map[string]interface {}`. */
  readonly name: string;
  /** The element type of a slice or map. */
  readonly elem?: GoType;
}

function basic(kind: Kind, name: string = kind): GoType {
  return { kind, name };
}

/** The type of a slice of `elem`. */
export function sliceOf(elem: GoType): GoType {
  return { kind: 'slice', name: `[]${elem.name}`, elem };
}

/** The type of a map from string to `elem`. */
export function mapOf(elem: GoType): GoType {
  return { kind: 'map', name: `map[string]${elem.name}`, elem };
}

const any = basic('interface', 'interface {}');
const string = basic('string');
const int = basic('int');
const sliceAny = sliceOf(any);

/** The types that have a name of their own here. */
export const T = {
  any,
  string,
  int,
  int32: basic('int32'),
  int64: basic('int64'),
  uint8: basic('uint8'),
  uint32: basic('uint32'),
  uint64: basic('uint64'),
  float64: basic('float64'),
  complex128: basic('complex128'),
  bool: basic('bool'),
  sliceAny,
  sliceString: sliceOf(string),
  sliceInt: sliceOf(int),
  sliceSliceAny: sliceOf(sliceAny),
  mapAny: mapOf(any),
  mapString: mapOf(string),
  /** reflect.Value: the parameter type of builtins that look at the value as it is, missing or not. */
  value: basic('struct', 'reflect.Value'),
} as const;
