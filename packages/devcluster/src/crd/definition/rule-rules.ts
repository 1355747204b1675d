/** Validation rules as a definition states them. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import type { FieldError } from '../../schema/contract.ts';
import { invalid, notSupported, required } from '../../validation/parts/field-errors.ts';
import { printInternal } from '../../validation/parts/internal-json.ts';
import { type Errors, given, items, objs, str } from '../../validation/parts/read.ts';
import { asRulesSee, compileMessage, compileRule, namesOldSelf, ruleEnvironment } from '../cel/rule.ts';
import { readStructural, type Structural, schemaMap } from '../structural.ts';
import { type RuleCosts, ruleCost } from './rule-costs.ts';

export interface RuleContext {
  /** The outermost place around this one whose items do not correspond across updates. */
  readonly uncorrelated: string | undefined;
  readonly checksRules: boolean;
  readonly isRoot: boolean;
  /** How often a value may be there; undefined when only the size of a request limits it. */
  readonly cardinality: number | undefined;
  readonly costs: RuleCosts;
}

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const hasNewline = (text: string): boolean => /[\n\r]/.test(text);

/** Complaints about the form of rules go to `errors`; returned are those of compiling them, which needs a sound schema. */
export function ruleErrors(schema: JsonObject, at: string, context: RuleContext, errors: Errors): FieldError[] {
  const rules = objs(schema, 'x-kubernetes-validations');
  for (const [i, rule] of rules.entries()) formErrors(rule, schema, items(`${at}.x-kubernetes-validations`, i), errors);
  if (errors.length > 0 || !context.checksRules) return [];
  if (rules.length === 0) return [];
  const seen = asRulesSee(readStructural(schema), context.isRoot);
  return rules.flatMap((rule, i) => compileErrors(rule, items(`${at}.x-kubernetes-validations`, i), seen, context));
}

function formErrors(rule: JsonObject, schema: JsonObject, at: string, errors: Errors): void {
  const source = str(rule, 'rule').trim();
  const message = str(rule, 'message');
  if (source === '') errors.push(required(`${at}.rule`, 'rule is not specified'));
  else if (message !== '' && message.trim() === '') errors.push(invalid(`${at}.message`, message, 'must be non-empty if specified'));
  else if (hasNewline(message.trim())) errors.push(invalid(`${at}.message`, message, 'must not contain line breaks'));
  else if (hasNewline(source) && message.trim() === '')
    errors.push(required(`${at}.message`, 'message must be specified if rule contains line breaks'));
  const expression = str(rule, 'messageExpression');
  if (expression !== '' && expression.trim() === '')
    errors.push(required(`${at}.messageExpression`, 'messageExpression must be non-empty if specified'));
  if (given(rule, 'reason') && !REASONS.includes(str(rule, 'reason')))
    errors.push(notSupported(`${at}.reason`, str(rule, 'reason'), REASONS));
  const fieldPath = str(rule, 'fieldPath');
  if (fieldPath === '') return;
  if (fieldPath.trim() === '') errors.push(invalid(`${at}.fieldPath`, fieldPath, 'must be non-empty if specified'));
  if (hasNewline(fieldPath)) errors.push(invalid(`${at}.fieldPath`, fieldPath, 'must not contain line breaks'));
  if (!names(schema, fieldPath)) errors.push(invalid(`${at}.fieldPath`, fieldPath, 'must be a valid path'));
}

/** Whether a path of members, `.a.b['c']`, leads somewhere in the schema. */
function names(schema: JsonObject, path: string): boolean {
  const steps = path.match(/\.[^.[\]]+|\['(?:\\.|[^'\\])*'\]/g) ?? [];
  if (steps.join('') !== path) return false;
  let place: JsonObject | undefined = schema;
  for (const step of steps) {
    const name = step.startsWith('.') ? step.slice(1) : step.slice(2, -2).replace(/\\(.)/g, '$1');
    const properties: ReadonlyMap<string, JsonObject> = schemaMap(place?.['properties']);
    const additional: JsonValue | undefined = place?.['additionalProperties'];
    place =
      properties.size > 0
        ? properties.get(name)
        : typeof additional === 'object' && additional !== null && !Array.isArray(additional)
          ? additional
          : undefined;
    if (place === undefined) return false;
  }
  return true;
}

function compileErrors(rule: JsonObject, at: string, seen: Structural, context: RuleContext): FieldError[] {
  const errors: FieldError[] = [];
  const source = str(rule, 'rule');
  const environment = ruleEnvironment(seen, rule['optionalOldSelf'] === true);
  const message = str(rule, 'messageExpression');
  const found = {
    rule: compileRule(source, environment),
    ...(message === '' ? {} : { messageExpression: compileMessage(message, environment) }),
  };
  for (const [name, compiled] of Object.entries(found)) {
    const { problem, program } = compiled;
    if (program !== undefined) {
      const what = name === 'rule' ? 'estimated rule cost' : 'estimated messageExpression cost';
      const cost = ruleCost(program, seen, name === 'rule' ? context.cardinality : 1);
      errors.push(...context.costs.add(what, cost, `${at}.${name}`));
    }
    if (problem !== undefined) errors.push(invalid(`${at}.${name}`, printInternal('apiextensions.ValidationRule', rule), problem));
  }
  if (namesOldSelf(source)) {
    if (context.uncorrelated !== undefined) {
      const words = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${context.uncorrelated}`;
      errors.push(invalid(`${at}.rule`, source, words));
    }
  } else if (given(rule, 'optionalOldSelf') && !namesOldSelf(message)) {
    errors.push(invalid(`${at}.optionalOldSelf`, rule['optionalOldSelf'], 'may not be set if oldSelf is not used in rule'));
  }
  return errors;
}
