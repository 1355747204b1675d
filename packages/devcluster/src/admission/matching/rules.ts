import type { JsonObject } from '@caretaker/kube';
import type { TypeInfo } from '../../schema/contract.ts';
import type { AdmissionRequest } from '../contract.ts';
import { members, textOf } from '../json-members.ts';

/** Does a RuleWithOperations (of a webhook or a policy) cover the request, seen as `type`? */
export function ruleMatches(rule: JsonObject, request: AdmissionRequest, type: TypeInfo = request.type): boolean {
  const scope = textOf(rule['scope']) || '*';
  if (scope === 'Cluster' && type.namespaced && request.namespace !== '') return false;
  if (scope === 'Namespaced' && !type.namespaced) return false;
  const names = texts(rule['resourceNames']);
  return (
    includes(texts(rule['operations']), request.operation) &&
    includes(texts(rule['apiGroups']), type.group) &&
    includes(texts(rule['apiVersions']), type.version) &&
    texts(rule['resources']).some((pattern) => resourceMatches(pattern, type.plural, request.subresource)) &&
    (names.length === 0 || names.includes(request.name))
  );
}

function resourceMatches(pattern: string, resource: string, subresource: string): boolean {
  const [wanted = '', wantedSub] = pattern.split('/');
  if (wanted !== '*' && wanted !== resource) return false;
  if (wantedSub === undefined) return subresource === '';
  return wantedSub === '*' || wantedSub === subresource;
}

function includes(values: readonly string[], value: string): boolean {
  return values.includes('*') || values.includes(value);
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** The type as which the rules cover the request: its own, or (matchPolicy Equivalent) another version of it. */
export function matchedType(
  rules: readonly JsonObject[],
  request: AdmissionRequest,
  others: readonly TypeInfo[],
  equivalent: boolean,
): TypeInfo | undefined {
  if (rules.some((rule) => ruleMatches(rule, request))) return request.type;
  if (!equivalent) return undefined;
  return others.find((type) => rules.some((rule) => ruleMatches(rule, request, type)));
}

export function rulesOf(value: unknown, key: string): JsonObject[] {
  return members(value, key);
}
