import type { CompileOptions } from '../../src/index.ts';
import { compile, ParseError, TemplateError } from '../../src/index.ts';
import type { FunctionMap } from '../../src/value/function.ts';
import { Float, int64 } from '../../src/value/number.ts';

/** One case: a template, data, options, and what Go did. */
export interface Vector {
  readonly id: string;
  readonly template: string;
  readonly data: unknown;
  readonly options: { readonly missingkey: 'default' | 'zero' | 'error'; readonly funcs: string; readonly numbers: 'int64' | 'float64' };
  readonly output?: string;
  readonly output_base64?: string;
  readonly typed?: unknown;
  readonly error?: 'parse' | 'exec';
  readonly message?: string;
}

/** What checking a vector found. */
export interface Checked {
  readonly passed: boolean;
  readonly want: string;
  readonly got: string;
  /** The message of the error that was raised. */
  readonly message?: string;
}

/** The function sets by their names in the vectors. */
export interface Sets {
  readonly functions: Readonly<Record<string, FunctionMap>>;
  readonly typedResult: (rendered: string) => unknown;
}

export async function loadSets(): Promise<Sets> {
  const [{ builtin }, { sprigWith }, { tenant, tenantTyped, typedResult }, { autopilot }] = await Promise.all([
    import('../../src/sets/builtin.ts'),
    import('../../src/sets/sprig-host.ts'),
    import('../../src/sets/tenant.ts'),
    import('../../src/sets/autopilot.ts'),
  ]);
  // Go's own shuffle is one of the cases; what it gives must not depend on the order.
  const sprig = sprigWith({ clock: () => 0, random: (count) => new Uint8Array(count) });
  return { functions: { builtin, sprig, tenant, 'tenant-typed': tenantTyped, autopilot }, typedResult };
}

export function parseVector(line: string): Vector {
  return JSON.parse(line) as Vector;
}

/** Replaces the tags {"$float": ...} and {"$int": ...} by values. */
export function untag(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(untag);
  if (typeof v !== 'object' || v === null) return v;
  const entries = Object.entries(v);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && typeof first[1] === 'string') {
    if (first[0] === '$float') return new Float(Number(first[1].replace('Inf', 'Infinity')));
    if (first[0] === '$int') return int64(BigInt(first[1]));
  }
  return Object.fromEntries(entries.map(([k, e]) => [k, untag(e)]));
}

function sameTyped(want: unknown, got: unknown): boolean {
  const w = untag(want);
  if (w instanceof Float) return typeof got === 'number' && Object.is(got, w.value);
  if (typeof w === 'object' && w !== null) return String(got) === String(Object.values(want as object)[0]);
  return Object.is(w, got);
}

function show(v: Vector): string {
  if (v.error !== undefined) return `${v.error}: ${v.message ?? ''}`;
  return v.output_base64 === undefined ? JSON.stringify(v.output) : `base64 ${v.output_base64}`;
}

export function optionsOf(v: Vector, sets: Sets): CompileOptions {
  const functions = sets.functions[v.options.funcs];
  if (functions === undefined) throw new Error(`unknown function set ${v.options.funcs}`);
  return { missingkey: v.options.missingkey, numbers: v.options.numbers, functions, limits: { depth: 100_000 } };
}

/** Renders a vector's template and compares with what Go did. */
export function checkVector(v: Vector, sets: Sets): Checked {
  const want = show(v);
  let bytes: Uint8Array;
  try {
    bytes = compile(v.template, optionsOf(v, sets)).renderBytes(untag(v.data));
  } catch (cause) {
    if (!(cause instanceof TemplateError))
      return { passed: false, want, got: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) };
    const kind = cause instanceof ParseError ? 'parse' : 'exec';
    return { passed: v.error === kind, want, got: `${kind}: ${cause.message}`, message: cause.message };
  }
  const text = Buffer.from(bytes);
  if (v.error !== undefined) return { passed: false, want, got: JSON.stringify(text.toString()) };
  if (v.output_base64 !== undefined) {
    const got = text.toString('base64');
    return { passed: got === v.output_base64, want, got: `base64 ${got}` };
  }
  const output = text.toString();
  if (output !== v.output) return { passed: false, want, got: JSON.stringify(output) };
  if (!('typed' in v)) return { passed: true, want, got: JSON.stringify(output) };
  const typed = sets.typedResult(output);
  return { passed: sameTyped(v.typed, typed), want: `${want} typed ${JSON.stringify(v.typed)}`, got: `typed ${String(typed)}` };
}
