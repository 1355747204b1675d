/** One validation rule, compiled. */
import { EvaluationError, Optional, ParseError, TypeError as TypeFault } from '@marcbachmann/cel-js';
import type { ValidationRule } from '../structural.ts';
import { celEnvironment } from './environment.ts';
import { renameMatches } from './strings.ts';

type Program = (variables: Record<string, unknown>) => unknown;

/** The complaint of a fault in the words of cel-go. */
export function faultText(error: unknown): string {
  const known = error instanceof EvaluationError || error instanceof TypeFault || error instanceof ParseError;
  if (!known) return error instanceof Error ? error.message : String(error);
  const bounds = /^No such key: index out of bounds, index (-?\d+)/.exec(error.summary);
  if (bounds !== null) return `index out of bounds: ${bounds[1]}`;
  if (error.code === 'no_such_key') return error.summary.replace(/^No such key/, 'no such key');
  if (error.code === 'no_such_overload' || error.code === 'no_matching_overload') return 'no such overload';
  if (error.code === 'modulo_by_zero') return 'modulus by zero';
  if (error.code === 'numeric_overflow') return 'integer overflow';
  return error.summary;
}

/** Throws when the expression cannot be compiled. */
export function compileExpression(source: string): Program {
  const program = celEnvironment().parse(renameMatches(source));
  const checked = program.check();
  if (!checked.valid && checked.error !== undefined) throw checked.error;
  return program;
}

/** Whether an expression names oldSelf. */
export function namesOldSelf(source: string): boolean {
  return /\boldSelf\b/.test(source.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '""'));
}

/** Either holds, or says why not. */
export type Verdict = { readonly holds: true } | { readonly holds: false; readonly fault?: string };

export class CompiledRule {
  readonly source: ValidationRule;
  readonly usesOldSelf: boolean;
  readonly #program: Program | undefined;
  readonly #message: Program | undefined;

  constructor(source: ValidationRule) {
    this.source = source;
    this.usesOldSelf = namesOldSelf(source.rule) || namesOldSelf(source.messageExpression);
    this.#program = source.rule.trim() === '' ? undefined : compileExpression(source.rule);
    this.#message = source.messageExpression === '' ? undefined : compileExpression(source.messageExpression);
  }

  check(self: unknown, old: { readonly value: unknown } | undefined): Verdict {
    if (this.#program === undefined) return { holds: true };
    try {
      return { holds: this.#program(this.#variables(self, old)) === true };
    } catch (error) {
      return { holds: false, fault: faultText(error) };
    }
  }

  #variables(self: unknown, old: { readonly value: unknown } | undefined): Record<string, unknown> {
    if (!this.source.optionalOldSelf) return { self, oldSelf: old?.value };
    return { self, oldSelf: old === undefined ? Optional.none() : Optional.of(old.value) };
  }

  /** What a violated rule says. */
  complaint(self: unknown, old: { readonly value: unknown } | undefined): string {
    return this.#evaluated(self, old) ?? (this.source.message === '' ? `failed rule: ${this.title}` : this.title);
  }

  get title(): string {
    return (this.source.message === '' ? this.source.rule : this.source.message).trim();
  }

  #evaluated(self: unknown, old: { readonly value: unknown } | undefined): string | undefined {
    if (this.#message === undefined) return undefined;
    try {
      const result = this.#message(this.#variables(self, old));
      if (typeof result !== 'string') return undefined;
      const trimmed = result.trim();
      return trimmed === '' || trimmed.includes('\n') || trimmed.length > 5 * 1024 ? undefined : trimmed;
    } catch {
      return undefined;
    }
  }
}
