import type { KubeObject } from '@caretaker/kube';
import { labelsOf, nameOf } from '../machinery/objects.ts';
import { fields, items, strings, text } from '../machinery/read.ts';

/** Do nodeSelector and the required node affinity of a pod allow this node? */
export function selectsNode(pod: KubeObject, node: KubeObject): boolean {
  const labels = labelsOf(node);
  const selector = Object.entries(strings(pod, 'spec', 'nodeSelector'));
  if (!selector.every(([key, value]) => labels[key] === value)) return false;
  const required = fields(pod, 'spec', 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  if (!('nodeSelectorTerms' in required)) return true;
  return items(required, 'nodeSelectorTerms').some((term) => termHolds(term, node));
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

/** The first taint that keeps a pod off a node. */
export function untolerated(pod: KubeObject, node: KubeObject): unknown {
  const tolerations = items(pod, 'spec', 'tolerations');
  return items(node, 'spec', 'taints').find((taint) => text(taint, 'effect') !== 'PreferNoSchedule' && !tolerates(tolerations, taint));
}
