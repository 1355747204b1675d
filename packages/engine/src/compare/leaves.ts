import { isRecord, jsonEqual, toJson } from '../json/value.ts';
import type { FieldChange } from '../types/outcome.ts';
import { sameScalar } from './normal-form.ts';

const itemKeys = ['name', 'key', 'id', 'containerPort', 'port', 'mountPath', 'devicePath', 'ip', 'type', 'uid'];

/**
 * Desired leaves that the live object has not, each with both values. Extra live members are no difference. Items of lists are matched by
 * the key field that all of them have, else by place; an object that owns nothing in managedFields is compared so (merge, replace, plan).
 */
export function differingLeaves(desired: unknown, live: unknown): FieldChange[] {
  const changes: FieldChange[] = [];
  compare(desired, live, [], '', changes);
  return changes;
}

function compare(desired: unknown, live: unknown, path: readonly string[], text: string, changes: FieldChange[]): void {
  if (desired === undefined || (desired === null && (live === undefined || live === null))) return;
  if (isRecord(desired) && (isRecord(live) || live === undefined)) {
    for (const [name, value] of Object.entries(desired)) {
      if (path.length === 0 && name === 'status') continue;
      if (path.length === 1 && path[0] === 'metadata' && bookkeeping.has(name)) continue;
      compare(value, isRecord(live) ? live[name] : undefined, [...path, name], `${text}.${name}`, changes);
    }
    return;
  }
  if (Array.isArray(desired) && Array.isArray(live)) {
    compareLists(desired, live, path, text, changes);
    return;
  }
  if (sameScalar(desired, live, path) || jsonEqual(desired, live)) return;
  changes.push({ field: text, before: live === undefined ? undefined : toJson(live), after: toJson(desired) });
}

const bookkeeping = new Set(['resourceVersion', 'uid', 'generation', 'creationTimestamp', 'managedFields']);

function compareLists(desired: unknown[], live: unknown[], path: readonly string[], text: string, changes: FieldChange[]): void {
  const key = itemKeys.find((name) => [...desired, ...live].every((item) => isRecord(item) && item[name] !== undefined));
  if (key === undefined || desired.length === 0) {
    if (desired.length !== live.length) changes.push({ field: text, before: toJson(live), after: toJson(desired) });
    else for (const [index, item] of desired.entries()) compare(item, live[index], path, `${text}[${index}]`, changes);
    return;
  }
  for (const item of desired) {
    const value = isRecord(item) ? item[key] : undefined;
    const other = live.find((candidate) => isRecord(candidate) && jsonEqual(candidate[key], value));
    compare(item, other, path, `${text}[${key}=${JSON.stringify(value)}]`, changes);
  }
}
