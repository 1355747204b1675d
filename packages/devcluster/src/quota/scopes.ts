import type { JsonObject, KubeObject } from '@caretaker/kube';
import { member, members, textOf } from '../admission/json-members.ts';
import { podQualityOfService } from '../strategy/pod-quality.ts';

/** Does a quota with scopes count this object? A quota with scopes counts only kinds that its scopes speak of. */
export function inScope(quota: KubeObject, group: string, plural: string, object: KubeObject): boolean {
  const spec = member(quota, 'spec');
  const scopes = Array.isArray(spec['scopes']) ? spec['scopes'].map(String) : [];
  const expressions = [
    ...scopes.map((scopeName): JsonObject => ({ scopeName, operator: 'Exists' })),
    ...members(member(spec, 'scopeSelector'), 'matchExpressions'),
  ];
  if (expressions.length === 0) return true;
  const matches = group === '' ? MATCHERS[plural] : undefined;
  return matches !== undefined && expressions.every((expression) => matches(expression, object));
}

type Matches = (expression: JsonObject, object: KubeObject) => boolean;

const MATCHERS: Readonly<Record<string, Matches>> = {
  pods: (expression, pod) => {
    const spec = member(pod, 'spec');
    const scope = textOf(expression['scopeName']);
    if (scope === 'PriorityClass') return matchesNames(expression, [textOf(spec['priorityClassName'])]);
    return POD_SCOPES[scope]?.(spec) ?? false;
  },
  persistentvolumeclaims: (expression, claim) =>
    expression['scopeName'] === 'VolumeAttributesClass' && matchesNames(expression, attributesClasses(claim)),
};

export function isTerminating(pod: KubeObject): boolean {
  return typeof member(pod, 'spec')['activeDeadlineSeconds'] === 'number';
}

const POD_SCOPES: Readonly<Record<string, (spec: JsonObject) => boolean>> = {
  Terminating: (spec) => typeof spec['activeDeadlineSeconds'] === 'number',
  NotTerminating: (spec) => typeof spec['activeDeadlineSeconds'] !== 'number',
  BestEffort: (spec) => podQualityOfService(spec) === 'BestEffort',
  NotBestEffort: (spec) => podQualityOfService(spec) !== 'BestEffort',
  CrossNamespacePodAffinity: looksElsewhere,
};

/** Some term of the pod's affinity or anti-affinity names other namespaces. */
function looksElsewhere(spec: JsonObject): boolean {
  const affinity = member(spec, 'affinity');
  return ['podAffinity', 'podAntiAffinity'].some((name) => {
    const one = member(affinity, name);
    const weighted = members(one, 'preferredDuringSchedulingIgnoredDuringExecution').map((each) => member(each, 'podAffinityTerm'));
    return [...members(one, 'requiredDuringSchedulingIgnoredDuringExecution'), ...weighted].some(
      (term) => members(term, 'namespaces').length > 0 || (term['namespaceSelector'] ?? null) !== null,
    );
  });
}

function attributesClasses(claim: KubeObject): string[] {
  const status = member(claim, 'status');
  return [
    textOf(member(claim, 'spec')['volumeAttributesClassName']),
    textOf(status['currentVolumeAttributesClassName']),
    textOf(member(status, 'modifyVolumeStatus')['targetVolumeAttributesClassName']),
  ];
}

/** Any of the names (empty ones do not count) fits; without names what holds of an absent label. */
function matchesNames(expression: JsonObject, all: readonly string[]): boolean {
  const names = all.filter((name) => name !== '');
  const values = Array.isArray(expression['values']) ? expression['values'].map(String) : [];
  switch (expression['operator']) {
    case 'In':
      return names.some((name) => values.includes(name));
    case 'NotIn':
      return names.length === 0 || names.some((name) => !values.includes(name));
    case 'DoesNotExist':
      return names.length === 0;
    default:
      return names.length > 0;
  }
}
