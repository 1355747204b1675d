import type { JsonValue, KubeObject } from '@caretaker/kube';
import type { ScalePaths, TypeInfo } from '../../schema/contract.ts';
import type { LabelRequirement } from '../../selectors/label-selector.ts';
import { labelSelectorOf } from '../../selectors/label-selector-object.ts';
import { internalError, invalid } from '../answers/status-reasons.ts';
import type { ApiCore } from '../core.ts';

/** autoscaling/v1 Scale. */
export interface Scale extends KubeObject {
  spec: { replicas?: number };
  status: { replicas: number; selector?: string };
}

const BUILTIN_PATHS: ScalePaths = { specReplicas: '.spec.replicas', statusReplicas: '.status.replicas', selector: '.spec.selector' };

export function scalePathsOf(type: TypeInfo): ScalePaths {
  return type.builtin ? BUILTIN_PATHS : (type.scale ?? BUILTIN_PATHS);
}

/** The Scale of an object. Throws StatusError 500 when a custom resource has no replicas and `required`. */
export function scaleOf(core: ApiCore, type: TypeInfo, object: KubeObject, required: boolean): Scale {
  const paths = scalePathsOf(type);
  const replicas = valueAt(object, paths.specReplicas);
  if (required && !type.builtin && replicas === undefined) {
    throw internalError(`the spec replicas field ${JSON.stringify(paths.specReplicas)} does not exist`);
  }
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = selectorText(paths.selector === undefined ? undefined : valueAt(object, paths.selector));
  const managedFields = core.managedFields.toScale(type, object);
  const metadata = { name, namespace, uid, resourceVersion, creationTimestamp, ...(managedFields === undefined ? {} : { managedFields }) };
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined)),
    spec: typeof replicas === 'number' && replicas !== 0 ? { replicas } : {},
    status: { replicas: numberAt(object, paths.statusReplicas), ...(selector === undefined || selector === '' ? {} : { selector }) },
  };
}

/** The object with the replicas of a Scale, as a new object. Throws StatusError 422. */
export function withReplicas(type: TypeInfo, object: KubeObject, replicas: number): KubeObject {
  const paths = scalePathsOf(type);
  // custom resources are checked as a whole, together with their schema
  if (type.builtin && (replicas < 0 || !Number.isInteger(replicas))) throw refusedReplicas(object, replicas);
  return setAt(object, pathParts(paths.specReplicas), replicas) as unknown as KubeObject;
}

function refusedReplicas(object: KubeObject, replicas: number) {
  const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
  const about = { group: 'autoscaling', kind: 'Scale' };
  return invalid(about, object.metadata.name ?? '', [{ reason: 'FieldValueInvalid', message, field: 'spec.replicas' }]);
}

function pathParts(path: string): string[] {
  return path.split('.').filter((part) => part !== '');
}

function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const part of pathParts(path)) {
    if (value === null || typeof value !== 'object') return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

function numberAt(object: KubeObject, path: string): number {
  const value = valueAt(object, path);
  return typeof value === 'number' ? value : 0;
}

function setAt(value: unknown, parts: readonly string[], leaf: JsonValue): unknown {
  const [part, ...rest] = parts;
  if (part === undefined) return leaf;
  const base = value !== null && typeof value === 'object' ? value : {};
  return { ...base, [part]: setAt(Reflect.get(base, part), rest, leaf) };
}

/** A selector as text: custom resources keep it so, built-in kinds have a LabelSelector or a plain map. */
function selectorText(selector: unknown): string | undefined {
  if (typeof selector === 'string' || selector === undefined) return selector;
  if (selector === null || typeof selector !== 'object') return undefined;
  const isLabelSelector = 'matchLabels' in selector || 'matchExpressions' in selector;
  const requirements = labelSelectorOf(isLabelSelector ? selector : { matchLabels: selector }) ?? [];
  return requirements.map(requirementText).sort().join(',');
}

export function requirementText({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
      return values.length === 1 ? `${key}=${values[0] ?? ''}` : `${key} in (${[...values].sort().join(',')})`;
    case 'notin':
      return `${key} notin (${[...values].sort().join(',')})`;
    default:
      return `${key}${operator === 'gt' ? '>' : '<'}${values[0] ?? ''}`;
  }
}
