import type { JsonObject } from '@caretaker/kube';
import { type CelError, compileCel } from '../cel.ts';
import { members, textOf } from '../json-members.ts';
import { conditionsHold } from '../match-conditions.ts';

/** What one validation of a policy says against a request. */
export interface PolicyDenial {
  readonly message: string;
  /** meta/v1 StatusReason. */
  readonly reason: string;
}

/** Evaluates a policy's conditions and validations. Pure: all that CEL may see is in `variables`. */
export function decidePolicy(spec: JsonObject, variables: Readonly<Record<string, unknown>>): PolicyDenial[] {
  const failing = textOf(spec['failurePolicy']) !== 'Ignore';
  const onError = (error: unknown): PolicyDenial[] => (failing ? [{ message: messageOf(error), reason: 'Invalid' }] : []);
  try {
    if (!conditionsHold(members(spec, 'matchConditions'), variables)) return [];
  } catch (error) {
    return onError(error);
  }
  const scope = { ...variables, variables: lazyVariables(spec, variables) };
  return members(spec, 'validations').flatMap((validation) => {
    const expression = textOf(validation['expression']);
    try {
      return compileCel(expression)(scope) === true
        ? []
        : [{ message: denialMessage(validation, scope), reason: textOf(validation['reason']) || 'Invalid' }];
    } catch (error) {
      return onError(new Error(`expression '${expression}' resulted in error: ${messageOf(error)}`));
    }
  });
}

/** Variables in order; one that fails is missing, and so fails what uses it. */
function lazyVariables(spec: JsonObject, variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const variable of members(spec, 'variables')) {
    try {
      out[textOf(variable['name'])] = compileCel(textOf(variable['expression']))({ ...variables, variables: out });
    } catch {
      // Told by the expression that needs it.
    }
  }
  return out;
}

const MAX_MESSAGE = 5 * 1024;

/** The messageExpression when it gives one line of text, else the message, else the expression. */
function denialMessage(validation: JsonObject, scope: Readonly<Record<string, unknown>>): string {
  const expression = textOf(validation['messageExpression']);
  if (expression !== '') {
    const computed = tryText(() => compileCel(expression)(scope));
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

function messageOf(error: unknown): string {
  return error instanceof Error ? (error as CelError).message : String(error);
}
