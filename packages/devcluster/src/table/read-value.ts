import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';
import { labelSelectorOf } from '../selectors/label-selector-object.ts';
import { requirementText } from '../server/writes/scale.ts';
import { humanDuration } from './human-duration.ts';

/** The value at `a.b.c`; undefined when something on the way is missing. */
export function at(value: unknown, path: string): unknown {
  let current = value;
  for (const part of path.split('.')) {
    if (current === null || typeof current !== 'object') return undefined;
    current = Reflect.get(current, part);
  }
  return current;
}

export function text(value: unknown, path: string, missing = ''): string {
  const found = at(value, path);
  return found === undefined || found === null || found === '' ? missing : String(found);
}

export function number(value: unknown, path: string): number {
  const found = at(value, path);
  return typeof found === 'number' ? found : 0;
}

export function list(value: unknown, path: string): JsonObject[] {
  const found = at(value, path);
  return Array.isArray(found) ? (found as JsonObject[]) : [];
}

export function keys(value: unknown, path: string): string[] {
  const found = at(value, path);
  return found !== null && typeof found === 'object' ? Object.keys(found) : [];
}

/** Time since a moment, as kubectl shows ages; `<unknown>` without one. */
export function since(time: unknown, now: number): string {
  return typeof time === 'string' && time !== '' ? humanDuration(now - Date.parse(time)) : '<unknown>';
}

export function age(object: KubeObject, now: number): string {
  return since(object.metadata.creationTimestamp, now);
}

/** A label selector, object or plain map, as text; `<none>` when it selects nothing in particular. */
export function selectorText(selector: unknown): string {
  if (selector === null || typeof selector !== 'object') return '<none>';
  const isObject = 'matchLabels' in selector || 'matchExpressions' in selector;
  const requirements = labelSelectorOf(isObject ? selector : { matchLabels: selector }) ?? [];
  return requirements.length === 0 ? '<none>' : requirements.map(requirementText).sort().join(',');
}

export function containerNames(value: unknown, path: string): string {
  return list(value, path)
    .map((container) => text(container, 'name'))
    .join(',');
}

export function containerImages(value: unknown, path: string): string {
  return list(value, path)
    .map((container) => text(container, 'image'))
    .join(',');
}

export function hasCondition(object: unknown, type: string): boolean {
  return list(object, 'status.conditions').some((condition) => condition['type'] === type && condition['status'] === 'True');
}

/** Up to three, then how many more. */
export function firstThree(values: readonly string[], empty = '<none>'): string {
  if (values.length === 0) return empty;
  const shown = values.slice(0, 3).join(',');
  return values.length > 3 ? `${shown} + ${values.length - 3} more...` : shown;
}

export function member(value: JsonValue | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}
