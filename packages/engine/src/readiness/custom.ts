import type { KubeObject } from '@caretaker/kube';
import { Environment } from '@marcbachmann/cel-js';
import { EngineError } from '../errors/engine-error.ts';
import { parseJsonPath } from '../path/json-path.ts';
import { select } from '../path/select.ts';
import type { ReadinessRule } from '../types/desired.ts';
import { byCondition, generationLag } from './conditions.ts';
import { isReady, notReady, type Readiness } from './readiness.ts';

export type ReadinessCheck = (object: KubeObject) => Readiness;

/** Whether a rule needs the object's body, so that its kind must be kept with bodies. */
export function needsBody(rule: ReadinessRule | undefined): boolean {
  return rule !== undefined && rule.type !== 'exists';
}

/** Compiles a rule. Throws `EngineError` ReadinessRuleInvalid with what is wrong in it. */
export function compileReadiness(rule: ReadinessRule): ReadinessCheck {
  const check = compile(rule);
  return (object) =>
    object.metadata.deletionTimestamp === undefined ? check(object) : notReady('Terminating', 'the object is being deleted');
}

function compile(rule: ReadinessRule): ReadinessCheck {
  switch (rule.type) {
    case 'exists':
      return () => isReady;
    case 'condition':
      return (object) => byCondition(object, rule.conditionType, rule.status ?? 'True');
    case 'jsonPath':
      return compileJsonPath(rule.path, rule.value);
    case 'cel':
      return compileCel(rule.expression, rule.message);
  }
}

function compileJsonPath(path: string, value: string | undefined): ReadinessCheck {
  const segments = (() => {
    try {
      return parseJsonPath(path);
    } catch (error) {
      throw new EngineError('ReadinessRuleInvalid', error instanceof Error ? error.message : String(error), { cause: error });
    }
  })();
  return (object) => {
    const lag = generationLag(object);
    if (lag) return lag;
    const found = select(object, segments).map((match) => match.value);
    if (value === undefined) return found.length > 0 ? isReady : notReady('RuleNotMet', `${path} does not exist yet`);
    if (found.some((item) => asText(item) === value)) return isReady;
    return notReady('RuleNotMet', `${path} is ${found.length === 0 ? 'absent' : found.map(asText).join(', ')}, not ${value}`);
  };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Fields that are absent make an expression fail; that means "not ready yet", since status fills up over time. */
function compileCel(expression: string, message: string | undefined): ReadinessCheck {
  const program = (() => {
    try {
      return new Environment({ unlistedVariablesAreDyn: true }).parse(expression);
    } catch (error) {
      throw new EngineError('ReadinessRuleInvalid', `CEL expression ${JSON.stringify(expression)}: ${firstLine(error)}`, { cause: error });
    }
  })();
  return (object) => {
    try {
      const result: unknown = program({ object: toCel(object), self: toCel(object) });
      if (result === true) return isReady;
      return notReady('RuleNotMet', message ?? `${expression} is ${String(result)}`);
    } catch (error) {
      return notReady('RuleNotMet', message ?? firstLine(error));
    }
  };
}

/** JSON integers are CEL ints, as in the API server's own CEL. */
function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toCel(member)]));
  }
  return value;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? text;
}
