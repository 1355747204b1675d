/** MutatingAdmissionPolicies through their bindings: each changes the object by applying a configuration or by a JSON patch. */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { mergeValues } from '../../apply/typed-merge.ts';
import { equalValues, isMap } from '../../apply/typed-view.ts';
import type { Scope } from '../../cel/evaluate.ts';
import { jsonOf } from '../../cel/json.ts';
import { patchStruct } from '../../cel/patch-types.ts';
import { programAt } from '../../cel/places.ts';
import { applyJsonPatch } from '../../patch/json-patch.ts';
import type { TypeInfo, TypeOperations } from '../../schema/contract.ts';
import { apiVersionOf } from '../../schema/type-names.ts';
import { StatusError } from '../../server/answers/status-error.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../contract.ts';
import { member, members, textOf } from '../json-members.ts';
import { conditionsHold } from '../match-conditions.ts';
import { namespaceOf } from '../matching/selectors.ts';
import type { MutationRounds } from '../reinvocation.ts';
import { reviewRequest } from '../review.ts';
import { type BoundPolicy, boundPolicies, type PolicyContext } from './bindings.ts';
import { placeOf, requestScope, variablesKey, withParams, withVariables } from './scope.ts';

export interface MutatingContext extends PolicyContext {
  readonly types: TypeOperations;
}

/** A policy through a binding, with one of its parameter objects. */
interface Invocation {
  readonly bound: BoundPolicy;
  readonly params: KubeObject | undefined;
}

/** What a policy failed at, if that is not to be ignored. */
interface Failure {
  readonly reason: string;
  readonly words: string;
}

export function mutatingAdmissionPolicies(context: MutatingContext): AdmissionPlugin {
  return {
    name: 'MutatingAdmissionPolicy',
    mutate(request, rounds) {
      if (request.object === undefined) return;
      const bound = boundPolicies(context, 'mutatingadmissionpolicies', request);
      if (bound.length === 0) return;
      const unbound = bound.flatMap((each) => (typeof each.params === 'string' ? failure(each, each.params, 'Forbidden') : []));
      const invocations = bound.flatMap((each) =>
        typeof each.params === 'string' ? [] : each.params.map((params): Invocation => ({ bound: each, params })),
      );
      const failures = [...unbound, ...invoke(context, invocations, request, rounds)];
      const [first] = failures;
      if (first !== undefined) throw refusal(request, first, failures);
    },
  };
}

/** Runs policies in order, each on what the one before it left. In the second round only those that ask for it, when the object changed after them. */
function invoke(
  context: MutatingContext,
  invocations: readonly Invocation[],
  request: AdmissionRequest,
  rounds: MutationRounds,
): Failure[] {
  if (invocations.length === 0) return [];
  const reinvocable = rounds.of('policies');
  if (rounds.second) reinvocable.resume(request.object);
  const failures: Failure[] = [];
  let applied = false;
  for (const invocation of invocations) {
    const { bound } = invocation;
    const holds = conditionsOf(context, invocation, request);
    if (typeof holds === 'string') failures.push(...failure(bound, holds));
    const key = keyOf(invocation);
    if (holds !== true || (rounds.second && !reinvocable.isCalledAgain(key))) continue;
    const before = request.object;
    for (const mutation of members(bound.spec, 'mutations')) {
      try {
        mutate(context, invocation, mutation, request);
        applied = true;
      } catch (error) {
        failures.push(...failure(bound, messageOf(error)));
      }
    }
    if (request.object !== before) {
      reinvocable.changed();
      rounds.want();
    }
    if (bound.spec['reinvocationPolicy'] === 'IfNeeded') reinvocable.called(key);
  }
  // As in the real server a mutation counts here whether or not it changed anything, and for the policy that it is of too.
  if (applied) {
    reinvocable.changed();
    rounds.want();
  }
  reinvocable.leave(request.object);
  return failures;
}

function keyOf({ bound, params }: Invocation): string {
  return JSON.stringify([bound.policy.metadata.name, bound.binding.metadata.name, params?.metadata.namespace, params?.metadata.name]);
}

/** Nothing when the policy ignores failures. */
function failure({ policy, binding, spec }: BoundPolicy, why: string, reason = 'Invalid'): Failure[] {
  if (textOf(spec['failurePolicy']) === 'Ignore') return [];
  const words = `policy '${policy.metadata.name ?? ''}' with binding '${binding.metadata.name ?? ''}' denied request: ${why}`;
  return [{ reason, words }];
}

/** The first failure is the answer, all are its causes. */
function refusal(request: AdmissionRequest, first: Failure, all: readonly Failure[]): StatusError {
  const { group, plural } = request.type;
  const details = { ...(request.name === '' ? {} : { name: request.name }), ...(group === '' ? {} : { group }), kind: plural };
  return new StatusError(403, first.reason, first.words, { ...details, causes: all.map(({ words }) => ({ message: words })) });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function scopeOf(context: MutatingContext, { bound, params }: Invocation, request: AdmissionRequest): Scope {
  const review = reviewRequest(request, bound.type, request.object, request.oldObject);
  return withParams(requestScope(review, request, context.authorizer), params, namespaceOf(context.store, request));
}

/** Whether the policy's conditions hold; a text: why that cannot be said. */
function conditionsOf(context: MutatingContext, invocation: Invocation, request: AdmissionRequest): boolean | string {
  const { spec } = invocation.bound;
  const conditions = members(spec, 'matchConditions');
  if (conditions.length === 0) return true;
  try {
    return conditionsHold(conditions, placeOf(spec), scopeOf(context, invocation, request));
  } catch (error) {
    return messageOf(error);
  }
}

function mutate(context: MutatingContext, invocation: Invocation, mutation: JsonObject, request: AdmissionRequest): void {
  const { spec } = invocation.bound;
  const composed = withVariables(spec, placeOf(spec), scopeOf(context, invocation, request));
  const run = (expression: string): unknown => {
    const whole = { ...composed.place, struct: patchStruct };
    try {
      return programAt(expression.trim(), whole, `patch ${variablesKey(spec, composed.place.variables ?? new Map())}`).evaluate(
        composed.scope,
      );
    } catch (error) {
      throw new Error(`expression '${expression}' resulted in error: ${messageOf(error)}`, { cause: error });
    }
  };
  change(context, mutation, run, request);
}

function change(context: MutatingContext, mutation: JsonObject, run: (expression: string) => unknown, request: AdmissionRequest): void {
  const { object, type } = request;
  if (object === undefined) return;
  const before = { ...object, apiVersion: apiVersionOf(type), kind: type.kind } as unknown as JsonObject;
  const after =
    textOf(mutation['patchType']) === 'JSONPatch'
      ? patched(before, run(textOf(member(mutation, 'jsonPatch')['expression'])))
      : merged(type, before, run(textOf(member(mutation, 'applyConfiguration')['expression'])));
  const { object: next } = context.types.decode(type, after);
  context.types.applyDefaults(type, next);
  if (!equalValues(next as unknown as JsonValue, object as unknown as JsonValue)) request.object = next;
}

function patched(before: JsonObject, operations: unknown): JsonObject {
  const patch = jsonOf(operations);
  try {
    return applyJsonPatch(structuredClone(before), Array.isArray(patch) ? patch : []);
  } catch (error) {
    throw new Error(`JSON Patch: ${messageOf(error)}`, { cause: error });
  }
}

function merged(type: TypeInfo, before: JsonObject, configuration: unknown): JsonObject {
  const applied = jsonOf(configuration);
  if (!isMap(applied)) return before;
  const result = mergeValues(type.schema, before, applied);
  return result !== undefined && isMap(result) ? result : before;
}
