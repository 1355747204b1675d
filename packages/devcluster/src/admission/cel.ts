import { Environment } from '@marcbachmann/cel-js';

/** A compiled expression. Throws what CEL throws: a missing key, a wrong type. */
export type CelProgram = (variables: Readonly<Record<string, unknown>>) => unknown;

/** The expression cannot be evaluated; the message is CEL's. */
export class CelError extends Error {
  readonly code = 'CEL';
  readonly retryable = false;
  readonly hint = 'see https://kubernetes.io/docs/reference/using-api/cel/';
}

const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false, enableOptionalTypes: true });
const programs = new Map<string, CelProgram>();
const KEPT = 1000;

/** Compiles once per text. Throws CelError when the text is no expression. */
export function compileCel(expression: string): CelProgram {
  const known = programs.get(expression);
  if (known !== undefined) return known;
  const parsed = attempt(() => environment.parse(expression));
  const program: CelProgram = (variables) =>
    attempt(() => parsed(Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, celValue(value)]))));
  if (programs.size >= KEPT) programs.clear();
  programs.set(expression, program);
  return program;
}

function attempt<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw new CelError((error instanceof Error ? error.message : String(error)).split('\n')[0] ?? 'evaluation failed', { cause: error });
  }
}

/** JSON as CEL sees it: whole numbers are int. */
function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(celValue);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, celValue(member)]));
}
