/** Validation rules as a definition states them. */
import type { JsonObject, JsonValue } from '@caretaker/kube';
import { EvaluationError, ParseError, TypeError as TypeFault } from '@marcbachmann/cel-js';
import type { FieldError } from '../../schema/contract.ts';
import { invalid, notSupported, required } from '../../validation/field-errors.ts';
import { printInternal } from '../../validation/internal-json.ts';
import { type Errors, given, items, objs, str } from '../../validation/read.ts';
import { compileExpression, namesOldSelf } from '../cel/rule.ts';
import { schemaMap } from '../structural.ts';

export interface RuleContext {
  /** The outermost place around this one whose items do not correspond across updates. */
  readonly uncorrelated: string | undefined;
  readonly checksRules: boolean;
}

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const hasNewline = (text: string): boolean => /[\n\r]/.test(text);

/** Complaints about the form of rules go to `errors`; returned are those of compiling them, which needs a sound schema. */
export function ruleErrors(schema: JsonObject, at: string, context: RuleContext, errors: Errors): FieldError[] {
  const rules = objs(schema, 'x-kubernetes-validations');
  for (const [i, rule] of rules.entries()) formErrors(rule, schema, items(`${at}.x-kubernetes-validations`, i), errors);
  if (errors.length > 0 || !context.checksRules) return [];
  return rules.flatMap((rule, i) => compileErrors(rule, items(`${at}.x-kubernetes-validations`, i), context));
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

function compileErrors(rule: JsonObject, at: string, context: RuleContext): FieldError[] {
  const errors: FieldError[] = [];
  const source = str(rule, 'rule');
  for (const name of ['rule', 'messageExpression']) {
    const expression = str(rule, name);
    const problem = expression === '' ? undefined : compileProblem(expression);
    if (problem === undefined) continue;
    const words = name === 'rule' ? 'compilation failed' : 'messageExpression compilation failed';
    errors.push(invalid(`${at}.${name}`, printInternal('apiextensions.ValidationRule', rule), `${words}: ${problem}`));
  }
  if (namesOldSelf(source)) {
    if (context.uncorrelated !== undefined) {
      const words = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${context.uncorrelated}`;
      errors.push(invalid(`${at}.rule`, source, words));
    }
  } else if (given(rule, 'optionalOldSelf') && !namesOldSelf(str(rule, 'messageExpression'))) {
    errors.push(invalid(`${at}.optionalOldSelf`, rule['optionalOldSelf'], 'may not be set if oldSelf is not used in rule'));
  }
  return errors;
}

/** Problems of which this implementation is sure: others it leaves to the evaluation. */
function compileProblem(source: string): string | undefined {
  try {
    compileExpression(source);
    return undefined;
  } catch (error) {
    if (error instanceof ParseError) return located(source, error.range?.start ?? 0, `Syntax error: ${error.summary}`);
    const typed = error instanceof TypeFault || error instanceof EvaluationError;
    if (!typed || error.code !== 'unknown_variable') return undefined;
    const name = error.summary.replace(/^Unknown variable: /, '');
    return located(source, error.range?.start ?? 0, `undeclared reference to '${name}' (in container '')`);
  }
}

function located(source: string, offset: number, words: string): string {
  const before = source.slice(0, offset).split('\n');
  const column = (before[before.length - 1] ?? '').length;
  const line = source.split('\n')[before.length - 1] ?? '';
  return `ERROR: <input>:${before.length}:${column + 1}: ${words}\n | ${line}\n | ${'.'.repeat(column)}^`;
}
