/** One validation rule, compiled. */
import { type CelProgram, celLibrary, compileCel } from '../../cel/compile.ts';
import { type Budget, CostExceeded, Meter } from '../../cel/cost/meter.ts';
import type { CelEnvironment } from '../../cel/scope.ts';
import { BOOL, type CelType, DYN, optionalOf, STRING } from '../../cel/types.ts';
import { CelOptional } from '../../cel/values.ts';
import { readStructural, type Structural, type ValidationRule } from '../structural.ts';
import { schemaType } from './schema-types.ts';

const ROOT_MEMBERS = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { type: 'object', properties: { name: { type: 'string' }, generateName: { type: 'string' } } },
};

/** Rules of an object of its own see its kind and its name, and nothing else of its metadata. */
export function asRulesSee(schema: Structural, isRoot: boolean): Structural {
  if (!isRoot && !schema.embedded) return schema;
  const properties = Object.fromEntries([...schema.properties].map(([name, property]) => [name, property.raw]));
  return readStructural({ ...schema.raw, properties: { ...properties, ...ROOT_MEMBERS } });
}

/** What the rules of a schema may name. `seen` is the schema as rules see it. */
export function ruleEnvironment(seen: Structural, optionalOldSelf: boolean): CelEnvironment {
  const type: CelType = schemaType(seen, 'selfType') ?? DYN;
  const variables = new Map([
    ['self', type],
    ['oldSelf', optionalOldSelf ? optionalOf(type) : type],
  ]);
  return { library: celLibrary(), variables };
}

/** Whether an expression names oldSelf. */
export function namesOldSelf(source: string): boolean {
  return /\boldSelf\b/.test(source.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '""'));
}

/** What is wrong with a rule, or the program. */
export type Compiled =
  | { readonly program: CelProgram; readonly problem?: undefined }
  | { readonly problem: string; readonly program?: undefined };

const attempt = (source: string, environment: CelEnvironment, words: string): Compiled => {
  try {
    return { program: compileCel(source, environment) };
  } catch (error) {
    return { problem: `${words}: ${error instanceof Error ? error.message : String(error)}` };
  }
};

export function compileRule(source: string, environment: CelEnvironment): Compiled {
  const found = attempt(source, environment, 'compilation failed');
  return found.problem === undefined && found.program.type !== BOOL ? { problem: 'cel expression must evaluate to a bool' } : found;
}

export function compileMessage(source: string, environment: CelEnvironment): Compiled {
  const found = attempt(source, environment, 'messageExpression compilation failed');
  return found.problem === undefined && found.program.type !== STRING ? { problem: 'messageExpression must evaluate to a string' } : found;
}

/** Either holds, or says why not. */
export type Verdict = { readonly holds: true } | { readonly holds: false; readonly fault?: string };

/** Ends the evaluation of all rules of an object. */
export class RulesStopped extends Error {
  readonly code = 'RULES_STOPPED';
  readonly retryable = false;
  readonly hint = 'bound the lists and texts that the rules go through';
}

export const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';

export class CompiledRule {
  readonly source: ValidationRule;
  readonly usesOldSelf: boolean;
  /** Why the rule cannot be evaluated at all. */
  readonly broken: string | undefined;
  readonly #program: CelProgram | undefined;
  readonly #message: CelProgram | undefined;

  constructor(source: ValidationRule, seen: Structural) {
    this.source = source;
    this.usesOldSelf = namesOldSelf(source.rule) || namesOldSelf(source.messageExpression);
    const environment = ruleEnvironment(seen, source.optionalOldSelf);
    const rule = source.rule.trim() === '' ? undefined : compileRule(source.rule, environment);
    const message = source.messageExpression === '' ? undefined : compileMessage(source.messageExpression, environment);
    this.broken = rule?.problem ?? message?.problem;
    this.#program = rule?.problem === undefined ? rule?.program : undefined;
    this.#message = message?.problem === undefined ? message?.program : undefined;
  }

  /** Throws RulesStopped when the rule costs too much. */
  check(self: unknown, old: { readonly value: unknown } | undefined, budget: Budget): Verdict {
    if (this.#program === undefined) return { holds: true };
    const meter = new Meter();
    try {
      const holds = this.#program.evaluate(this.#variables(self, old), meter) === true;
      if (!budget.spend(meter)) throw new RulesStopped(OUT_OF_BUDGET);
      return { holds };
    } catch (error) {
      if (error instanceof RulesStopped) throw error;
      if (!budget.spend(meter)) throw new RulesStopped(OUT_OF_BUDGET);
      if (error instanceof CostExceeded)
        throw new RulesStopped(
          `'${error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${this.title}`,
        );
      return { holds: false, fault: error instanceof Error ? error.message : String(error) };
    }
  }

  #variables(self: unknown, old: { readonly value: unknown } | undefined): Record<string, unknown> {
    if (!this.source.optionalOldSelf) return { self, oldSelf: old?.value };
    return { self, oldSelf: old === undefined ? CelOptional.none : CelOptional.of(old.value) };
  }

  /** What a violated rule says. Throws RulesStopped when that costs too much. */
  complaint(self: unknown, old: { readonly value: unknown } | undefined, budget: Budget): string {
    return this.#evaluated(self, old, budget) ?? (this.source.message === '' ? `failed rule: ${this.title}` : this.title);
  }

  get title(): string {
    return (this.source.message === '' ? this.source.rule : this.source.message).trim();
  }

  #evaluated(self: unknown, old: { readonly value: unknown } | undefined, budget: Budget): string | undefined {
    if (this.#message === undefined) return undefined;
    const meter = new Meter();
    let result: unknown;
    let fault: unknown;
    try {
      result = this.#message.evaluate(this.#variables(self, old), meter);
    } catch (error) {
      fault = error;
    }
    if (!budget.spend(meter))
      throw new RulesStopped(
        'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run',
      );
    if (fault instanceof CostExceeded) {
      const source = JSON.stringify(this.source.messageExpression);
      throw new RulesStopped(`no further validation rules will be run due to call cost exceeds limit for messageExpression: ${source}`);
    }
    if (typeof result !== 'string') return undefined;
    const trimmed = result.trim();
    return trimmed === '' || trimmed.includes('\n') || trimmed.length > 5 * 1024 ? undefined : trimmed;
  }
}
