import type { JsonObject, KubeObject } from '@caretaker/kube';
import { member, members, textOf } from '../admission/json-members.ts';

/** Does a quota with scopes count this object? Scopes speak of pods; a quota with scopes counts nothing else. */
export function inScope(quota: KubeObject, group: string, plural: string, object: KubeObject): boolean {
  const spec = member(quota, 'spec');
  const scopes = Array.isArray(spec['scopes']) ? spec['scopes'].map(String) : [];
  const expressions = members(member(spec, 'scopeSelector'), 'matchExpressions');
  if (scopes.length === 0 && expressions.length === 0) return true;
  if (group !== '' || plural !== 'pods') return false;
  return scopes.every((scope) => hasScope(scope, object)) && expressions.every((expression) => matchesExpression(expression, object));
}

function hasScope(scope: string, pod: KubeObject): boolean {
  const spec = member(pod, 'spec');
  switch (scope) {
    case 'Terminating':
      return spec['activeDeadlineSeconds'] !== undefined;
    case 'NotTerminating':
      return spec['activeDeadlineSeconds'] === undefined;
    case 'BestEffort':
      return isBestEffort(spec);
    case 'NotBestEffort':
      return !isBestEffort(spec);
    case 'PriorityClass':
      return textOf(spec['priorityClassName']) !== '';
    default:
      return false;
  }
}

function isBestEffort(spec: JsonObject): boolean {
  return [...members(spec, 'containers'), ...members(spec, 'initContainers')].every((container) => {
    const resources = member(container, 'resources');
    return Object.keys(member(resources, 'requests')).length === 0 && Object.keys(member(resources, 'limits')).length === 0;
  });
}

function matchesExpression(expression: JsonObject, pod: KubeObject): boolean {
  const scope = textOf(expression['scopeName']);
  if (scope !== 'PriorityClass') return hasScope(scope, pod);
  const name = textOf(member(pod, 'spec')['priorityClassName']);
  const values = Array.isArray(expression['values']) ? expression['values'].map(String) : [];
  switch (expression['operator']) {
    case 'In':
      return values.includes(name);
    case 'NotIn':
      return !values.includes(name);
    case 'DoesNotExist':
      return name === '';
    default:
      return name !== '';
  }
}
