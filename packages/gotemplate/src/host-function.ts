import type { AcceptsMissing } from './value/define.ts';
import { GoFunction } from './value/function.ts';
import { fromHost } from './value/host.ts';
import type { GoMap } from './value/map.ts';
import { Float, Int, int, int64 } from './value/number.ts';
import { integerToHost, mapToHost, toHost } from './value/to-host.ts';
import type { GoType } from './value/types.ts';
import { T } from './value/types.ts';
import type { Value } from './value/value.ts';

/** What a function of a host receives for each parameter type. Integers are bigint beyond 2^53. */
export interface HostTypes {
  readonly string: string;
  readonly bool: boolean;
  readonly int: number | bigint;
  readonly int64: number | bigint;
  readonly float64: number;
  readonly map: Record<string, unknown>;
  /** Any value as plain JavaScript; undefined when there is none. */
  readonly any: unknown;
}

/** The name of a parameter type. */
export type HostType = keyof HostTypes;

type Received<P extends readonly HostType[]> = { [K in keyof P]: HostTypes[P[K]] };

/** A function that a host adds to templates. */
export interface HostFunction<P extends readonly HostType[], R extends HostType | undefined> {
  /** The types of the parameters. They are checked as Go would, with Go's words, before `call` sees anything. */
  readonly params: P;
  /** The type of any number of further arguments. */
  readonly rest?: R;
  /** The Go type of the result: 'int' for an `int` and so on; 'any', the default, for what JSON data would give. */
  readonly returns?: HostType;
  /** Which parameters take a missing value under missingkey=handled: a position, or 'all'. It arrives as the zero of the type. */
  readonly acceptsMissing?: AcceptsMissing;
  /** What it throws becomes the template's error `error calling NAME: MESSAGE`. */
  readonly call: (...args: [...Received<P>, ...(R extends HostType ? HostTypes[R][] : [])]) => unknown;
}

const GO_TYPES: Readonly<Record<HostType, GoType>> = {
  string: T.string,
  bool: T.bool,
  int: T.int,
  int64: T.int64,
  float64: T.float64,
  map: T.mapAny,
  any: T.any,
};

function argument(v: Value, type: HostType): unknown {
  if (v instanceof Int) return integerToHost(v);
  if (v instanceof Float) return v.value;
  // The evaluator lets only maps through to a parameter of that type.
  return type === 'map' ? mapToHost(v as GoMap) : toHost(v);
}

function result(v: unknown, type: HostType): Value {
  if (typeof v === 'number' || typeof v === 'bigint') {
    if (type === 'int') return int(typeof v === 'number' ? Math.trunc(v) : v);
    if (type === 'int64') return int64(typeof v === 'number' ? Math.trunc(v) : v);
    if (type === 'float64') return new Float(Number(v));
  }
  return fromHost(v, 'int64');
}

/**
 * Makes a function of a host usable in templates.
 *
 *     compile('{{ objectExists "ConfigMap" .name }}', {
 *       functions: { ...sprig, objectExists: defineFunction({ params: ['string', 'string'], call: (kind, name) => cache.has(kind, name) }) },
 *     });
 */
export function defineFunction<const P extends readonly HostType[], const R extends HostType | undefined = undefined>(
  spec: HostFunction<P, R>,
): GoFunction {
  const rest: HostType | undefined = spec.rest;
  const types: readonly HostType[] = rest === undefined ? spec.params : [...spec.params, rest];
  const last = types.length - 1;
  const call = spec.call as (...args: unknown[]) => unknown;
  return new GoFunction(
    types.map((t) => GO_TYPES[t]),
    rest !== undefined,
    (args) => result(call(...args.map((v, i) => argument(v, types[Math.min(i, last)] ?? 'any'))), spec.returns ?? 'any'),
    spec.acceptsMissing ?? 'none',
  );
}
