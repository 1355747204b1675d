/** MutatingAdmissionPolicies through their bindings: each changes the object by applying a configuration or by a JSON patch. */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { mergeValues } from '../../apply/typed-merge.ts';
import { equalValues, isMap } from '../../apply/typed-view.ts';
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
import { reviewRequest } from '../review.ts';
import { type BoundPolicy, boundPolicies, type PolicyContext } from './bindings.ts';
import { placeOf, requestScope, variablesKey, withParams, withVariables } from './scope.ts';

export interface MutatingContext extends PolicyContext {
  readonly types: TypeOperations;
}

export function mutatingAdmissionPolicies(context: MutatingContext): AdmissionPlugin {
  return {
    name: 'MutatingAdmissionPolicy',
    mutate(request) {
      if (request.object === undefined) return;
      for (const bound of boundPolicies(context, 'mutatingadmissionpolicies', request)) {
        if (typeof bound.params === 'string') fail(bound, request, bound.params, 'Forbidden');
        else for (const params of bound.params) mutate(context, bound, params, request);
      }
    },
  };
}

/** Throws StatusError unless the policy ignores failures. */
function fail({ policy, binding, spec }: BoundPolicy, request: AdmissionRequest, why: string, reason = 'Invalid'): void {
  if (textOf(spec['failurePolicy']) === 'Ignore') return;
  const words = `policy '${policy.metadata.name ?? ''}' with binding '${binding.metadata.name ?? ''}' denied request: ${why}`;
  const { group, plural } = request.type;
  const details = { ...(request.name === '' ? {} : { name: request.name }), ...(group === '' ? {} : { group }), kind: plural };
  throw new StatusError(403, reason, words, { ...details, causes: [{ message: words }] });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The mutations of a policy in order, each on what the one before it left. */
function mutate(context: MutatingContext, bound: BoundPolicy, params: KubeObject | undefined, request: AdmissionRequest): void {
  const { spec } = bound;
  for (const [i, mutation] of members(spec, 'mutations').entries()) {
    const review = reviewRequest(request, bound.type, request.object, request.oldObject);
    const scope = withParams(requestScope(review, request, context.authorizer), params, namespaceOf(context.store, request));
    const place = placeOf(spec);
    try {
      if (i === 0 && !conditionsHold(members(spec, 'matchConditions'), place, scope)) return;
    } catch (error) {
      fail(bound, request, messageOf(error));
      return;
    }
    const composed = withVariables(spec, place, scope);
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
    try {
      change(context, mutation, run, request);
    } catch (error) {
      fail(bound, request, messageOf(error));
      return;
    }
  }
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
