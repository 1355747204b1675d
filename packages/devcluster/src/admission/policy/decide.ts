import type { JsonObject } from '@caretaker/kube';
import type { Scope } from '../../cel/evaluate.ts';
import { programAt } from '../../cel/places.ts';
import { members, textOf } from '../json-members.ts';
import { conditionsHold } from '../match-conditions.ts';
import { type Composed, placeOf, variablesKey, withVariables } from './scope.ts';

/** What one validation of a policy says against a request. */
export interface PolicyDenial {
  readonly message: string;
  /** meta/v1 StatusReason. */
  readonly reason: string;
}

/** Evaluates a policy's conditions and validations. Pure: all that CEL may see is in `scope`. */
export function decidePolicy(spec: JsonObject, scope: Scope): PolicyDenial[] {
  const failing = textOf(spec['failurePolicy']) !== 'Ignore';
  const onError = (message: string): PolicyDenial[] => (failing ? [{ message, reason: 'Invalid' }] : []);
  const place = placeOf(spec);
  try {
    if (!conditionsHold(members(spec, 'matchConditions'), place, scope)) return [];
  } catch (error) {
    return onError(messageOf(error));
  }
  const composed = withVariables(spec, place, scope);
  return members(spec, 'validations').flatMap((validation) => {
    const expression = textOf(validation['expression']);
    try {
      return run(expression, spec, composed) === true
        ? []
        : [{ message: denialMessage(validation, spec, composed), reason: textOf(validation['reason']) || 'Invalid' }];
    } catch (error) {
      return onError(`expression '${expression}' resulted in error: ${messageOf(error)}`);
    }
  });
}

function run(expression: string, spec: JsonObject, { place, scope }: Composed): unknown {
  return programAt(expression, place, variablesKey(spec, place.variables ?? new Map())).evaluate(scope);
}

const MAX_MESSAGE = 5 * 1024;

/** The messageExpression when it gives one line of text, else the message, else the expression. */
function denialMessage(validation: JsonObject, spec: JsonObject, composed: Composed): string {
  const expression = textOf(validation['messageExpression']);
  if (expression !== '') {
    const computed = tryText(() => run(expression, spec, composed));
    if (computed !== '' && !computed.includes('\n') && computed.length <= MAX_MESSAGE) return computed;
  }
  return textOf(validation['message']).trim() || `failed expression: ${textOf(validation['expression']).trim()}`;
}

function tryText(run: () => unknown): string {
  try {
    const value = run();
    return typeof value === 'string' ? value.trim() : '';
  } catch {
    return '';
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
