/** What the expressions of a policy see of a request. */
import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { AccessAttributes, Authorizer } from '../../auth/authorizer.ts';
import { CelFault } from '../../cel/errors.ts';
import type { Scope } from '../../cel/evaluate.ts';
import { Lazy } from '../../cel/evaluate.ts';
import { type Ask, authorizerOf, resourceCheckOf } from '../../cel/functions/authorizer.ts';
import { celValue } from '../../cel/json.ts';
import { type CelPlace, programAt } from '../../cel/places.ts';
import type { CelType } from '../../cel/types.ts';
import { DYN } from '../../cel/types.ts';
import { CelStruct } from '../../cel/values.ts';
import type { UserInfo } from '../../server/contract.ts';
import type { AdmissionRequest } from '../contract.ts';
import { members, textOf } from '../json-members.ts';
import type { reviewRequest } from '../review.ts';

/** Objects as CEL values, made when an expression first looks at them. */
export function requestScope(review: ReturnType<typeof reviewRequest>, request: AdmissionRequest, authorizer: Authorizer): Scope {
  const { object, oldObject, ...rest } = review;
  const ask = askerOf(authorizer, request.user);
  const { group, resource } = review.resource;
  const question = { group, resource, subresource: request.subresource, namespace: request.namespace, name: request.name };
  return {
    object: new Lazy(() => celValue(object)),
    oldObject: new Lazy(() => celValue(oldObject)),
    request: new Lazy(() => celValue(rest)),
    authorizer: authorizerOf(ask),
    'authorizer.requestResource': resourceCheckOf(ask, question),
  };
}

export function withParams(scope: Scope, params: KubeObject | undefined, namespace: KubeObject | undefined): Scope {
  return { ...scope, params: new Lazy(() => celValue(params ?? null)), namespaceObject: new Lazy(() => celValue(namespace ?? null)) };
}

function askerOf(authorizer: Authorizer, user: UserInfo): Ask {
  return (question, verb) => {
    const account = question.serviceAccount;
    const who: UserInfo =
      account === undefined
        ? user
        : {
            username: `system:serviceaccount:${account.namespace}:${account.name}`,
            groups: ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`, 'system:authenticated'],
          };
    const { path, group, resource, subresource, namespace, name } = question;
    const attributes: AccessAttributes =
      path === undefined
        ? {
            verb,
            group,
            resource,
            ...(subresource === '' ? {} : { subresource }),
            ...(namespace === '' ? {} : { namespace }),
            ...(name === '' ? {} : { name }),
          }
        : { verb, path };
    return authorizer.decide(who, attributes);
  };
}

/** The place of a policy's expressions; `variables` may be named in those after them. */
export function placeOf(spec: JsonObject): CelPlace {
  return { params: spec['paramKind'] !== undefined && spec['paramKind'] !== null, namespace: true, authorizer: true };
}

export interface Composed {
  readonly place: CelPlace;
  readonly scope: Scope;
}

/** Adds the variables: each is computed when it is first used, and fails what uses it when it cannot be. */
export function withVariables(spec: JsonObject, place: CelPlace, scope: Scope): Composed {
  const types = new Map<string, CelType>();
  const values = new Map<string, unknown>();
  const composed: Composed = {
    place: { ...place, variables: types },
    scope: { ...scope, variables: new CelStruct('kubernetes.variables', values) },
  };
  for (const variable of members(spec, 'variables')) {
    const name = textOf(variable['name']);
    try {
      const program = programAt(textOf(variable['expression']), composed.place, variablesKey(spec, types));
      values.set(name, new Lazy(() => computed(name, () => program.evaluate(composed.scope))));
      types.set(name, program.type);
    } catch (error) {
      values.set(
        name,
        new Lazy(() =>
          computed(name, () => {
            throw error;
          }),
        ),
      );
      types.set(name, DYN);
    }
  }
  return composed;
}

/** Programs are kept by what they may name. */
export function variablesKey(spec: JsonObject, types: ReadonlyMap<string, CelType>): string {
  return `${JSON.stringify(spec['variables'] ?? null)} ${types.size} ${spec['paramKind'] === undefined ? '' : 'params'}`;
}

function computed(name: string, compute: () => unknown): unknown {
  try {
    return compute();
  } catch (error) {
    throw new CelFault(
      `composited variable ${JSON.stringify(name)} fails to evaluate: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
