import type { KubeObject } from '@caretaker/kube';
import { labelsOf, nameOf } from '../machinery/objects.ts';
import { at, fields, integer, items, strings, text } from '../machinery/read.ts';

/** Do nodeSelector and the required node affinity of a pod allow this node? */
export function selectsNode(pod: KubeObject, node: KubeObject): boolean {
  const labels = labelsOf(node);
  const selector = Object.entries(strings(pod, 'spec', 'nodeSelector'));
  if (!selector.every(([key, value]) => labels[key] === value)) return false;
  return meetsTerms(fields(pod, 'spec', 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'), node);
}

/** A NodeSelector: any of its terms. */
export function meetsTerms(required: unknown, node: KubeObject): boolean {
  if (at(required, 'nodeSelectorTerms') === undefined) return true;
  return items(required, 'nodeSelectorTerms').some((term) => termHolds(term, node));
}

/** The nodes that a pod names, when each of its terms names some (as pods of a DaemonSet do). */
export function namedNodes(pod: KubeObject): ReadonlySet<string> | undefined {
  const terms = items(pod, 'spec', 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');
  const names = new Set<string>();
  for (const term of terms) {
    const field = items(term, 'matchFields').find((one) => text(one, 'key') === 'metadata.name' && text(one, 'operator') === 'In');
    if (field === undefined) return undefined;
    for (const name of items(field, 'values')) if (typeof name === 'string') names.add(name);
  }
  return terms.length > 0 ? names : undefined;
}

/** Weights of the preferred node affinity terms that a node meets. */
export function nodePreference(pod: KubeObject, node: KubeObject): number {
  return items(pod, 'spec', 'affinity', 'nodeAffinity', 'preferredDuringSchedulingIgnoredDuringExecution').reduce<number>(
    (total, entry) => total + (termHolds(at(entry, 'preference'), node) ? (integer(entry, 'weight') ?? 0) : 0),
    0,
  );
}

/** Taints that a pod does not bear and would rather avoid. */
export function softTaints(pod: KubeObject, node: KubeObject): number {
  const tolerations = items(pod, 'spec', 'tolerations');
  return items(node, 'spec', 'taints').filter((taint) => text(taint, 'effect') === 'PreferNoSchedule' && !tolerates(tolerations, taint))
    .length;
}

function termHolds(term: unknown, node: KubeObject): boolean {
  const expressions = items(term, 'matchExpressions');
  const matchFields = items(term, 'matchFields');
  if (expressions.length + matchFields.length === 0) return false;
  return (
    expressions.every((expression) => holds(expression, labelsOf(node)[text(expression, 'key')])) &&
    matchFields.every((expression) => holds(expression, text(expression, 'key') === 'metadata.name' ? nameOf(node) : undefined))
  );
}

function holds(expression: unknown, value: string | undefined): boolean {
  const values = items(expression, 'values');
  switch (text(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** Does a pod that carries these tolerations bear this taint? */
export function tolerates(tolerations: readonly unknown[], taint: unknown): boolean {
  return tolerations.some((toleration) => {
    const effect = text(toleration, 'effect');
    if (effect !== '' && effect !== text(taint, 'effect')) return false;
    const key = text(toleration, 'key');
    const exists = text(toleration, 'operator') === 'Exists';
    if (key === '') return exists;
    if (key !== text(taint, 'key')) return false;
    return exists || text(toleration, 'value') === text(taint, 'value');
  });
}

/** The first taint, of these effects, that keeps a pod off a node. */
export function untolerated(pod: KubeObject, node: KubeObject, effects: readonly string[] = ['NoSchedule', 'NoExecute']): unknown {
  const tolerations = items(pod, 'spec', 'tolerations');
  return items(node, 'spec', 'taints').find((taint) => effects.includes(text(taint, 'effect')) && !tolerates(tolerations, taint));
}
